"""The published versions of a course, one after the other."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.documents import NAMES, NOTHING, Document, of_course
from app.catalogue.models import Course
from app.catalogue.revision_models import CourseVersion


def keep(session: Session, course: Course, by_id: int | None) -> None:
    """Add the course as residents see it now, unless that is what they saw before."""
    _add(session, course, by_id, from_elsewhere=False)


def catch_up(session: Session, course: Course) -> None:
    """Add what a file, a feed or the city wrote into the live course since the last version."""
    if course.is_public:
        _add(session, course, None, from_elsewhere=True)


def _add(session: Session, course: Course, by_id: int | None, *, from_elsewhere: bool) -> None:
    document = _visible(of_course(course))
    versions = select(CourseVersion).where(CourseVersion.course_id == course.id)
    last = session.scalar(versions.order_by(CourseVersion.number.desc()).limit(1))
    if last is not None and _visible(last.document) == document:
        return
    version = CourseVersion(
        course_id=course.id,
        number=last.number + 1 if last else 1,
        document=document,
        by_id=by_id,
        from_elsewhere=from_elsewhere,
    )
    if last is None and from_elsewhere and course.published_at:
        version.at = course.published_at
    session.add(version)


def _visible(document: Document) -> Document:
    """Names that came later say nothing in old versions."""
    whole = {**NOTHING, **document}
    return {name: whole[name] for name in NAMES}
