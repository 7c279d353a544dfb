"""What waits beside a course: its revision, and the wish to publish it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue import documents
from app.catalogue.documents import Document
from app.catalogue.models import Course
from app.catalogue.revision_models import CourseRelease, CourseRevision


def locked(session: Session, course_id: int) -> Course:
    """The course; whoever else wants to change its words waits."""
    return session.get_one(Course, course_id, with_for_update=True, populate_existing=True)


def revision_of(session: Session, course_id: int) -> CourseRevision | None:
    return session.scalar(select(CourseRevision).where(CourseRevision.course_id == course_id))


def release_of(session: Session, course_id: int) -> CourseRelease | None:
    return session.scalar(select(CourseRelease).where(CourseRelease.course_id == course_id))


def forget_release(session: Session, course_id: int) -> None:
    release = release_of(session, course_id)
    if release is not None:
        session.delete(release)


def current(course: Course, revision: CourseRevision | None) -> Document:
    """What the editor works on: the course, with what is to change in it."""
    live = documents.of_course(course)
    return documents.merged(revision.base, revision.document, live) if revision else live
