"""Two rows in every table, made from the tables' own description, so that a new table is never
forgotten by the tests of backups and migrations."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Enum, insert

from app.core import archive
from app.core.db import Base, transaction

PROVIDER = TOPIC = 1
_MOMENT = datetime(2026, 7, 1, 23, 30, 15, 123456, tzinfo=UTC)
_TEXT = "Kỹ năng số — “ơ, ư, đ”\n\u0041\u0306 🙂 \\n \t"  # with a letter in two parts

# What the checks of a table ask for.
_ODD: dict[str, Any] = {
    "breaches.people": 3,
    "class_sessions.ends_at": _MOMENT + timedelta(days=9),
    "enrolments.offered_until": None,
    "guardianships.dependant_id": 2,
    "guardianships.guardian_id": 1,
    "role_proposals.decided_by_id": None,
    "course_likenesses.first_id": 1,
    "course_likenesses.second_id": 2,
    "provider_likenesses.first_id": 1,
    "provider_likenesses.second_id": 2,
    "suspicions.first_id": 1,
    "suspicions.second_id": 2,
    "participation_facts.headcount": 0,
    "returns.provider_id": None,
    "search_demand.asked": 9,
    "targets.measure_code": "",
    "persons.born_in": 1955,
    "reservations.used": 1,
    "providers.successor_id": None,
    "role_grants.city_role": None,
}

_ONE_ROW = (
    "course_likenesses", "guardianships", "key_generations", "provider_likenesses", "suspicions",
)  # fmt: skip
"""Of two people there is one pair, and of keys one file."""


def fill() -> None:
    """Into empty tables."""
    with transaction() as session:
        for table in Base.metadata.sorted_tables:
            for n in (1,) if table.name in _ONE_ROW else (1, 2):
                row = {column.name: _value(table.name, column, n) for column in table.columns}
                session.execute(insert(table).values(row))
        archive.restart_numbers(session)


def _value(table: str, column: Column[Any], n: int) -> Any:
    if f"{table}.{column.name}" in _ODD:
        return _ODD[f"{table}.{column.name}"]
    for key in column.foreign_keys:
        own = key.column.table is column.table
        return (n - 1 or None) if own else (n if key.column.name == "id" else _other_key(key, n))
    return _plain(column, n)


def _other_key(key: Any, n: int) -> Any:
    return _value(key.column.table.name, key.column, n)


def _plain(column: Column[Any], n: int) -> Any:
    kind = column.type.python_type
    if isinstance(column.type, Enum):
        return list(kind)[n % len(list(kind))]
    values = {
        bool: bool(n % 2),
        int: n,
        float: 10.75 + n,
        Decimal: Decimal("10.75") + n,
        datetime: _MOMENT + timedelta(days=n),
        date: date(2026, 7, n),
        object: {"con số": n, "danh sách": [None, 1.5, "ơ"], "đúng": True},
    }
    return values[kind] if kind in values else _text(column, n)


def _text(column: Column[Any], n: int) -> str:
    longest = getattr(column.type, "length", None) or 10_000
    return f"{n}{_TEXT}"[:longest]
