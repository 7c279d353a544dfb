"""The provider says yes or no to people of a run that asks for it."""

from collections.abc import Collection

from sqlalchemy import select

from app.catalogue.models import Run, RunStatus
from app.core import clock
from app.core.db import transaction
from app.enrolment.errors import RunCancelled, StepNotPossible
from app.enrolment.models import Enrolment
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import offers, seats
from app.enrolment.operations.steps import step


def approve(enrolment_id: int, by_id: int | None) -> Enrolment:
    """The seat that was kept is the person's; doing it twice is the same as doing it once.

    Raises:
        StepNotPossible: the person has left meanwhile.
        RunCancelled: as the name says.
    """
    with transaction() as session:
        run = seats.locked(session, session.get_one(Enrolment, enrolment_id).run_id)
        place = session.get_one(Enrolment, enrolment_id, populate_existing=True)
        if place.state is State.ENROLLED:
            return place
        if place.state is not State.PENDING:
            raise StepNotPossible
        _check_goes_on(run)
        place.approved_at = clock.now()
        step(session, run, place, State.ENROLLED, by_id)
        return place


def approve_several(run_id: int, enrolment_ids: Collection[int], by_id: int | None) -> int:
    """As `approve`, for everybody of one run who is still to be approved; how many are new."""
    with transaction() as session:
        run = seats.locked(session, run_id)
        _check_goes_on(run)
        asked = select(Enrolment).where(
            Enrolment.run_id == run_id, Enrolment.id.in_(enrolment_ids),
            Enrolment.state == State.PENDING,
        )  # fmt: skip
        places = session.scalars(asked.order_by(Enrolment.id)).all()
        for place in places:
            place.approved_at = clock.now()
            step(session, run, place, State.ENROLLED, by_id)
        return len(places)


def refuse(enrolment_id: int, by_id: int | None, reason: str) -> Enrolment:
    """Say no, with a reason the person is told; the seat is offered to whoever is next.

    Raises:
        StepNotPossible: the person has a seat already, or has left.
    """
    with transaction() as session:
        run = seats.locked(session, session.get_one(Enrolment, enrolment_id).run_id)
        place = session.get_one(Enrolment, enrolment_id, populate_existing=True)
        if place.state is State.REFUSED:
            return place
        before = run.state
        step(session, run, place, State.REFUSED, by_id, reason=reason)
        offers.settle(session, run)
        seats.tell_if_changed(run, before)
        return place


def _check_goes_on(run: Run) -> None:
    if run.status is RunStatus.CANCELLED:
        raise RunCancelled
