"""Returns: filled in, certified, checked or sent back; and the periods for which they are asked.

Every step holds the row of its period: closing it waits for steps under way, and no step begins
after. What is certified is not altered unless it is sent back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.core import audit, clock, jobs
from app.core.db import breaks, inserting, transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import lazy as _
from app.core.vi import clean, clean_lines
from app.indicators.errors import (
    AlreadyCertified,
    AlreadyOpened,
    CheckedByAnother,
    DueBeforeItBegins,
    NotCertified,
    NotClosed,
    NotForAPeriod,
    NothingOwed,
    NotNil,
    NotToday,
    PeriodClosed,
    ReportFrozen,
    SayWhoSigned,
    SayWhy,
    SignedTooEarly,
    SourcesMissing,
)
from app.indicators.models import (
    ReportingPeriod,
    Return,
    ReturnState,
    ReturnValue,
)
from app.indicators.models.periods import CERTIFIED, Party
from app.indicators.operations.values import ValueFields, put, read_period
from app.indicators.queries import reports, returns
from app.indicators.returns.events import ReturnSentBack
from app.participation import periods

_OPEN = frozenset({ReturnState.DRAFT, ReturnState.SENT_BACK})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a return says for one indicator."""

    number: Decimal
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnFields:
    """What is filled in; `answers` by key of the indicator."""

    narrative: str = ""
    difficulties: str = ""
    proposals: str = ""
    answers: Mapping[int, Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Paper:
    """Who signed a return on paper, and when."""

    signed_by: str
    signed_on: date


def open_period(code: str, framework_id: int | None, due_on: date, by_id: int) -> ReportingPeriod:
    """Ask every provider and every commune for a return.

    Raises:
        NotForAPeriod, DueBeforeItBegins, AlreadyOpened: as the names say.
    """
    try:
        period = read_period(code)
    except NotForAPeriod as error:
        raise NotForAPeriod(field="code") from error
    if due_on < period.first:
        raise DueBeforeItBegins
    try:
        with transaction() as session:
            opened = ReportingPeriod(
                code=period.code, framework_id=framework_id, due_on=due_on, opened_by_id=by_id
            )
            session.add(opened)
            session.flush()  # the unique constraint answers here
            audit.record("period.opened", "reporting_period", period.code, by_id, due=str(due_on))
            return opened
    except IntegrityError as error:
        if breaks(error, "uq_reporting_periods_code", "reporting_periods.code"):
            raise AlreadyOpened from error
        raise


def close_period(period_id: int, by_id: int) -> None:
    """Take no return any more. Whoever certified nothing stands there as missing.

    Raises:
        PeriodClosed: it was closed before.
    """
    with transaction() as session:
        period = _held(session, period_id, alone=True)
        silent = returns.silent(period)
        rows: list[dict[str, object]] = [
            {"period_id": period_id, "provider_id": party.provider_id, "unit_id": party.unit_id,
             "state": ReturnState.MISSING, "version": 1, "figures": {}}
            for party in silent
        ]  # fmt: skip
        if rows:
            session.execute(insert(Return), rows)
        period.closed_at = clock.now()
        audit.record("period.closed", "reporting_period", period.code, by_id, missing=len(silent))


def reopen_period(period_id: int, reason: str, by_id: int) -> None:
    """Take returns again. Whoever stood there as missing has not begun, as before the end.

    Raises:
        SayWhy: without a reason.
        NotClosed, ReportFrozen: as the names say.
    """
    if not clean(reason):
        raise SayWhy(_("Say why the period is opened again."), field="reason")
    with transaction() as session:
        period = _period(session, period_id, alone=True)
        if period.closed_at is None:
            raise NotClosed
        if reports.last_revision(period.code) or reports.is_asked(period.code):
            raise ReportFrozen
        missing = Return.period_id == period_id, Return.state == ReturnState.MISSING
        session.execute(delete(Return).where(*missing))
        period.closed_at = None
        audit.record(
            "period.reopened", "reporting_period", period.code, by_id, reason=clean(reason)
        )


def save_draft(
    period_id: int, party: Party, fields: ReturnFields, seen: int, by_id: int | None
) -> Return:
    """Keep what is filled in so far.

    Args:
        seen: version of the return that was shown; 0 where there was none.

    Raises:
        PeriodClosed, NothingOwed, AlreadyCertified: as the names say.
        ChangedMeanwhile: somebody else saved first.
    """
    with transaction() as session:
        found = _of(session, period_id, party, seen)
        _fill(session, found, fields)
        _step(session, found, "return.saved", by_id)
        return found


def certify(
    period_id: int, party: Party, figures: Mapping[str, Any], seen: int, by_id: int,
    *, paper: Paper | None = None,
) -> Return:  # fmt: skip
    """Say that the figures shown and filled in are right. What a commune fills in becomes its own.

    Args:
        figures: the platform's, as they were shown.
        paper: what whoever answers for the party signed, where an office enters it for them.

    Raises:
        PeriodClosed, NothingOwed, AlreadyCertified, ChangedMeanwhile: as for a draft.
        SourcesMissing: a figure that was filled in does not say where it is from.
        SayWhoSigned, NotToday, SignedTooEarly: the paper is not told well.
    """
    action = "return.certified_on_paper" if paper else "return.certified"
    try:
        with transaction() as session:
            found = _of(session, period_id, party, seen)
            if codes := found.without_source:
                raise SourcesMissing(codes)
            _certify(found, ReturnState.CERTIFIED, figures, by_id, paper)
            if party.unit_id is not None:
                _keep_values(found, party.unit_id, by_id)
            _step(session, found, action, by_id)
            return found
    except IntegrityError as error:
        if breaks(error, "uq_entered_values_current", "entered_values.criterion_id"):
            raise ChangedMeanwhile from error
        raise


def certify_nil(
    period_id: int, party: Party, figures: Mapping[str, Any], seen: int, by_id: int,
    *, paper: Paper | None = None,
) -> Return:  # fmt: skip
    """Say that there was nothing in the period.

    Raises:
        NotNil: the platform counts something, or figures are filled in.
        PeriodClosed, NothingOwed, AlreadyCertified, ChangedMeanwhile: as for a draft.
        SayWhoSigned, NotToday, SignedTooEarly: as for figures.
    """
    if figures.get("attendances") or figures.get("sessions"):
        raise NotNil
    with transaction() as session:
        found = _of(session, period_id, party, seen)
        if any(value.number for value in found.values):
            raise NotNil
        _certify(found, ReturnState.NIL, figures, by_id, paper)
        _step(session, found, "return.nil_on_paper" if paper else "return.nil", by_id)
        return found


def check(return_id: int, seen: int, by_id: int) -> Return:
    """The office above has looked and agrees; what was nil stays so.

    Four eyes: where an office has one officer who enters what came on paper, the city checks.

    Raises:
        PeriodClosed, NotCertified: as the names say.
        CheckedByAnother: nobody checks what they certified or entered themselves.
        ChangedMeanwhile: it was sent back or certified anew since.
    """
    with transaction() as session:
        found = _certified(session, return_id, seen)
        if found.certified_by_id == by_id:
            raise CheckedByAnother
        if found.state is ReturnState.CERTIFIED:
            found.state = ReturnState.CHECKED
        found.checked_at, found.checked_by_id = clock.now(), by_id
        found.remark = ""
        _step(session, found, "return.checked", by_id)
        return found


def send_back(return_id: int, remark: str, seen: int, by_id: int) -> Return:
    """Ask for something to be put right; it can be filled in and certified again.

    Raises:
        SayWhy: without words nobody knows what is wrong.
        PeriodClosed, NotCertified, ChangedMeanwhile: as for a check.
    """
    if not clean(remark):
        raise SayWhy
    with transaction() as session:
        found = _certified(session, return_id, seen)
        found.state, found.remark = ReturnState.SENT_BACK, clean(remark)
        found.checked_at, found.checked_by_id = clock.now(), by_id
        _step(session, found, "return.sent_back", by_id)
        jobs.emit(ReturnSentBack(found.id, found.checked_at.isoformat()))
        return found


def _held(session: Session, period_id: int, *, alone: bool = False) -> ReportingPeriod:
    """The period, which nobody closes before this transaction is over."""
    period = _period(session, period_id, alone=alone)
    if period.closed_at is not None:
        raise PeriodClosed
    return period


def _period(session: Session, period_id: int, *, alone: bool) -> ReportingPeriod:
    row = select(ReportingPeriod).where(ReportingPeriod.id == period_id)
    return session.scalars(
        row.with_for_update(read=not alone).execution_options(populate_existing=True)
    ).one()


def _of(session: Session, period_id: int, party: Party, seen: int) -> Return:
    """The return that somebody saw, made if there was none; nobody else has it until the end."""
    period = _held(session, period_id)
    if not returns.owes(period, party):
        raise NothingOwed
    found = _locked(session, returns.key_of(period_id, party))
    if found is None:
        if seen:
            raise ChangedMeanwhile
        made = inserting(Return).values(
            period_id=period_id, provider_id=party.provider_id, unit_id=party.unit_id,
            state=ReturnState.DRAFT, version=1, figures={},
        )  # fmt: skip
        new = session.scalar(made.on_conflict_do_nothing().returning(Return.id))
        found = _locked(session, new)
        if found is None:
            raise ChangedMeanwhile
    elif found.state not in _OPEN:
        raise AlreadyCertified
    elif found.version != seen:
        raise ChangedMeanwhile
    return found


def _certified(session: Session, return_id: int, seen: int) -> Return:
    known = session.get_one(Return, return_id)
    _held(session, known.period_id)
    found = _locked(session, return_id)
    if found is None or found.state not in CERTIFIED:
        raise NotCertified
    if found.version != seen:
        raise ChangedMeanwhile
    return found


def _locked(session: Session, return_id: int | None) -> Return | None:
    row = select(Return).where(Return.id == return_id).with_for_update()
    return session.scalar(row.execution_options(populate_existing=True))


def _fill(session: Session, found: Return, fields: ReturnFields) -> None:
    """Only indicators that are asked of this party; an empty box takes its figure away."""
    found.narrative = clean_lines(fields.narrative)
    found.difficulties = clean_lines(fields.difficulties)
    found.proposals = clean_lines(fields.proposals)
    asked = {criterion.id for criterion in returns.asked(found.period, found.party)}
    kept = {value.criterion_id: value for value in found.values}
    for criterion_id in asked:
        answer = fields.answers.get(criterion_id)
        value = kept.pop(criterion_id, None)
        if answer is None:
            if value is not None:
                found.values.remove(value)
            continue
        if value is None:
            value = ReturnValue(criterion_id=criterion_id)
            found.values.append(value)
        value.number, value.source = answer.number, clean(answer.source)
    session.flush()


def _certify(
    found: Return, state: ReturnState, figures: Mapping[str, Any], by_id: int | None,
    paper: Paper | None,
) -> None:  # fmt: skip
    if paper and not clean(paper.signed_by):
        raise SayWhoSigned
    if paper and paper.signed_on > clock.today():
        raise NotToday(field="signed_on")
    if paper and paper.signed_on < periods.parse(found.period.code).first:
        raise SignedTooEarly
    found.signed_by = clean(paper.signed_by) if paper else ""
    found.signed_on = paper.signed_on if paper else None
    found.state, found.figures = state, dict(figures)
    found.certified_at, found.certified_by_id = clock.now(), by_id
    found.checked_at = found.checked_by_id = None


def _keep_values(found: Return, unit_id: int, by_id: int) -> None:
    """What a commune certifies is its figure, by the version of the list that it was asked for."""
    period = periods.parse(found.period.code)
    for value in sorted(found.values, key=lambda value: value.criterion_id):
        put(
            value.criterion, unit_id,
            ValueFields(
                period=period.code, number=value.number, source=value.source,
                as_of=min(period.last, clock.today()),
            ),
            by_id,
        )  # fmt: skip


def _step(session: Session, found: Return, action: str, by_id: int | None) -> None:
    """A line in the log, and another version even where only figures changed."""
    flag_modified(found, "narrative")
    session.flush()
    audit.record(
        action, "return", found.id, by_id,
        period=found.period.code, provider=found.provider_id, unit=found.unit_id,
    )  # fmt: skip
