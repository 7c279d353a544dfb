"""Reading frozen reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from app.core import clock, jobs
from app.core.db import db
from app.core.i18n import Bilingual
from app.core.jobs import Job
from app.indicators.models import RefusedFreeze, Report
from app.indicators.reports import content
from app.indicators.reports.content import Frozen, Part
from app.indicators.reports.events import FreezeAsked, PublishAsked
from app.participation import periods

_TOLD_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Turn:
    """When the worker was last seen at it, and when another one begins if it is not seen again.

    A worker that was killed tells nobody: its work comes back when its time is over.
    """

    seen_at: datetime | None = None
    again_at: datetime | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nobody took the work up again although it was time."""
        return self.again_at is not None and self.again_at < clock.now() - jobs.LEASE

    @classmethod
    def of(cls, job: Job) -> "Turn":
        if not job.attempts:
            return cls()
        return cls(None if job.error else job.due_at - jobs.LEASE, job.due_at)


@dataclass(frozen=True, slots=True)
class Freezing:
    """A period that the worker is about to freeze."""

    period: Bilingual
    turn: Turn


def all_reports() -> Sequence[Report]:
    """Every revision of every period, the last frozen first, without their content."""
    query = select(Report).options(defer(Report.content))
    return db.session.scalars(query.order_by(Report.frozen_at.desc(), Report.id.desc())).all()


def published() -> Sequence[Report]:
    """What anybody may read: of each period all published revisions, the newest first."""
    query = select(Report).where(Report.published_at.is_not(None)).options(defer(Report.content))
    ordered = query.order_by(Report.period.desc(), Report.revision.desc())
    return db.session.scalars(ordered).all()


def in_force(period: str) -> Report | None:
    """The newest published revision of this period."""
    query = select(Report).where(Report.period == period, Report.published_at.is_not(None))
    return db.session.scalars(query.order_by(Report.revision.desc()).limit(1)).first()


def revisions(period: str) -> Sequence[Report]:
    """All of this period, the newest first, without their content."""
    query = select(Report).where(Report.period == period).options(defer(Report.content))
    return db.session.scalars(query.order_by(Report.revision.desc())).all()


def revision(period: str, number: int) -> Report | None:
    return db.session.scalars(select(Report).filter_by(period=period, revision=number)).first()


def last_revision(period: str) -> int:
    """Its number; 0 where nothing has been frozen."""
    return db.session.scalar(select(func.max(Report.revision)).filter_by(period=period)) or 0


def before(report: Report, *, is_published: bool) -> Report | None:
    """The revision this one replaced: for the public the one that was published."""
    query = select(Report).where(Report.period == report.period, Report.revision < report.revision)
    if is_published:
        query = query.where(Report.published_at.is_not(None))
    return db.session.scalars(query.order_by(Report.revision.desc()).limit(1)).first()


def frozen(report: Report) -> Frozen:
    """What the report says; it never changes, so the last few are kept in memory."""
    return _read(report.content)


@lru_cache(maxsize=8)
def _read(text: str) -> Frozen:
    return content.of(text)


def is_frozen(period: str, cut_off: datetime) -> bool:
    """Whether there is a report of this period as known at this moment."""
    query = select(Report.id).filter_by(period=period, cut_off=cut_off)
    return db.session.scalar(query) is not None


def is_asked(period: str) -> bool:
    """Whether the worker is about to freeze this period."""
    return period in _asked(is_given_up=False)


def freezing() -> list[Freezing]:
    """What the worker is about to freeze, whoever asked first first."""
    found = _asked(is_given_up=False).items()
    return [Freezing(periods.parse(code).label, Turn.of(job)) for code, job in found]


def given_up_periods() -> list[str]:
    """Those that it freezes no more until an administrator starts it again."""
    return list(_asked(is_given_up=True))


def refused_freezes() -> Sequence[RefusedFreeze]:
    """Periods that were asked for lately and not frozen, the latest refusal first."""
    lately = RefusedFreeze.refused_at > clock.now() - _TOLD_FOR
    found = select(RefusedFreeze).where(lately)
    return db.session.scalars(found.order_by(RefusedFreeze.refused_at.desc())).all()


def _asked(*, is_given_up: bool) -> dict[str, Job]:
    """The first job of each period."""
    found: dict[str, Job] = {}
    for job in jobs.waiting_for(FreezeAsked):
        if (job.attempts >= jobs.GIVE_UP_AFTER) is is_given_up:
            found.setdefault(job.event["period"], job)
    return found


def publishing_job(report_id: int) -> Job | None:
    """What the worker is about to check and publish."""
    waiting = jobs.waiting_for(PublishAsked)
    return next((job for job in waiting if job.event["report_id"] == report_id), None)


def report(report_id: int) -> Report | None:
    return db.session.get(Report, report_id)


def for_part(period: str, part: Part) -> Report | None:
    """The newest revision of which this part may be used: the public one of published reports."""
    if part is Part.PUBLIC:
        return in_force(period)
    return revision(period, last_revision(period))


def name_of(report: Report) -> str:
    """What messages call one revision."""
    return f"{report.period} r{report.revision}"
