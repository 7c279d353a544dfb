"""What of a provider's runs out soon, so that somebody can look after it in time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.catalogue.models import Course, CourseStatus, Run, RunStatus
from app.core import clock
from app.core.db import db
from app.providers.models import StaffMember
from app.resources.models import Resource

SOON = timedelta(days=14)
STAFF_SOON = timedelta(days=30)
REVIEWED_WITHIN = timedelta(days=730)
"""A learning resource counts as one of the city's for so long after somebody looked at it."""


@dataclass(frozen=True, slots=True)
class Expiring:
    """Everything that runs out; each list begins with what is most urgent."""

    without_run: Sequence[Course]
    closing: Sequence[Run]
    to_decide: Sequence[Run]
    resources: Sequence[Resource]
    staff: Sequence[StaffMember]

    def __bool__(self) -> bool:
        lists = (self.without_run, self.closing, self.to_decide, self.resources, self.staff)
        return any(lists)


def of_provider(provider_id: int) -> Expiring:
    """Five statements, however much there is."""
    today = clock.today()
    return Expiring(
        without_run=_without_run(provider_id, today),
        closing=_closing(provider_id, today),
        to_decide=_to_decide(provider_id, today),
        resources=_unreviewed(provider_id, today),
        staff=_leaving(provider_id, today),
    )


def _without_run(provider_id: int, today: date) -> Sequence[Course]:
    """Published, and nobody can join them any more."""
    coming = exists().where(
        Run.course_id == Course.id, Run.status == RunStatus.PLANNED, Run.enrol_until >= today
    )
    mine = select(Course).where(
        Course.provider_id == provider_id, Course.status == CourseStatus.PUBLISHED, ~coming
    )
    return db.session.scalars(mine.order_by(Course.title_vi, Course.id)).all()


def _closing(provider_id: int, today: date) -> Sequence[Run]:
    """Free seats, and enrolment that closes soon."""
    found = db.session.scalars(
        _planned(provider_id)
        .where(Run.enrol_from <= today, Run.enrol_until.between(today, today + SOON))
        .order_by(Run.enrol_until, Run.id)
    )
    return [run for run in found if run.has_free_seat]


def _to_decide(provider_id: int, today: date) -> Sequence[Run]:
    """A minimum to reach, and the day of the decision near or past."""
    waits = (Run.going_ahead_at.is_(None), Run.minimum > 0, Run.starts_on >= today)
    near = Run.decide_on <= today + SOON
    found = _planned(provider_id).where(*waits, near).order_by(Run.decide_on, Run.id)
    return db.session.scalars(found).all()


def _planned(provider_id: int) -> Select[Run]:
    mine = select(Run).join(Run.course).where(
        Course.provider_id == provider_id, Course.on_paper.is_(False),
        Run.status == RunStatus.PLANNED,
    )  # fmt: skip
    return mine.options(contains_eager(Run.course))


def _unreviewed(provider_id: int, today: date) -> Sequence[Resource]:
    old = or_(
        Resource.reviewed_on.is_(None), Resource.reviewed_on <= today - REVIEWED_WITHIN + SOON
    )
    mine = select(Resource).where(
        Resource.provider_id == provider_id, Resource.status == CourseStatus.PUBLISHED, old
    )
    return db.session.scalars(mine.order_by(Resource.reviewed_on, Resource.id)).all()


def _leaving(provider_id: int, today: date) -> Sequence[StaffMember]:
    """Staff whose time here ends soon."""
    mine = select(StaffMember).where(
        StaffMember.provider_id == provider_id,
        StaffMember.expires_on.between(today, today + STAFF_SOON),
    )
    loaded = mine.options(joinedload(StaffMember.account))
    return db.session.scalars(loaded.order_by(StaffMember.expires_on, StaffMember.id)).all()
