"""What moves the indexes: the truth is read again, so late or repeated events end up right."""

from app.catalogue.events import CourseChanged, RunChanged
from app.catalogue.models import Run
from app.core.archive import Restored
from app.core.db import db
from app.core.jobs import DayBegan, PeriodBegan, every, handles
from app.resources.events import ResourceChanged
from app.search import in_step
from app.search.events import ServerBehind


@handles(CourseChanged, network=True)
def reindex_course(event: CourseChanged) -> None:
    in_step.refresh([f"course-{event.course_id}"])


@handles(RunChanged, network=True)
def reindex_run(event: RunChanged) -> None:
    """Also when the last seat went or one came free: enrolment then tells that the run changed."""
    run = db.session.get(Run, event.run_id)
    if run is not None:
        in_step.refresh([f"course-{run.course_id}"])


@handles(ResourceChanged, network=True)
def reindex_resource(event: ResourceChanged) -> None:
    in_step.refresh([f"resource-{event.resource_id}"])


@handles(ServerBehind, network=True)
def follow(_event: ServerBehind) -> None:
    in_step.catch_up()


@handles(DayBegan, network=True)
def begin_the_day(_event: DayBegan) -> None:
    """What is open, coming or over changes at midnight without any event of its own."""
    in_step.heal()


@handles(Restored, network=True)
def reindex_restored(_event: Restored) -> None:
    """The index is of another time than the tables."""
    in_step.rebuild()


@every(minutes=1, network=True)
def look_after(_event: PeriodBegan) -> None:
    in_step.look_after()


@every(minutes=60, network=True)
def compare(_event: PeriodBegan) -> None:
    in_step.heal()
