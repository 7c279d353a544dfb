"""How places end by the provider's doing: the run is cancelled, or it is over."""

from collections.abc import Collection

from sqlalchemy import select

from app.catalogue.models import RunStatus
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.enrolment.errors import RunNotOver, StepNotPossible
from app.enrolment.events import GroupEnded
from app.enrolment.models import LIVE, Enrolment, GroupBooking
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import offers, seats
from app.enrolment.operations.steps import step


def cancel_places(run_id: int) -> int:
    """End every live place and booking of a run that was cancelled; how many. Safe to repeat."""
    with transaction() as session:
        run = seats.locked(session, run_id)
        if run.status is not RunStatus.CANCELLED:
            return 0
        live = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.state.in_(LIVE))
        ended = session.scalars(live.order_by(Enrolment.id)).all()
        for place in ended:
            step(session, run, place, State.CANCELLED)
        groups = session.scalars(
            select(GroupBooking).where(
                GroupBooking.run_id == run_id, GroupBooking.state == State.ENROLLED
            )
        ).all()
        for booking in groups:
            booking.state, booking.ended_at = State.CANCELLED, clock.now()
            seats.shift(session, run, seats=-booking.seats)
            audit.record("group.cancel", "group_booking", booking.id, run=run_id)
            jobs.emit(GroupEnded(booking.id))
        return len(ended) + len(groups)


def cancel_place(enrolment_id: int, by_id: int | None, reason: str) -> Enrolment:
    """The provider ends one place, with a reason the person is told."""
    with transaction() as session:
        run = seats.locked(session, session.get_one(Enrolment, enrolment_id).run_id)
        place = session.get_one(Enrolment, enrolment_id, populate_existing=True)
        if not place.is_live:
            return place
        before = run.state
        step(session, run, place, State.CANCELLED, by_id, reason=reason)
        offers.settle(session, run)
        seats.tell_if_changed(run, before)
        return place


def record_results(
    run_id: int,
    completed_ids: Collection[int],
    by_id: int | None,
    reason: str = "",
    overridden: Collection[int] | None = None,
) -> int:
    """Of everybody on the list, who completed the run; how many results are new or changed.

    Args:
        completed_ids: enrolments; everybody else on the list has not completed.
        reason: why somebody's result differs from the rule.
        overridden: whose does, so that the reason is kept with theirs alone; None: everybody's.

    Raises:
        RunNotOver: its last day is still to come.
        StepNotPossible: somebody named is not on the list.
    """
    with transaction() as session:
        run = seats.locked(session, run_id)
        if clock.today() < run.ends_on:
            raise RunNotOver
        on_list = (State.ENROLLED, State.COMPLETED, State.NOT_COMPLETED)
        rows = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.state.in_(on_list))
        places = session.scalars(rows.order_by(Enrolment.id)).all()
        if not set(completed_ids) <= {place.id for place in places}:
            raise StepNotPossible
        changed = 0
        for place in places:
            to = State.COMPLETED if place.id in completed_ids else State.NOT_COMPLETED
            if place.state is not to:
                why = reason if overridden is None or place.id in overridden else ""
                step(session, run, place, to, by_id, reason=why)
                changed += 1
        if changed:
            audit.record(
                "run.results", "run", run_id, by_id, completed=len(set(completed_ids)),
                on_list=len(places), against_rule=len(overridden or ()),
            )  # fmt: skip
        return changed
