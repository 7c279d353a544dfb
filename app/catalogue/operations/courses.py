"""Courses: begun, copied, corrected in place, withdrawn, deleted while they are nothing yet."""

from dataclasses import replace

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from app.catalogue import documents
from app.catalogue.documents import PAIRS, CourseFields
from app.catalogue.errors import HeldByTheCity, NotAnEmptyDraft
from app.catalogue.events import CourseChanged
from app.catalogue.models import Audience, Course, CourseStatus, Run, Topic
from app.catalogue.operations import history
from app.catalogue.operations.pending import current, forget_release, locked, revision_of
from app.catalogue.revision_models import CourseRelease
from app.core import audit, jobs
from app.core.db import transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.core.vi import clean, clean_lines

LONGEST_TITLE = 200


def create_course(
    provider_id: int, fields: CourseFields, by_id: int | None = None, external_id: str | None = None
) -> Course:
    """A new course, as a draft."""
    with transaction() as session:
        course = Course(provider_id=provider_id, external_id=external_id)
        fill(session, course, fields)
        session.add(course)
        session.flush()  # gives the id that the audit row names
        note("course.created", course, by_id)
        return course


def copy_course(course_id: int, by_id: int | None = None) -> Course:
    """A draft with the same words, those of a pending revision where there is one; without runs."""
    with transaction() as session:
        course = session.get_one(Course, course_id)
        fields = documents.fields_of(current(course, revision_of(session, course_id)))
        copy = create_course(course.provider_id, replace(fields, title=_copied(fields)), by_id)
        copy.isced_f = course.isced_f if copy.topic_id == course.topic_id else copy.isced_f
        return copy


def delete_draft(course_id: int, by_id: int | None = None) -> None:
    """Delete a draft that nobody has ever seen and to which nothing belongs.

    Raises:
        NotAnEmptyDraft: it was public once, or it has a run.
    """
    try:
        with transaction() as session:
            course = locked(session, course_id)
            has_run = exists().where(Run.course_id == course_id)
            was_seen = course.status is not CourseStatus.DRAFT or course.published_at is not None
            if was_seen or session.scalar(select(has_run)):
                raise NotAnEmptyDraft
            session.execute(delete(CourseRelease).where(CourseRelease.course_id == course_id))
            session.delete(course)
            session.flush()  # whatever else belongs to it refuses here
            audit.record("course.deleted", "course", course_id, by_id, provider=course.provider_id)
    except IntegrityError as error:
        raise NotAnEmptyDraft from error


def edit_course(
    course_id: int, fields: CourseFields, version: int, by_id: int | None = None
) -> Course:
    """Replace the words of a course in its own row: of a live one, residents see them at once.

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
            fill(session, course, fields)
            flag_modified(course, "cla")  # a change of audiences alone is a version too
            note("course.edited", course, by_id)
            session.flush()  # two editors with the same version are told apart here
            return course
    except StaleDataError as error:
        raise ChangedMeanwhile from error


def withdraw(course_id: int, by_id: int | None = None) -> Course:
    """Take the course out of sight; those who have a place keep it.

    Raises:
        HeldByTheCity: as the name says.
    """
    with transaction() as session:
        course = locked(session, course_id)
        if course.status is CourseStatus.HELD:
            raise HeldByTheCity
        history.catch_up(session, course)
        forget_release(session, course_id)
        course.status = CourseStatus.WITHDRAWN
        note("course.withdrawn", course, by_id)
        return course


def fill(session: Session, course: Course, fields: CourseFields) -> None:
    """Write the words into the row."""
    topic = session.get_one(Topic, fields.topic_id)
    course.audiences = _chosen(session, fields)  # first: reading the old ones would flush the rest
    same_topic = course.topic_id == fields.topic_id
    course.isced_f = fields.isced_f or (course.isced_f if same_topic else topic.isced_f)
    course.topic_id = fields.topic_id
    course.cla = fields.cla
    course.job_related = fields.job_related
    course.title_vi, course.title_en = clean(fields.title.vi), clean(fields.title.en)
    for name in PAIRS[1:]:
        value: Bilingual = getattr(fields, name)
        setattr(course, f"{name}_vi", clean_lines(value.vi))
        setattr(course, f"{name}_en", clean_lines(value.en))
    course.languages = " ".join(fields.languages)
    if fields.source_was is not None:
        course.source_was = dict(fields.source_was)
        flag_modified(course, "source_was")  # said, so not to be found out


def _chosen(session: Session, fields: CourseFields) -> list[Audience]:
    chosen = select(Audience).where(Audience.id.in_(fields.audience_ids))
    return list(session.scalars(chosen.order_by(Audience.position)))


def note(action: str, course: Course, by_id: int | None) -> None:
    audit.record(action, "course", course.id, by_id)
    jobs.emit(CourseChanged(course.id))


def _copied(fields: CourseFields) -> Bilingual:
    """Told apart from the first one in every list."""
    vi, en = fields.title.vi, fields.title.en
    return Bilingual(
        f"{vi[: LONGEST_TITLE - 12]} (bản sao)", f"{en[: LONGEST_TITLE - 12]} (copy)" if en else ""
    )
