"""Keeping the index in step: the truth is read again, so late or repeated events end up right."""

from app.catalogue.events import CourseChanged, RunChanged
from app.catalogue.models import Run
from app.core.db import db, end_reading
from app.core.jobs import DayBegan, handles
from app.enrolment.events import PlaceGivenUp, PlaceTaken
from app.enrolment.models import Enrolment
from app.resources.events import ResourceChanged
from app.search import indexing
from app.search.service import engines


@handles(CourseChanged, network=True)
def reindex_course(event: CourseChanged) -> None:
    _refresh_course(event.course_id)


@handles(RunChanged, network=True)
def reindex_run(event: RunChanged) -> None:
    run = db.session.get(Run, event.run_id)
    if run is not None:
        _refresh_course(run.course_id)


@handles(PlaceTaken, network=True)
def reindex_after_taking(event: PlaceTaken) -> None:
    _refresh_course_of(event.enrolment_id)


@handles(PlaceGivenUp, network=True)
def reindex_after_giving_up(event: PlaceGivenUp) -> None:
    _refresh_course_of(event.enrolment_id)


@handles(ResourceChanged, network=True)
def reindex_resource(event: ResourceChanged) -> None:
    found = indexing.resources([event.resource_id])
    end_reading()
    engines().apply(found, [] if found else [f"resource-{event.resource_id}"])


@handles(DayBegan, network=True)
def reindex_everything(_event: DayBegan) -> None:
    """What is open, coming or over changes at midnight without any event of its own."""
    engines().rebuild(indexing.documents)


def _refresh_course_of(enrolment_id: int) -> None:
    enrolment = db.session.get(Enrolment, enrolment_id)
    if enrolment is not None:
        _refresh_course(enrolment.run.course_id)


def _refresh_course(course_id: int) -> None:
    found = indexing.courses([course_id])
    end_reading()
    engines().apply(found, [] if found else [f"course-{course_id}"])
