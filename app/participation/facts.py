"""What the facts of sessions are: as they are made now, compared with those that are kept.

The database makes them itself, in a table of its own for the running transaction, and compares them
with those it has: a fact that is made the same again stays, one that is not made any more is
closed, a new one is opened. No row passes through Python.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import cast as cast_type

from sqlalchemy import Column as TableColumn
from sqlalchemy import (
    ColumnElement,
    MetaData,
    Table,
    and_,
    delete,
    exists,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable

from app.core.db import UtcDateTime
from app.core.many import among
from app.participation.models import Fact, KeptSession
from app.participation.presence import KEY, SAYS, insert_rows, run

_FACT = cast_type("Table", Fact.__table__)
MADE = Table(
    "facts_made",
    MetaData(),
    *(
        TableColumn(name, _FACT.c[name].type, primary_key=name in KEY, autoincrement=False)
        for name in (*KEY, *SAYS)
    ),
    prefixes=["TEMPORARY"],
)
"""The facts of some sessions as they are now; of this connection alone."""


def write(
    session: Session, meetings: Collection[int], now: datetime, *, of: Collection[int] = ()
) -> set[date]:
    """Bring the facts of these sessions into line; the days on which any differed.

    Args:
        of: only those of these learners.
    """
    if not of and not _has_any(session, meetings):
        return _days(session, meetings) if insert_rows(session, _FACT, meetings, of, now) else set()
    make(session, meetings, of)
    mine = [Fact.known_to.is_(None), among(Fact.meeting, meetings)]
    mine += [among(Fact.learner, of)] if of else []
    gone = update(Fact).where(*mine, ~exists().where(_key(), *_same()))
    closed = run(session, gone.values(known_to=now))
    columns = [MADE.c[name] for name in (*KEY, *SAYS)]
    new = select(*columns, literal(now, UtcDateTime())).where(
        ~exists().where(_key(), Fact.known_to.is_(None)).correlate(MADE)
    )
    opened = run(session, insert(_FACT).from_select([*KEY, *SAYS, "known_from"], new))
    return _days(session, _touched(session, meetings, now)) if closed or opened else set()


def make(session: Session, meetings: Collection[int], of: Collection[int] = ()) -> None:
    """Put the facts of these sessions, as they are now, into `MADE`."""
    session.execute(CreateTable(MADE, if_not_exists=True))
    session.execute(delete(MADE))
    insert_rows(session, MADE, meetings, of, None)


def amiss(session: Session, meetings: Collection[int]) -> Sequence[int]:
    """Those of these sessions whose facts are not those that are made now; nothing is changed."""
    make(session, meetings)
    kept = select(Fact.meeting).where(
        Fact.known_to.is_(None), among(Fact.meeting, meetings), ~exists().where(_key(), *_same())
    )
    lacking = select(MADE.c.meeting).where(
        ~exists().where(_key(), Fact.known_to.is_(None)).correlate(MADE)
    )
    return sorted({*session.scalars(kept), *session.scalars(lacking)})


def _key() -> ColumnElement[bool]:
    return and_(MADE.c.meeting == Fact.meeting, MADE.c.learner == Fact.learner)


def _same() -> list[ColumnElement[bool]]:
    return [
        MADE.c[name].is_not_distinct_from(_FACT.c[name])
        if _FACT.c[name].nullable
        else MADE.c[name] == _FACT.c[name]
        for name in SAYS
    ]


def _has_any(session: Session, meetings: Collection[int]) -> bool:
    mine = select(Fact.id).where(Fact.known_to.is_(None), among(Fact.meeting, meetings))
    return session.scalar(mine.limit(1)) is not None


def _touched(session: Session, meetings: Collection[int], now: datetime) -> Sequence[int]:
    """The sessions of which something has just become known."""
    new = (Fact.known_from == now) | (Fact.known_to == now)
    return session.scalars(
        select(Fact.meeting).where(among(Fact.meeting, meetings), new).distinct()
    ).all()


def _days(session: Session, meetings: Collection[int]) -> set[date]:
    days = select(KeptSession.day).where(among(KeptSession.meeting, meetings)).distinct()
    return set(session.scalars(days))
