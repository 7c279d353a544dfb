"""What follows from changes elsewhere, and from the passing of time."""

from sqlalchemy import select

from app.catalogue.events import CourseChanged, RunCancelled, RunChanged
from app.catalogue.models import Run
from app.core.db import db
from app.core.jobs import PeriodBegan, every, handles
from app.enrolment import operations


@handles(RunChanged)
def offer_free_seats(event: RunChanged) -> None:
    """A raised capacity or a longer enrolment period gives seats to the queue."""
    if db.session.get(Run, event.run_id):
        operations.settle_run(event.run_id)


@handles(CourseChanged)
def offer_free_seats_of_a_course(event: CourseChanged) -> None:
    """While a course is withdrawn nobody gets an offer; afterwards they do."""
    queued = select(Run.id).where(Run.course_id == event.course_id, Run.waiting > 0)
    for run_id in db.session.scalars(queued.order_by(Run.id)).all():
        operations.settle_run(run_id)


@handles(RunCancelled)
def cancel_places(event: RunCancelled) -> None:
    """Nobody keeps a place in a class that does not take place."""
    if db.session.get(Run, event.run_id):
        operations.cancel_places(event.run_id)


@every(minutes=1)
def end_offers(_event: PeriodBegan) -> None:
    """A seat nobody claimed in time goes to whoever is next."""
    for run_id in operations.overdue_runs():
        operations.settle_run(run_id)


@every(minutes=15)
def release_reservations(_event: PeriodBegan) -> None:
    """Places that were kept until yesterday go to everybody.

    Where some are still kept, somebody who waits may belong to the group since today; and a seat
    that became free by anything else than an operation is offered as well.
    """
    for reservation_id in operations.reservations_over():
        operations.release(reservation_id)
    for run_id in operations.awaited_runs():
        operations.settle_run(run_id)
