"""The city takes a course out of sight, with a reason, and lets it go again."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.catalogue import holds
from app.catalogue.city_models import CourseTakedown
from app.catalogue.errors import NotInSight
from app.catalogue.events import CourseTakedownMoved
from app.catalogue.models import Course, CourseStatus
from app.core import audit, clock, jobs
from app.core.db import breaks, transaction
from app.core.vi import clean_lines
from app.providers.errors import DecidedAlready, WordsLacking


def take_down(course_id: int, reason: str, by_id: int) -> None:
    """Nobody outside sees it any more; its provider reads why, and can correct it.

    Raises:
        DecidedAlready: somebody else has taken it down.
        NotInSight: residents do not see it anyway.
        WordsLacking: no reason.
    """
    said = _said(reason)
    try:
        with transaction() as session:
            course = session.get_one(Course, course_id, with_for_update=True)
            if course.status not in (CourseStatus.PUBLISHED, CourseStatus.HELD):
                raise NotInSight
            made = CourseTakedown(course_id=course.id, reason=said, by_id=by_id)
            session.add(made)
            session.flush()  # the index of standing takedowns answers here
            holds.hold_one(session, course_id)
            audit.record("course.taken_down", "course", course_id, by_id, reason=said[:200])
            jobs.emit(CourseTakedownMoved(made.id, lifted=False))
    except IntegrityError as error:
        if breaks(error, "uq_course_takedowns_standing", "course_takedowns.course_id"):
            raise DecidedAlready from error
        raise


def lift(course_id: int, reason: str, by_id: int) -> None:
    """It is public again if it was and its provider is at work.

    Raises:
        DecidedAlready: somebody else has let it go.
        WordsLacking: no reason.
    """
    said = _said(reason)
    with transaction() as session:
        standing = update(CourseTakedown).where(
            CourseTakedown.course_id == course_id, CourseTakedown.lifted_at.is_(None)
        )
        lifted = standing.values(lifted_at=clock.now(), lifted_by_id=by_id, lifted_reason=said)
        takedown_id = session.scalar(lifted.returning(CourseTakedown.id))
        if takedown_id is None:
            raise DecidedAlready
        holds.release_one(session, course_id)
        audit.record("course.takedown_lifted", "course", course_id, by_id, reason=said[:200])
        jobs.emit(CourseTakedownMoved(takedown_id, lifted=True))


def _said(reason: str) -> str:
    said = clean_lines(reason)
    if not said:
        raise WordsLacking
    return said
