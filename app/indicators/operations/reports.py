"""Freezing and publishing a report: two deliberate steps, each kept in the audit log.

Counting takes a while on a city's facts, so it happens before the transaction; the unique index of
period and revision decides between two who freeze at once.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.core import audit, clock, config, jobs
from app.core.db import breaks, db, transaction
from app.indicators.boards import public as public_boards
from app.indicators.measures import engine
from app.indicators.models import Report
from app.indicators.queries import reports as queries
from app.indicators.reports import canonical, errors, gate, making, parameters, stating
from app.indicators.reports.content import Frozen
from app.indicators.reports.events import FreezeAsked
from app.participation import digest, marks, periods, store
from app.participation.errors import NotAPeriod
from app.participation.periods import Kind, Period


def freeze(
    code: str,
    reason: str = "",
    cut_off: datetime | None = None,
    account_id: int | None = None,
    *,
    once: bool = False,
) -> Report:
    """Count everything as known at the cut-off and keep it as the next revision.

    Args:
        code: of the period.
        reason: why there is another revision.
        cut_off: a moment in the past, to make what another installation made; by default now.
        account_id: who freezes it.
        once: there may be no other of this cut-off; for who may be called twice.

    Raises:
        UnknownPeriod, PeriodNotOver, NeedsReason, NotYetKnown, MeanwhileFrozen: it was not kept.
    """
    period = ready_to_freeze(code, reason)
    if cut_off is not None and cut_off > clock.now():
        raise errors.NotYetKnown
    known = cut_off or _now_settled()
    store.refresh(store.folder(config.current()))
    frozen = _frozen(period, known)
    with transaction():
        if once and queries.is_frozen(period.code, known):
            raise errors.MeanwhileFrozen
        return _keep(period, reason, frozen, account_id)


def ask(code: str, reason: str, account_id: int, *, without_missing: bool) -> Period:
    """Let the worker freeze the period, as known now.

    Args:
        without_missing: whoever asks knows that returns are missing.

    Raises:
        UnknownPeriod, PeriodNotOver, NeedsReason, ReturnsMissing: it was not asked for.
    """
    period = ready_to_freeze(code, reason)
    filed = stating.completeness(period.code)
    if filed and filed.missing and not without_missing:
        raise errors.ReturnsMissing
    with transaction() as session:
        cut_off = marks.cut_off(session)
        asked = FreezeAsked(period.code, reason.strip(), cut_off.isoformat(), account_id)
        jobs.emit(asked)
        audit.record("report.asked", "report", period.code, account_id, period=period.code)
    return period


def ready_to_freeze(code: str, reason: str) -> Period:
    """The period, if a report of it can be frozen.

    Raises:
        UnknownPeriod, PeriodNotOver, NeedsReason: it cannot.
    """
    try:
        period = periods.parse(code)
    except NotAPeriod as error:
        raise errors.UnknownPeriod from error
    if period.kind is Kind.DAYS:
        raise errors.UnknownPeriod
    if period.last >= clock.today():
        raise errors.PeriodNotOver
    if queries.last_revision(period.code) and not reason.strip():
        raise errors.NeedsReason
    return period


def publish(report_id: int, account_id: int | None) -> None:
    """Let everybody read it, after the disclosure auditor has looked at all that is published.

    The auditor works before the transaction; whoever published something meanwhile wins.

    Raises:
        AlreadyPublished, NewerRevision, WouldReveal, MeanwhilePublished: it stays internal.
    """
    report = _publishable(report_id)
    before = queries.published()
    releases = [(queries.name_of(each), queries.frozen(each)) for each in before]
    frozen = queries.frozen(report)
    told = public_boards.told(int(frozen.stated.parameters[parameters.BELOW]))
    gate.let_through(releases, queries.name_of(report), frozen, told)
    known = {each.id for each in before}
    with transaction() as session:
        report = _publishable(report_id)
        if {each.id for each in queries.published()} != known:
            raise errors.MeanwhilePublished
        published = (
            update(Report)
            .where(Report.id == report_id, Report.published_at.is_(None))
            .values(published_at=clock.now(), published_by_id=account_id)
            .returning(Report.id)
        )
        if session.scalar(published) is None:
            raise errors.AlreadyPublished
        audit.record(
            "report.published", "report", report_id, account_id,
            period=report.period, revision=report.revision, digest=report.digest,
        )  # fmt: skip


def _now_settled() -> datetime:
    """Now, when nobody is still writing down what they learned before."""
    with transaction() as session:
        return marks.cut_off(session)


def _publishable(report_id: int) -> Report:
    report = db.session.get_one(Report, report_id)
    if report.published_at:
        raise errors.AlreadyPublished
    if queries.last_revision(report.period) > report.revision:
        raise errors.NewerRevision
    return report


def note_export(report: Report, file_format: str, account_id: int | None) -> None:
    """Keep a line about exact figures that went out as a file."""
    with transaction():
        audit.record(
            "report.exported", "report", report.id, account_id,
            period=report.period, revision=report.revision, format=file_format,
        )  # fmt: skip


def _frozen(period: Period, known: datetime) -> Frozen:
    definitions = sorted(engine.in_force(), key=lambda each: each.code)
    given = parameters.current()
    made = making.make(definitions, period, known, given)
    stated = stating.state(period, known, definitions, given, made.names)
    facts = digest.digest(period, as_known=known)
    db.session.rollback()  # nothing was written; the transaction that keeps it begins anew
    return Frozen(stated, facts, made.public, made.internal)


def _keep(period: Period, reason: str, frozen: Frozen, account_id: int | None) -> Report:
    content = frozen.text()
    try:
        with transaction() as session:
            revision = queries.last_revision(period.code) + 1
            if revision > 1 and not reason.strip():
                raise errors.NeedsReason
            report = Report(
                period=period.code,
                revision=revision,
                reason=reason.strip(),
                cut_off=frozen.stated.cut_off,
                facts_digest=frozen.facts,
                software=frozen.stated.software,
                content=content,
                digest=canonical.digest(content),
                frozen_at=clock.now(),
                frozen_by_id=account_id,
            )
            session.add(report)
            session.flush()
            audit.record(
                "report.frozen", "report", report.id, account_id,
                reason=report.reason, period=period.code, revision=revision, digest=report.digest,
            )  # fmt: skip
    except IntegrityError as error:
        if breaks(error, "uq_reports_period_revision", "reports.period", "reports.revision"):
            raise errors.MeanwhileFrozen from error
        raise
    return report
