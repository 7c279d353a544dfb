"""Moving to another run of the same course."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.fees import find, read_fee_groups
from app.catalogue.models import Run
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.enrolment.errors import (
    NoSeatThere,
    NotTheSameCourse,
    StepNotPossible,
    TooLateToWithdraw,
)
from app.enrolment.events import PlaceTaken
from app.enrolment.models import Channel, Enrolment
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import (
    deadlines,
    eligibility,
    fees,
    kept_seats,
    known,
    new_places,
    offers,
    seats,
    taking,
)
from app.enrolment.operations.application import Application
from app.enrolment.operations.eligibility import Standing
from app.enrolment.operations.steps import step

MOVED = "moved by staff"


def transfer(
    enrolment_id: int,
    run_id: int,
    by_id: int | None = None,
    *,
    by_staff: bool = False,
    told_by_details: bool = False,
) -> Enrolment:
    """Leave one run and take a free seat on another of the same course, in one step.

    The two places are linked and count once. The same move sent twice finds the first answer.

    Args:
        told_by_details: by somebody who only knows the place, see `Application`.

    Raises:
        NotTheSameCourse: as the name says.
        NoSeatThere: the other run has no free seat, or people wait for it; nothing has changed.
        StepNotPossible: only who has a seat can move.
    """
    with transaction() as session:
        old = session.get_one(Enrolment, enrolment_id)
        eligibility.held(session, old.person_id)  # people before runs, as everywhere
        runs = seats.locked_in_order(session, {old.run_id, run_id})
        if run_id not in runs:
            raise NotTheSameCourse
        here, there = runs[old.run_id], runs[run_id]
        old = session.get_one(Enrolment, enrolment_id, populate_existing=True)
        if sent := _moved_before(session, old, run_id):
            return sent
        _check_may_leave(old, here, there, by_staff=by_staff)
        asked = _as_before(old, there, by_id, by_staff=by_staff, told_by_details=told_by_details)
        taking.check_open(there, asked.channel)
        person_id = eligibility.held(session, old.person_id)
        mine = known.of(session, there, person_id)
        standing = eligibility.check(session, there, person_id, asked, mine, leaves_id=old.id)
        states = {run.id: run.state for run in runs.values()}
        if offers.has_overdue(session, there):
            offers.settle(session, there)
        is_seated, (standing,) = kept_seats.take(session, there, [standing])
        if not is_seated:
            raise NoSeatThere
        step(session, here, old, State.TRANSFERRED, by_id)
        new = _successor(old, there, standing, asked)
        session.add(new)
        session.flush()
        audit.record(
            "enrolment.moved_here", "enrolment", new.id, by_id, run=there.id, was=old.id,
            overridden=list(standing.overridden),
        )  # fmt: skip
        jobs.emit(PlaceTaken(new.id))
        offers.settle(session, here)
        for run in runs.values():
            seats.tell_if_changed(run, states[run.id])
        return new


def fee_after_move(old: Enrolment, there: Run) -> int:
    """What the new place will cost, in dong."""
    return fees.due(there, _fee_group(old, there)).fee


def _fee_group(old: Enrolment, there: Run) -> str:
    """The same reduced fee, where the other run has it too."""
    return old.fee_group if find(read_fee_groups(there.fee_groups), old.fee_group) else ""


def _moved_before(session: Session, old: Enrolment, run_id: int) -> Enrolment | None:
    made = select(Enrolment).where(Enrolment.came_from_id == old.id, Enrolment.run_id == run_id)
    return session.scalar(made)


def _check_may_leave(old: Enrolment, here: Run, there: Run, *, by_staff: bool) -> None:
    if old.state is not State.ENROLLED or here.id == there.id:
        raise StepNotPossible
    if here.course_id != there.course_id:
        raise NotTheSameCourse
    if not by_staff and clock.today() > deadlines.leave_until(here, old):
        raise TooLateToWithdraw


def _as_before(
    old: Enrolment, there: Run, by_id: int | None, *, by_staff: bool, told_by_details: bool
) -> Application:
    """What was asked for there is asked for here; staff know why they move somebody past a rule."""
    return Application(
        channel=Channel.STAFF if by_staff else Channel.WEB, recorded_by_id=by_id,
        answers=old.answers, fee_group=_fee_group(old, there), override_reason=MOVED,
        told_by_details=frozenset({old.person_id} if told_by_details else ()),
    )  # fmt: skip


def _successor(old: Enrolment, there: Run, standing: Standing, asked: Application) -> Enrolment:
    """The new place; what was paid or waived stays so where the fee is the same."""
    is_asked = there.needs_approval and not old.approved_at
    state = State.PENDING if is_asked else State.ENROLLED
    row = new_places.row(there, old.person_id, state, standing, asked, key=None, party=old.party)
    new = Enrolment(**row)
    new.channel, new.approved_at = old.channel, old.approved_at
    new.came_from_id, new.began_as_id = old.id, old.began_as_id or old.id
    if (old.fee, old.fee_group) == (new.fee, new.fee_group):
        for name in ("fee_status", "fee_reason", "fee_settled_at", "fee_settled_by_id",
                     "document_seen_at"):  # fmt: skip
            setattr(new, name, getattr(old, name))
    return new
