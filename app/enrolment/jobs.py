"""What follows from changes elsewhere."""

from sqlalchemy import select

from app.catalogue.events import CourseChanged, RunChanged
from app.catalogue.models import Run
from app.core.db import db
from app.core.jobs import handles
from app.enrolment.operations import seat_waiting


@handles(RunChanged)
def seat_those_who_wait(event: RunChanged) -> None:
    """A raised capacity or a longer enrolment period gives seats to the queue."""
    if db.session.get(Run, event.run_id):
        seat_waiting(event.run_id)


@handles(CourseChanged)
def seat_those_who_wait_for_a_course(event: CourseChanged) -> None:
    """While a course is withdrawn nobody moves up; afterwards they do."""
    queued = select(Run.id).where(Run.course_id == event.course_id, Run.waiting > 0)
    for run_id in db.session.scalars(queued.order_by(Run.id)).all():
        seat_waiting(run_id)
