"""Reading frozen reports."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from app.core import jobs
from app.core.db import db
from app.core.jobs import Job
from app.indicators.models import Report
from app.indicators.reports import content
from app.indicators.reports.content import Frozen, Part
from app.indicators.reports.events import FreezeAsked, PublishAsked


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
    return period in asked_periods()


def asked_periods() -> list[str]:
    """Those that the worker is about to freeze, whoever asked first first."""
    return _asked(is_given_up=False)


def given_up_periods() -> list[str]:
    """Those that it freezes no more until an administrator starts it again."""
    return _asked(is_given_up=True)


def _asked(*, is_given_up: bool) -> list[str]:
    waiting = jobs.waiting_for(FreezeAsked)
    mine = (job for job in waiting if (job.attempts >= jobs.GIVE_UP_AFTER) is is_given_up)
    return list(dict.fromkeys(job.event["period"] for job in mine))


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
