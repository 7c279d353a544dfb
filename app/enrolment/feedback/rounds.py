"""Asking the people of a class, from its end until a day; and closing, when nobody is known."""

import random
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import ClassSession, Run, RunStatus, SessionStatus
from app.core import audit, clock, jobs
from app.core.db import db, inserting, transaction
from app.enrolment.feedback.events import FeedbackAsked
from app.enrolment.feedback.models import (
    FeedbackAnswer,
    FeedbackMark,
    FeedbackRound,
    random_id,
)
from app.enrolment.models import CAME, SEATED, Attendance, Enrolment, Register

LASTS = timedelta(days=21)
LATEST = timedelta(days=7)
"""After the end of a class; later nobody is asked any more."""
AT_ONCE = 50


def due() -> Sequence[int]:
    """Classes that ended lately and whose people were not asked yet."""
    today, now = clock.today(), clock.now()
    meets_again = exists().where(
        ClassSession.run_id == Run.id, ClassSession.status == SessionStatus.PLANNED,
        ClassSession.ends_at > now,
    )  # fmt: skip
    over = Run.ends_on.between(today - LATEST, today), Run.status == RunStatus.PLANNED
    asked = exists().where(FeedbackRound.run_id == Run.id)
    has_people = exists().where(Enrolment.run_id == Run.id, *_are_asked())
    query = select(Run.id).where(*over, ~meets_again, ~asked, has_people)
    return db.session.scalars(query.order_by(Run.id)).all()


def open_round(run_id: int) -> bool:
    """Ask everybody who came; of two who open a round one does."""
    with transaction() as session:
        run = session.get_one(Run, run_id)
        row = {"run_id": run_id, "opened_at": clock.now(), "until": run.ends_on + LASTS}
        new = inserting(FeedbackRound).values(**row, invited=0).on_conflict_do_nothing()
        if session.execute(new.returning(FeedbackRound.run_id)).first() is None:
            return False
        ids = list(session.scalars(invited(run_id)))
        audit.record("feedback.opened", "run", run_id, people=len(ids))
        for at in range(0, len(ids), AT_ONCE):
            jobs.emit(FeedbackAsked(ids[at : at + AT_ONCE]))
        return True


def over() -> Sequence[int]:
    """Rounds whose last day has passed."""
    open_ones = select(FeedbackRound.run_id).where(FeedbackRound.closed_at.is_(None))
    late = open_ones.where(FeedbackRound.until < clock.today())
    return db.session.scalars(late.order_by(FeedbackRound.run_id)).all()


def close_round(run_id: int) -> None:
    """Nobody can answer any more, so who has answered is forgotten.

    The answers are written anew in an order of their own: no file and no log of the database tells
    in which they came.
    """
    with transaction() as session:
        found = session.get_one(FeedbackRound, run_id, with_for_update=True)
        session.refresh(found)
        if found.is_closed:
            return
        found.closed_at = clock.now()
        found.invited = len(session.scalars(invited(run_id)).all())
        session.execute(delete(FeedbackMark).where(FeedbackMark.run_id == run_id))
        _shuffle(session, run_id)
        audit.record("feedback.closed", "run", run_id, invited=found.invited)


def invited(run_id: int) -> Select[int]:
    """The places of everybody who is asked, in the order of their numbers."""
    query = select(Enrolment.id).where(Enrolment.run_id == run_id, *_are_asked())
    return query.order_by(Enrolment.id)


def is_asked(place: Enrolment) -> bool:
    """Whether this person came; of a class without registers, whether they had a seat."""
    query = select(func.count()).select_from(Enrolment).where(Enrolment.id == place.id)
    return bool(db.session.scalar(query.where(*_are_asked())))


def _are_asked() -> tuple[ColumnElement[bool], ...]:
    came = exists().where(Attendance.enrolment_id == Enrolment.id, Attendance.status.in_(CAME))
    registers = exists().where(
        Register.session_id == ClassSession.id, ClassSession.run_id == Enrolment.run_id
    )
    return Enrolment.state.in_(SEATED), or_(came, ~registers)


def _shuffle(session: Session, run_id: int) -> None:
    of_run = FeedbackAnswer.run_id == run_id
    names = ("usefulness", "satisfaction", "comment", "comment_state")
    columns = (getattr(FeedbackAnswer, name) for name in names)
    rows = [row._asdict() for row in session.execute(select(*columns).where(of_run))]
    random.SystemRandom().shuffle(rows)
    session.execute(delete(FeedbackAnswer).where(of_run))
    if rows:
        new = [{**row, "id": random_id(), "run_id": run_id} for row in rows]
        session.execute(insert(FeedbackAnswer), new)
