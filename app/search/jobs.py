"""Keeping the index in step: the truth is read again, so late or repeated events end up right."""

from app.catalogue.events import CourseChanged, RunChanged
from app.catalogue.models import Run
from app.core.archive import Restored
from app.core.db import db, end_reading
from app.core.jobs import DayBegan, handles
from app.resources.events import ResourceChanged
from app.search import indexing
from app.search.service import engines


@handles(CourseChanged, network=True)
def reindex_course(event: CourseChanged) -> None:
    _refresh_course(event.course_id)


@handles(RunChanged, network=True)
def reindex_run(event: RunChanged) -> None:
    """Also when the last seat went or one came free: enrolment then tells that the run changed."""
    run = db.session.get(Run, event.run_id)
    if run is not None:
        _refresh_course(run.course_id)


@handles(ResourceChanged, network=True)
def reindex_resource(event: ResourceChanged) -> None:
    found = indexing.resources([event.resource_id])
    end_reading()
    engines().apply(found, [] if found else [f"resource-{event.resource_id}"])


@handles(DayBegan, network=True)
def reindex_everything(_event: DayBegan) -> None:
    """What is open, coming or over changes at midnight without any event of its own."""
    engines().rebuild(indexing.documents)


@handles(Restored, network=True)
def reindex_restored(_event: Restored) -> None:
    """The index is of another time than the tables."""
    engines().rebuild(indexing.documents)


def _refresh_course(course_id: int) -> None:
    found = indexing.courses([course_id])
    end_reading()
    engines().apply(found, [] if found else [f"course-{course_id}"])
