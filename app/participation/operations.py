"""Writing facts: the rows of a session are replaced whole, by the values of its day."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import ClassSession
from app.core import clock, jobs
from app.core.db import db, inserting, transaction
from app.enrolment.models import Register
from app.participation.events import FactsChanged
from app.participation.facts import DAY, MINUTES, SESSION, WRITE
from app.participation.models import Fact, FactMonth

SESSIONS_AT_ONCE = 500
Progress = Callable[[int], None]


def rewrite(session_ids: Sequence[int]) -> None:
    """Write the facts of these sessions anew, those of a session without a register away."""
    with transaction() as session:
        months = _clear(session, session_ids)
        held = _held(session, session_ids)
        _fill(session, held)
        _mark(session, months | {_month(day) for _, day, _ in held})


def rewrite_run(run_id: int, *which: ColumnElement[bool]) -> int:
    """Write the facts of these sessions of a run anew whose register was taken; how many."""
    taken = select(Register.session_id).join(Register.session).where(ClassSession.run_id == run_id)
    session_ids = db.session.scalars(taken.where(*which)).all()
    if session_ids:
        rewrite(session_ids)
    return len(session_ids)


def repoint(session: Session, person_id: int, *which: ColumnElement[bool]) -> None:
    """These facts are of this person; nothing else about them changes.

    They are not written anew: a course may be described otherwise by now, and what was counted of
    somebody must not change because of who they are found to be.
    """
    months = {_month(day) for day in session.scalars(select(Fact.day).where(*which).distinct())}
    if months:
        session.execute(update(Fact).where(*which).values(person_id=person_id))
        _mark(session, months)
        jobs.emit(FactsChanged())


def sessions_to_count() -> int:
    """How many registers there are."""
    return db.session.scalar(select(func.count()).select_from(Register)) or 0


def rebuild(progress: Progress = lambda _done: None) -> int:
    """Write all facts anew in one transaction, some sessions at a time; the number of rows.

    Args:
        progress: told after each step how many sessions it did.
    """
    with transaction() as session:
        session.execute(delete(Fact))
        session.execute(delete(FactMonth))
        months: set[str] = set()
        for session_ids in _chunks(session):
            held = _held(session, session_ids)
            _fill(session, held)
            months |= {_month(day) for _, day, _ in held}
            progress(len(held))
        _mark(session, months)
        jobs.emit(FactsChanged())
        return session.scalar(select(func.count()).select_from(Fact)) or 0


def _chunks(session: Session) -> Iterator[Sequence[int]]:
    last = 0
    query = select(Register.session_id).order_by(Register.session_id).limit(SESSIONS_AT_ONCE)
    while found := session.scalars(query.where(Register.session_id > last)).all():
        yield found
        last = found[-1]


def _clear(session: Session, session_ids: Sequence[int]) -> set[str]:
    """Delete the rows of these sessions; the months they were in."""
    mine = Fact.session_id.in_(session_ids)
    months = {_month(day) for day in session.scalars(select(Fact.day).where(mine).distinct())}
    session.execute(delete(Fact).where(mine))
    return months


_Held = tuple[int, date, int]
"""A session whose register was taken: its id, its local day and its minutes."""


def _held(session: Session, session_ids: Sequence[int]) -> list[_Held]:
    query = select(ClassSession.id, ClassSession.starts_at, ClassSession.ends_at)
    query = query.join(Register, Register.session_id == ClassSession.id)
    rows = session.execute(query.where(ClassSession.id.in_(session_ids)).order_by(ClassSession.id))
    return [(id_, clock.local(begin).date(), _minutes(begin, end)) for id_, begin, end in rows]


def _minutes(begin: datetime, end: datetime) -> int:
    return int((end - begin).total_seconds() // 60)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _fill(session: Session, held: Sequence[_Held]) -> None:
    of_each = [{SESSION: id_, DAY: day, MINUTES: minutes} for id_, day, minutes in held]
    if of_each:
        for statement in WRITE:
            session.execute(statement, of_each)


def _mark(session: Session, months: Iterable[str]) -> None:
    """Give each of these months a new mark, so that its file is known to be old."""
    rows = [{"month": month, "mark": secrets.token_hex(8)} for month in sorted(months)]
    if rows:
        new = inserting(FactMonth).values(rows)
        replaced = {"mark": new.excluded.mark}
        session.execute(new.on_conflict_do_update(index_elements=["month"], set_=replaced))
