"""Cutting what was counted off from whom it was counted of, so that every figure stays.

The rows are the same, of every time; they stand under a number that leads to nobody. Births are
taken to their months: together with the ward a day could give somebody away.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from app.core.db import UtcDateTime
from app.participation import learners
from app.participation.marks import mark, month_of, part_of
from app.participation.models import Fact, KeptSession, LearnerKey, LearnerState
from app.participation.presence import OF_LEARNER, SAYS

_COPIED = (
    (Fact, ("meeting", *SAYS)),
    (LearnerState, ("valid_from", "valid_to", *OF_LEARNER)),
)
_SAID_NOTHING = {"groups": 0, "answered": False}


def erase(session: Session, person_id: int, stripped_id: int | None) -> None:
    """Another number takes the place of the person's in all rows.

    Args:
        stripped_id: the row that is counted from now on as the person was; None: nobody is.
    """
    old = learners.numbers(session, [person_id]).get(person_id)
    if old is None:
        return
    new = learners.draw()
    _blur(session, old)
    for table, _ in _COPIED:
        session.execute(update(table).where(table.learner == old).values(learner=new))
    session.delete(session.get_one(LearnerKey, person_id))
    session.flush()
    if stripped_id is not None:
        session.add(LearnerKey(person_id=stripped_id, number=new))
        session.flush()
    _mark(session, old, new)


def forget_groups(session: Session, person_id: int, now: datetime) -> None:
    """Who is not to be counted by group any more is counted anew, without any.

    What was counted before stays for the figures of that time; from now on nothing tells whose it
    was.
    """
    old = learners.numbers(session, [person_id]).get(person_id)
    if old is None or not _says_something(session, old):
        return
    new = learners.draw()
    for table, names in _COPIED:
        current = (table.learner == old, table.known_to.is_(None))
        told: list[Any] = [_value(table, name) for name in names]
        copies = select(literal(new), literal(now, UtcDateTime()), *told).where(*current)
        session.execute(insert(table).from_select(["learner", "known_from", *names], copies))
        session.execute(update(table).where(*current).values(known_to=now))
    _blur(session, old)
    mine = update(LearnerKey).where(LearnerKey.person_id == person_id)
    session.execute(mine.values(number=new))
    _mark(session, old, new)


def _value(table: Any, name: str) -> Any:
    column = getattr(table, name)
    return literal(_SAID_NOTHING[name], column.type) if name in _SAID_NOTHING else column


def _says_something(session: Session, learner: int) -> bool:
    for table in (Fact, LearnerState):
        said: ColumnElement[bool] = or_(table.groups != 0, table.answered)
        if session.scalar(select(table.id).where(table.learner == learner, said).limit(1)):
            return True
    return False


def _blur(session: Session, learner: int) -> None:
    """Each row keeps its own month: it may have been counted under another than is known now."""
    for table, _ in _COPIED:
        born = select(table.born_on).where(table.learner == learner, table.born_on.is_not(None))
        for born_on in session.scalars(born.distinct()).all():
            of_day = update(table).where(table.learner == learner, table.born_on == born_on)
            session.execute(of_day.values(born_on=born_on and born_on.replace(day=1)))


def _mark(session: Session, old: int, new: int) -> None:
    mine = select(KeptSession.day).join(Fact, Fact.meeting == KeptSession.meeting)
    days = session.scalars(mine.where(Fact.learner.in_([old, new])).distinct())
    mark(session, [*map(month_of, days), part_of(old), part_of(new)])
