"""One number that says whether two sets of facts are the same, whoever the people are called.

The digest of a period, as known at a moment, is SHA-256 over its facts in an order, and with names
for people, that follow from the facts alone:

1. Every fact becomes one line of what it says: what the session was and who was there, by the
   values of the day. Numbers of learners and rows are not in it, units are told by code and first
   day, and of a birth the month. Numbers of sessions, runs, courses, providers and venues are in
   it: they are public and never change.
2. The lines of one learner, sorted, with a line of what holds of them on the reference date, are
   that learner's record, and its SHA-256 stands for it. The records, sorted, give each a dense
   number: two with the same record may change places, because no line refers to anybody else. So
   the sorted records are the canonical form, whatever the numbers in the table were.
3. Lines that are nobody's follow, sorted as well.

It is the same on both databases, after a rotation of the keys (no key is in it), after a restore or
under other numbers, and after somebody was erased: the births are taken to their months. What is
found out later, and who is put together with whom, changes the digest of what is known then, never
that of what was known before.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Enum, String, and_, or_, select, type_coerce
from sqlalchemy.orm import aliased

from app.core.db import db
from app.participation.kept import DESCRIBES
from app.participation.models import NOBODY, OUTSIDE, Fact, KeptSession, LearnerState
from app.participation.periods import Period
from app.participation.presence import OF_LEARNER, SAYS
from app.places.models import AdminUnit

_AT_ONCE = 10_000
_UNITS = frozenset({"unit_id", "venue_unit_id"})


def digest(period: Period, as_known: datetime | None = None) -> str:
    """The digest of the period's facts as they are known now, or were at that moment."""
    units = _units()
    records: list[bytes] = []
    unnamed: list[str] = []
    for learner, rows in groupby(_facts(period, as_known), key=lambda row: row.learner):
        found = list(rows)
        lines = sorted(_line(row, _FACT, units) for row in found)
        if learner == NOBODY:
            unnamed = lines
        else:
            lines.append(_line(found[0], _STATE, units))
            records.append(_sha256(lines).digest())
    total = hashlib.sha256()
    for record in sorted(records):
        total.update(record)
    total.update(_sha256(unnamed).digest())
    return total.hexdigest()


_FACT = ("meeting", *DESCRIBES, *SAYS)
_STATE = tuple(f"state_{name}" for name in OF_LEARNER)


def _facts(period: Period, as_known: datetime | None) -> Iterator[Any]:
    """All facts of one learner after another, a part at a time."""
    state = aliased(LearnerState)
    holds = and_(
        state.learner == Fact.learner,
        state.valid_from <= period.reference_date,
        state.valid_to >= period.reference_date,
        known(state, as_known),
    )
    session = [_plain(getattr(KeptSession, name)) for name in DESCRIBES]
    said = [_plain(getattr(Fact, name)) for name in SAYS]
    held = [_plain(getattr(state, name)).label(f"state_{name}") for name in OF_LEARNER]
    query = select(Fact.learner, KeptSession.meeting, *session, *said, *held)
    query = query.join_from(KeptSession, Fact, Fact.meeting == KeptSession.meeting)
    query = query.outerjoin(state, holds).where(
        KeptSession.day >= period.first, KeptSession.day <= period.last,
        known(Fact, as_known), known(KeptSession, as_known),
    )  # fmt: skip
    ordered = query.order_by(Fact.learner)
    yield from db.session.execute(ordered, execution_options={"yield_per": _AT_ONCE})


def known(table: Any, as_known: datetime | None) -> ColumnElement[bool]:
    """The rows of this table that are known now, or were at that moment."""
    if as_known is None:
        now: ColumnElement[bool] = table.known_to.is_(None)
        return now
    still = or_(table.known_to.is_(None), table.known_to > as_known)
    return and_(table.known_from <= as_known, still)


def _plain(column: Any) -> Any:
    return (
        type_coerce(column, String).label(column.key) if isinstance(column.type, Enum) else column
    )


def _units() -> dict[int, str]:
    units = select(AdminUnit.id, AdminUnit.code, AdminUnit.valid_from)
    return {id_: f"{code}@{first}" for id_, code, first in db.session.execute(units)}


def _line(row: Any, names: Iterable[str], units: dict[int, str]) -> str:
    return "\t".join(
        _text(name.removeprefix("state_"), getattr(row, name), units) for name in names
    )


def _text(name: str, value: Any, units: dict[int, str]) -> str:
    """A truth is 0 or 1 on both databases."""
    if name in _UNITS and value not in (None, OUTSIDE):
        return units.get(value, str(value))
    if name == "born_on" and isinstance(value, date):
        return f"{value:%Y-%m}"
    return str(int(value)) if isinstance(value, bool) else str(value)


def _sha256(lines: Iterable[str]) -> Any:
    found = hashlib.sha256()
    for line in lines:
        found.update(f"{line}\n".encode())
    return found
