"""Freezing and publishing a report: two deliberate steps, each kept in the audit log.

Counting takes a while on a city's facts, so it happens before the transaction; the unique index of
period and revision decides between two who freeze at once.
"""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import audit, clock, config, jobs
from app.core.db import breaks, db, end_reading, transaction
from app.core.errors import DomainError
from app.indicators.boards import public as public_boards
from app.indicators.measures import engine
from app.indicators.models import PreparedFigures, RefusedFreeze, Report
from app.indicators.queries import reports as queries
from app.indicators.queries import told
from app.indicators.reports import canonical, errors, gate, making, parameters, stating
from app.indicators.reports.content import Frozen
from app.indicators.reports.events import FreezeAsked, PublishAsked
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
        _forget_refusal(session, period.code)
        asked = FreezeAsked(period.code, reason.strip(), cut_off.isoformat(), account_id)
        jobs.emit(asked)
        audit.record("report.asked", "report", period.code, account_id, period=period.code)
    return period


def note_refusal(period: str, why: str, account_id: int | None) -> None:
    """Keep for the page why a period that somebody asked for was not frozen."""
    with transaction() as session:
        _forget_refusal(session, period)
        session.add(RefusedFreeze(period=period, refused_at=clock.now(), why=why))
        session.flush()
        audit.record(
            "report.freeze_refused", "report", period, account_id, period=period, why=why
        )  # fmt: skip


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


def ask_to_publish(report_id: int, account_id: int) -> None:
    """Let the worker check and publish it; whoever asks again meanwhile changes nothing.

    Raises:
        AlreadyPublished, NewerRevision: there is nothing to ask for.
    """
    nobody_asked = or_(Report.publish_asked_at.is_(None), Report.refusal.is_not(None))
    asked = update(Report).where(
        Report.id == report_id, Report.published_at.is_(None), nobody_asked
    )
    with transaction() as session:
        report = _publishable(report_id)
        values = {"publish_asked_at": clock.now(), "publish_asked_by_id": account_id}
        if session.scalar(asked.values(**values, refusal=None).returning(Report.id)) is None:
            return
        jobs.emit(PublishAsked(report_id))
        audit.record(
            "report.publish_asked", "report", report_id, account_id,
            period=report.period, revision=report.revision,
        )  # fmt: skip


def publish_as_asked(report_id: int) -> None:
    """Publish what somebody asked for, or keep why not; what is done already stays as it is."""
    report = queries.report(report_id)
    if report is None or not report.is_being_checked or report.publish_asked_at is None:
        return
    asked_at = report.publish_asked_at
    try:
        publish(report_id, report.publish_asked_by_id)
    except errors.MeanwhilePublished:
        with transaction():
            jobs.emit(PublishAsked(report_id))
    except DomainError as refusal:
        _refuse(report_id, asked_at, refusal)


def publish(report_id: int, account_id: int | None) -> None:
    """Let everybody read it, after the disclosure auditor has looked at all that is published.

    The auditor works before the transaction; whoever published something meanwhile wins.

    Raises:
        AlreadyPublished, NewerRevision, WouldReveal, MeanwhilePublished: it stays internal.
    """
    number = told.next_key()
    report = _publishable(report_id)
    frozen = queries.frozen(report)
    below = int(frozen.stated.parameters[parameters.BELOW])
    releases = [(queries.name_of(each), queries.frozen(each)) for each in queries.published()]
    name, boards = queries.name_of(report), public_boards.tables_told(below)
    end_reading()
    gate.let_through(releases, name, frozen, boards)
    try:
        _let_out(report_id, number, account_id)
    except IntegrityError as error:
        if breaks(error, "pk_prepared_figures", "prepared_figures.key"):
            raise errors.MeanwhilePublished from error
        raise


def _let_out(report_id: int, number: str, account_id: int | None) -> None:
    published = update(Report).where(Report.id == report_id, Report.published_at.is_(None))
    with transaction() as session:
        report, now = _publishable(report_id), clock.now()
        values = {"published_at": now, "published_by_id": account_id, "refusal": None}
        if session.scalar(published.values(**values).returning(Report.id)) is None:
            raise errors.AlreadyPublished
        content = told.of_report(report_id, now)
        session.add(PreparedFigures(key=number, made_at=now, content=dict(content)))
        session.flush()  # of two who audited at the same time one gets past this line
        audit.record(
            "report.published", "report", report_id, account_id,
            period=report.period, revision=report.revision, digest=report.digest,
        )  # fmt: skip


def _forget_refusal(session: Session, period: str) -> None:
    session.execute(delete(RefusedFreeze).where(RefusedFreeze.period == period))


def _refuse(report_id: int, asked_at: datetime, refusal: DomainError) -> None:
    """Keep it for the page, unless it was published or asked for anew meanwhile."""
    told_why = {"code": refusal.code, "tables": list(getattr(refusal, "tables", ()))}
    waiting = update(Report).where(
        Report.id == report_id, Report.published_at.is_(None),
        Report.publish_asked_at == asked_at, Report.refusal.is_(None),
    )  # fmt: skip
    with transaction() as session:
        if session.scalar(waiting.values(refusal=told_why).returning(Report.id)) is not None:
            audit.record("report.refused", "report", report_id, None, why=refusal.code)


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
            _forget_refusal(session, period.code)
            audit.record(
                "report.frozen", "report", report.id, account_id,
                reason=report.reason, period=period.code, revision=revision, digest=report.digest,
            )  # fmt: skip
    except IntegrityError as error:
        if breaks(error, "uq_reports_period_revision", "reports.period", "reports.revision"):
            raise errors.MeanwhileFrozen from error
        raise
    return report
