"""Courses the city keeps out of sight: of providers that are not at work, and those taken down."""

from sqlalchemy import ColumnElement, Select, Update, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.catalogue.city_models import CourseTakedown
from app.catalogue.events import CourseChanged
from app.catalogue.models import Course, CourseStatus
from app.core import jobs
from app.core.db import db
from app.core.i18n import lazy as _
from app.providers.models import Provider, ProviderStatus
from app.providers.standing.belongings import Belonging, register

_LONGEST_KEY = 100
_TAKEN_DOWN = exists().where(
    CourseTakedown.course_id == Course.id, CourseTakedown.lifted_at.is_(None)
)
_NOT_AT_WORK = exists().where(
    Provider.id == Course.provider_id, Provider.status != ProviderStatus.ACTIVE
)


def keep_back(session: Session, provider_id: int) -> None:
    """Of its courses that have just become public, those that may not be are held."""
    _hold(session, Course.provider_id == provider_id, or_(_TAKEN_DOWN, _NOT_AT_WORK))


def hold(session: Session, provider_id: int) -> None:
    _hold(session, Course.provider_id == provider_id)


def hold_one(session: Session, course_id: int) -> None:
    """One course, whatever its provider."""
    _hold(session, Course.id == course_id)


def release(session: Session, provider_id: int) -> None:
    _release(session, Course.provider_id == provider_id)


def release_one(session: Session, course_id: int) -> None:
    """Unless its provider is not at work."""
    _release(session, Course.id == course_id)


def hand_over(session: Session, from_id: int, to_id: int) -> None:
    """What names a course in files of its provider stays unique at the successor."""
    known = {key for key in session.scalars(_keys(to_id)) if key}
    slug = session.scalars(select(Provider.slug).where(Provider.id == from_id)).one()
    doubled = [key for key in session.scalars(_keys(from_id)) if key in known]
    for key in doubled:
        mine = update(Course).where(Course.provider_id == from_id, Course.external_id == key)
        session.execute(mine.values(external_id=_free(f"{slug}/{key}"[:_LONGEST_KEY], known)))
    moved = update(Course).where(Course.provider_id == from_id)
    _turn(session, moved.values(provider_id=to_id, version=Course.version + 1))


def _hold(session: Session, *which: ColumnElement[bool]) -> None:
    held = update(Course).where(*which, Course.status == CourseStatus.PUBLISHED)
    _turn(session, held.values(status=CourseStatus.HELD, version=Course.version + 1))


def _release(session: Session, which: ColumnElement[bool]) -> None:
    let_go = update(Course).where(
        which, Course.status == CourseStatus.HELD, ~_TAKEN_DOWN, ~_NOT_AT_WORK
    )
    _turn(session, let_go.values(status=CourseStatus.PUBLISHED, version=Course.version + 1))


def _turn(session: Session, statement: Update) -> None:
    """The search and the waiting lists follow each of them."""
    session.flush()
    turned = statement.returning(Course.id)
    ids = session.scalars(turned, execution_options={"synchronize_session": False}).all()
    if ids:
        session.expire_all()
    for course_id in sorted(ids):
        jobs.emit(CourseChanged(course_id))


def _keys(provider_id: int) -> Select[str | None]:
    mine = select(Course.external_id).where(Course.provider_id == provider_id)
    return mine.where(Course.external_id.is_not(None)).order_by(Course.id)


def _free(key: str, known: set[str]) -> str:
    number, free = 2, key
    while free in known:
        ending = f"-{number}"
        free, number = key[: _LONGEST_KEY - len(ending)] + ending, number + 1
    known.add(free)
    return free


def _count(provider_id: int) -> int:
    public = CourseStatus.PUBLISHED, CourseStatus.HELD
    mine = select(func.count()).where(Course.provider_id == provider_id, Course.status.in_(public))
    return db.session.scalar(mine) or 0


register(
    Belonging(
        name="courses",
        label=_("Courses"),
        count=_count,
        hold=hold,
        release=release,
        hand_over=hand_over,
    )
)
