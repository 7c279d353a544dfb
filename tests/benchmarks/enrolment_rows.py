"""The same durable rows as one enrolment writes, sent by the driver alone in the fewest statements.

No rule is read and nothing is checked beside what the tables check: nobody can write these rows
faster through this driver. On PostgreSQL all of them are one statement and one way to the server.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from psycopg.types.json import Json
from sqlalchemy import Table, select

from app.core.db import db

_OF_ITS_OWN = {
    "enrolments": ("code", "form_key"), "persons": ("guest_key",), "attempts": ("subject",)
}  # fmt: skip
_SEAT = """UPDATE runs SET seats_taken = seats_taken + 1
    WHERE id = {} AND (capacity IS NULL OR seats_taken < capacity) AND waiting = 0 RETURNING id"""
_RUN, _PERSON = "run_id", "person_id"
Row = dict[str, Any]


@dataclass(frozen=True)
class SameRows:
    """What one enrolment wrote; a call writes as much for another run and person."""

    rows: list[tuple[str, Row]]

    def __call__(self, connection: Any, run_id: int, person_id: int) -> None:
        if isinstance(connection, sqlite3.Connection):
            self._one_after_the_other(connection, {_RUN: run_id, _PERSON: person_id})
            return
        statement, fixed = self._together
        mine = {name: secrets.token_hex(32)[:length] for name, length in self._own}
        values = fixed | mine | {_RUN: run_id, _PERSON: person_id}
        with connection.pipeline():
            connection.execute(statement, values)
            connection.commit()

    def _one_after_the_other(self, connection: sqlite3.Connection, known: Row) -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_SEAT.format("?"), (known[_RUN],)).fetchall()
        for table, row in self.rows:
            own = _OF_ITS_OWN.get(table, ())
            row |= {name: secrets.token_hex(32)[: len(row[name])] for name in own}
            row |= {name: known[name] for name in known if name in row}
            marks = ", ".join("?" * len(row))
            sent = f"INSERT INTO {table} ({_names(row)}) VALUES ({marks})"  # noqa: S608 - our tables
            added = connection.execute(sent, tuple(row.values())).lastrowid
            if table == "persons":
                known[_PERSON] = added
        connection.execute("COMMIT")

    @cached_property
    def _own(self) -> list[tuple[str, int]]:
        """Names and lengths of the values no two rows share."""
        return [
            (f"own_{number}_{name}", len(row[name]))
            for number, (table, row) in enumerate(self.rows)
            for name in _OF_ITS_OWN.get(table, ())
        ]

    @cached_property
    def _together(self) -> tuple[str, Row]:
        """One statement; what several rows have in common is sent once."""
        fixed: Row = {}
        parts = [f"run AS ({_SEAT.format('%(run_id)s')})"]
        makes_person = any(table == "persons" for table, _ in self.rows)
        subqueries = {_RUN: "(SELECT id FROM run)"}
        subqueries[_PERSON] = "(SELECT id FROM person)" if makes_person else "%(person_id)s"
        for number, (table, row) in enumerate(self.rows):
            values = [
                subqueries.get(name)
                or (
                    f"%(own_{number}_{name})s"
                    if name in _OF_ITS_OWN.get(table, ())
                    else f"%({_share(fixed, value)})s"
                )
                for name, value in row.items()
            ]
            called = "person" if table == "persons" else f"rows_{number}"
            returning = " RETURNING id" if table == "persons" else ""
            insert = f"INSERT INTO {table} ({_names(row)}) VALUES ({', '.join(values)})"  # noqa: S608 - as above
            parts.append(f"{called} AS ({insert}{returning})")
        return f"WITH {', '.join(parts)} SELECT id FROM run", fixed  # noqa: S608 - as above


def written_by(act: Callable[[], object]) -> SameRows:
    """The rows that are in the database after it and were not before."""
    before = {table.name: set(_keys(table)) for table in db.metadata.sorted_tables}
    db.session.rollback()
    act()
    found = [
        (table.name, row)
        for table in sorted(db.metadata.sorted_tables, key=lambda each: each.name != "persons")
        for row in _new(table, before[table.name])
    ]
    db.session.rollback()
    return SameRows(found)


def _keys(table: Table) -> Iterator[tuple[Any, ...]]:
    yield from map(tuple, db.session.execute(select(*table.primary_key.columns)))


def _new(table: Table, before: set[tuple[Any, ...]]) -> Iterator[Row]:
    """As the driver reads them, without keys the database makes and without what is NULL."""
    keys = [column.name for column in table.primary_key.columns]
    for key in set(_keys(table)) - before:
        query = select(table).filter_by(**dict(zip(keys, key, strict=True)))
        sent = query.compile(db.engine, compile_kwargs={"literal_binds": True})
        row = db.session.connection().exec_driver_sql(str(sent)).mappings().one()
        yield {
            name: Json(value) if isinstance(value, dict | list) else value
            for name, value in row.items()
            if value is not None and name != "id"
        }


def _share(fixed: Row, value: Any) -> str:
    for name, known in fixed.items():
        if type(known) is type(value) and known == value:
            return name
    fixed[f"v{len(fixed)}"] = value
    return f"v{len(fixed) - 1}"


def _names(row: Row) -> str:
    return ", ".join(f'"{name}"' for name in row)
