"""Figures that offices enter, and targets; a correction keeps what it replaces."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import audit, clock
from app.core.db import breaks, transaction
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.vi import clean, clean_lines
from app.indicators.errors import AlreadyEntered, NotEntered, NotForAPeriod, NotInForce, NotToday
from app.indicators.models import Criterion, EnteredValue, Target
from app.indicators.models.frameworks import CriterionKind, SourceKind
from app.indicators.queries import frameworks, values
from app.participation import periods
from app.participation.periods import Kind, Period


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueFields:
    """A figure with where it is from, and the day on which it was true."""

    period: str
    number: Decimal
    source: str
    as_of: date
    note: str = ""


def read_period(text: str) -> Period:
    """A period that figures are kept for by name.

    Raises:
        NotForAPeriod: there is no such name, or it is any span of days.
    """
    try:
        period = periods.parse(text)
    except DomainError as error:
        raise NotForAPeriod from error
    if period.kind is Kind.DAYS:
        raise NotForAPeriod
    return period


def enter_value(
    criterion_id: int, unit_id: int, fields: ValueFields, corrects: int, by_id: int | None = None
) -> EnteredValue:
    """Keep a figure of one unit and period; the one it corrects stays, marked as replaced.

    Args:
        corrects: id of the figure that the office saw; 0 where it saw none.

    Raises:
        NotEntered: the platform counts it, or the criterion is no indicator.
        NotInForce: the criterion stands in an older version of its list.
        NotForAPeriod, NotToday: as the names say.
        AlreadyEntered: there is a figure, and the office has not seen it.
        ChangedMeanwhile: somebody else corrected it first.
    """
    period = read_period(fields.period)
    if fields.as_of > clock.today():
        raise NotToday
    try:
        with transaction() as session:
            criterion = _entered(session, criterion_id)
            current = values.current(criterion, unit_id, period.code)
            if (current.id if current else 0) != corrects:
                raise ChangedMeanwhile if corrects else AlreadyEntered
            return _put(criterion, unit_id, replace(fields, period=period.code), by_id, current)
    except IntegrityError as error:
        if breaks(error, "uq_entered_values_current", "entered_values.criterion_id"):
            raise ChangedMeanwhile from error
        raise


def put(criterion: Criterion, unit_id: int, fields: ValueFields, by_id: int | None) -> EnteredValue:
    """The new current figure, whatever was there; part of a greater change."""
    with transaction():
        current = values.current(criterion, unit_id, fields.period)
        return _put(criterion, unit_id, fields, by_id, current)


def _put(
    criterion: Criterion, unit_id: int, fields: ValueFields, by_id: int | None,
    replaces: EnteredValue | None,
) -> EnteredValue:  # fmt: skip
    """Only the figure that was seen makes room: of two who saw the same one, one is too late."""
    with transaction() as session:
        if replaces is not None:
            _retire(session, replaces.id)
        value = EnteredValue(
            criterion_id=criterion.id, unit_id=unit_id, period=fields.period, number=fields.number,
            source=clean(fields.source), as_of=fields.as_of, note=clean_lines(fields.note),
            entered_by_id=by_id,
        )  # fmt: skip
        session.add(value)
        session.flush()  # the unique index answers here
        number = str(fields.number)
        audit.record(
            "value.entered", "entered_value", value.id, by_id,
            criterion=criterion.code, unit=unit_id, period=fields.period, number=number,
        )  # fmt: skip
        return value


def _retire(session: Session, value_id: int) -> None:
    stands = EnteredValue.id == value_id, EnteredValue.replaced_at.is_(None)
    gone = update(EnteredValue).where(*stands).values(replaced_at=clock.now())
    if session.execute(gone.returning(EnteredValue.id)).first() is None:
        raise ChangedMeanwhile


def _entered(session: Session, criterion_id: int) -> Criterion:
    criterion = session.get_one(Criterion, criterion_id)
    if (
        criterion.kind is not CriterionKind.INDICATOR
        or criterion.source_kind is SourceKind.PLATFORM
    ):
        raise NotEntered
    newest = frameworks.in_force(criterion.framework.code)
    if newest is None or newest.id != criterion.framework_id:
        raise NotInForce
    return criterion


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFields:
    """What a figure shall be by the end of a period, and the plan that says so."""

    unit_id: int
    period: str
    number: Decimal
    source: str = ""


_ONE_TARGET = {
    "uq_targets_measure": ("targets.measure_code", "targets.unit_id"),
    "uq_targets_criterion_id_unit_id_period": ("targets.criterion_id", "targets.unit_id"),
}
"""The constraints by which one figure has one target for a place and period."""


def set_target(
    fields: TargetFields, *, measure: str = "", criterion_id: int | None = None,
    by_id: int | None = None,
) -> Target:  # fmt: skip
    """The target of a measure, or of an indicator, for one unit and period; an earlier one goes.

    Raises:
        NotForAPeriod: as the name says.
        ChangedMeanwhile: somebody else set the same one in this moment.
        IntegrityError: of neither or of both, or of a unit that does not exist.
    """
    period = read_period(fields.period)
    try:
        with transaction() as session:
            criterion = session.get_one(Criterion, criterion_id) if criterion_id else None
            target = values.target(measure, criterion, fields.unit_id, period.code) or Target(
                measure_code=measure, unit_id=fields.unit_id, period=period.code
            )
            before = target.number
            target.criterion_id = criterion_id
            target.number, target.source = fields.number, clean(fields.source)
            target.set_at, target.set_by_id = clock.now(), by_id
            session.add(target)
            session.flush()  # the unique constraints answer here
            audit.record(
                "target.set", "target", target.id, by_id,
                of=measure or (criterion.code if criterion else ""), period=period.code,
                before=None if before is None else str(before), number=str(fields.number),
            )  # fmt: skip
            return target
    except IntegrityError as error:
        if any(breaks(error, name, *columns) for name, columns in _ONE_TARGET.items()):
            raise ChangedMeanwhile from error
        raise


def remove_target(target_id: int, by_id: int | None = None) -> None:
    """Take back a target that no plan sets."""
    with transaction() as session:
        target = session.get(Target, target_id)
        if target is None:
            return
        audit.record(
            "target.removed", "target", target_id, by_id,
            period=target.period, number=str(target.number),
        )  # fmt: skip
        session.delete(target)
