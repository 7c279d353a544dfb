"""Moving to another run of the same course."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Run
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.keys import random_code
from app.enrolment.errors import (
    AlreadyEnrolled,
    NoSeatThere,
    NotTheSameCourse,
    StepNotPossible,
    TooLateToWithdraw,
)
from app.enrolment.events import PlaceTaken
from app.enrolment.models import LIVE, Channel, Enrolment, FeeStatus
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import eligibility, offers, places, seats
from app.enrolment.operations.steps import step


def transfer(
    enrolment_id: int, run_id: int, by_id: int | None = None, *, by_staff: bool = False
) -> Enrolment:
    """Leave one run and take a free seat on another of the same course, in one step.

    The two places are linked and count once. The same move sent twice finds the first answer.

    Raises:
        NotTheSameCourse: as the name says.
        NoSeatThere: the other run has no free seat, or people wait for it; nothing has changed.
        StepNotPossible: only who has a seat can move.
    """
    with transaction() as session:
        old = session.get_one(Enrolment, enrolment_id)
        runs = seats.locked_in_order(session, {old.run_id, run_id})
        here, there = runs[old.run_id], runs[run_id]
        old = session.get_one(Enrolment, enrolment_id, populate_existing=True)
        if sent := _moved_before(session, old, run_id):
            return sent
        _check(session, old, here, there, by_staff=by_staff)
        states = {run.id: run.state for run in runs.values()}
        if not seats.take(session, there):
            raise NoSeatThere
        step(session, here, old, State.TRANSFERRED, by_id)
        new = _successor(old, there, by_id)
        session.add(new)
        session.flush()
        audit.record("enrolment.moved_here", "enrolment", new.id, by_id, run=there.id, was=old.id)
        jobs.emit(PlaceTaken(new.id))
        offers.settle(session, here)
        for run in runs.values():
            seats.tell_if_changed(run, states[run.id])
        return new


def _moved_before(session: Session, old: Enrolment, run_id: int) -> Enrolment | None:
    made = select(Enrolment).where(Enrolment.came_from_id == old.id, Enrolment.run_id == run_id)
    return session.scalar(made)


def _check(session: Session, old: Enrolment, here: Run, there: Run, *, by_staff: bool) -> None:
    if old.state is not State.ENROLLED or here.id == there.id:
        raise StepNotPossible
    if here.course_id != there.course_id:
        raise NotTheSameCourse
    if not by_staff and clock.today() > (here.withdraw_until or here.ends_on):
        raise TooLateToWithdraw
    places.check_open(there, Channel.STAFF if by_staff else Channel.WEB)
    person_id = eligibility.held(session, old.person_id)
    mine = select(Enrolment.id).where(
        Enrolment.run_id == there.id, Enrolment.person_id == person_id, Enrolment.state.in_(LIVE)
    )
    if session.scalar(mine) is not None:
        raise AlreadyEnrolled


def _successor(old: Enrolment, there: Run, by_id: int | None) -> Enrolment:
    """The new place; what was paid or waived stays so where the fee is the same."""
    now = clock.now()
    new = Enrolment(
        code=random_code(), person_id=old.person_id, run_id=there.id, channel=old.channel,
        state=State.PENDING if there.needs_approval and not old.approved_at else State.ENROLLED,
        joined_at=now, approved_at=old.approved_at, rank=old.rank, party=old.party,
        answers=dict(old.answers), terms=places.terms(there), fee=there.fee,
        fee_status=FeeStatus.DUE if there.fee else FeeStatus.FREE,
        came_from_id=old.id, began_as_id=old.began_as_id or old.id, recorded_by_id=by_id,
    )  # fmt: skip
    if new.state is State.ENROLLED:
        new.seated_at = now
    if old.terms.get("fee") == there.fee:
        for name in ("fee", "fee_group", "fee_status", "fee_reason", "fee_settled_at",
                     "fee_settled_by_id", "document_seen_at"):  # fmt: skip
            setattr(new, name, getattr(old, name))
    return new
