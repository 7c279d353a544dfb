"""Courses: written, corrected, published and withdrawn."""

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from app.catalogue.errors import NothingToJoin
from app.catalogue.events import CourseChanged
from app.catalogue.models import Audience, Course, CourseStatus, Run, RunStatus, Topic
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.core.vi import clean, clean_lines

_EMPTY = Bilingual("")


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseFields:
    """What a provider says about a course. Without an ISCED-F field the topic's own is taken."""

    title: Bilingual
    topic_id: int
    cla: str
    summary: Bilingual = _EMPTY
    learn: Bilingual = _EMPTY
    for_whom: Bilingual = _EMPTY
    bring: Bilingual = _EMPTY
    audience_ids: frozenset[int] = frozenset()
    job_related: bool = False
    isced_f: str = ""


def create_course(
    provider_id: int, fields: CourseFields, by_id: int | None = None, external_id: str | None = None
) -> Course:
    """A new course, as a draft."""
    with transaction() as session:
        course = Course(provider_id=provider_id, external_id=external_id)
        _fill(session, course, fields)
        session.add(course)
        session.flush()  # gives the id that the audit row names
        _note("course.created", course, by_id)
        return course


def edit_course(
    course_id: int, fields: CourseFields, version: int, by_id: int | None = None
) -> Course:
    """Replace the words of a course.

    Args:
        version: the one the editor saw; nobody's change is overwritten unseen.

    Raises:
        ChangedMeanwhile: somebody saved another version first.
    """
    try:
        with transaction() as session:
            course = session.get_one(Course, course_id)
            if course.version != version:
                raise ChangedMeanwhile
            _fill(session, course, fields)
            flag_modified(course, "title_vi")  # a change of audiences alone is a version too
            _note("course.edited", course, by_id)
            session.flush()  # two editors with the same version are told apart here
            return course
    except StaleDataError as error:
        raise ChangedMeanwhile from error


def publish(course_id: int, by_id: int | None = None) -> Course:
    """Show the course to residents.

    Raises:
        NothingToJoin: no run is planned that is not over.
    """
    with transaction() as session:
        course = session.get_one(Course, course_id)
        if not _has_coming_run(session, course_id):
            raise NothingToJoin
        course.status = CourseStatus.PUBLISHED
        course.published_at = course.published_at or clock.now()
        _note("course.published", course, by_id)
        return course


def withdraw(course_id: int, by_id: int | None = None) -> Course:
    """Take the course out of sight; those who have a place keep it."""
    with transaction() as session:
        course = session.get_one(Course, course_id)
        course.status = CourseStatus.WITHDRAWN
        _note("course.withdrawn", course, by_id)
        return course


def _fill(session: Session, course: Course, fields: CourseFields) -> None:
    topic = session.get_one(Topic, fields.topic_id)
    course.audiences = _chosen(session, fields)  # first: reading the old ones would flush the rest
    same_topic = course.topic_id == fields.topic_id
    course.isced_f = fields.isced_f or (course.isced_f if same_topic else topic.isced_f)
    course.topic_id = fields.topic_id
    course.cla = fields.cla
    course.job_related = fields.job_related
    course.title_vi, course.title_en = clean(fields.title.vi), clean(fields.title.en)
    for name in ("summary", "learn", "for_whom", "bring"):
        value: Bilingual = getattr(fields, name)
        setattr(course, f"{name}_vi", clean_lines(value.vi))
        setattr(course, f"{name}_en", clean_lines(value.en))


def _chosen(session: Session, fields: CourseFields) -> list[Audience]:
    chosen = select(Audience).where(Audience.id.in_(fields.audience_ids))
    return list(session.scalars(chosen.order_by(Audience.position)))


def _has_coming_run(session: Session, course_id: int) -> bool:
    coming = exists().where(
        Run.course_id == course_id,
        Run.status == RunStatus.PLANNED,
        Run.ends_on >= clock.today(),
    )
    return bool(session.scalar(select(coming)))


def _note(action: str, course: Course, by_id: int | None) -> None:
    audit.record(action, "course", course.id, by_id)
    jobs.emit(CourseChanged(course.id))
