"""Reading entered figures and targets: they follow an indicator through all versions of a list."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Select, and_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Account
from app.core.db import db
from app.indicators.models import Criterion, EnteredValue, Framework, Target
from app.places.models import AdminUnit


def _same(criterion: Criterion) -> Select[int]:
    """Keys of this indicator in every version of its list."""
    keys = select(Criterion.id).join(Criterion.framework)
    return keys.where(Criterion.code == criterion.code, Framework.code == criterion.framework.code)


def current(criterion: Criterion, unit_id: int, period: str) -> EnteredValue | None:
    """The figure in force of one unit and period."""
    own = _of(criterion, unit_id), EnteredValue.period == period
    found = select(EnteredValue).where(*own, EnteredValue.replaced_at.is_(None))
    return db.session.scalars(found.order_by(EnteredValue.id.desc()).limit(1)).first()


def _of(criterion: Criterion, unit_id: int) -> ColumnElement[bool]:
    same = EnteredValue.criterion_id.in_(_same(criterion))
    return and_(same, EnteredValue.unit_id == unit_id)


def history(criterion: Criterion, unit_id: int | None = None) -> Sequence[EnteredValue]:
    """Every figure ever entered, also the replaced ones, the newest first."""
    found = select(EnteredValue).where(EnteredValue.criterion_id.in_(_same(criterion)))
    if unit_id is not None:
        found = found.where(EnteredValue.unit_id == unit_id)
    return db.session.scalars(
        found.options(joinedload(EnteredValue.criterion).joinedload(Criterion.framework))
        .order_by(EnteredValue.entered_at.desc(), EnteredValue.id.desc())
        .limit(500)
    ).all()


def names(history: Sequence[EnteredValue]) -> Mapping[int, str]:
    """Who entered these figures, by account."""
    ids = {value.entered_by_id for value in history}
    found = select(Account.id, Account.display_name).where(Account.id.in_(ids - {None}))
    return {row[0]: row[1] for row in db.session.execute(found)}


def value(criterion: Criterion, value_id: int) -> EnteredValue | None:
    """One figure of this indicator that is in force."""
    own = EnteredValue.id == value_id, EnteredValue.criterion_id.in_(_same(criterion))
    found = select(EnteredValue).where(*own, EnteredValue.replaced_at.is_(None))
    return db.session.scalar(found)


def latest(framework: Framework, unit_id: int) -> Mapping[str, EnteredValue]:
    """The newest figure of one unit for each indicator, by its code."""
    of_list = aliased(Framework)
    found = (
        select(Criterion.code, EnteredValue)
        .join(Criterion, EnteredValue.criterion_id == Criterion.id)
        .join(of_list, Criterion.framework_id == of_list.id)
        .where(
            of_list.code == framework.code,
            EnteredValue.unit_id == unit_id,
            EnteredValue.replaced_at.is_(None),
        )
        .order_by(EnteredValue.as_of, EnteredValue.id)
    )
    return {row[0]: row[1] for row in db.session.execute(found)}


def units(ids: Collection[int]) -> Mapping[int, AdminUnit]:
    """Units by key."""
    found = db.session.scalars(select(AdminUnit).where(AdminUnit.id.in_(ids)))
    return {unit.id: unit for unit in found}


def target(
    measure: str, criterion: Criterion | None, unit_id: int, period: str
) -> Target | None:  # fmt: skip
    """The target in force of a measure, or of an indicator."""
    of = (
        Target.criterion_id.in_(_same(criterion))
        if criterion is not None
        else and_(Target.criterion_id.is_(None), Target.measure_code == measure)
    )
    found = select(Target).where(of, Target.unit_id == unit_id, Target.period == period)
    return db.session.scalars(found.order_by(Target.id.desc()).limit(1)).first()


def targets_of(criterion: Criterion) -> Sequence[Target]:
    """All targets of one indicator, and those of the measure that fills it."""
    of: ColumnElement[bool] = Target.criterion_id.in_(_same(criterion))
    if criterion.measure_code:
        of |= and_(Target.criterion_id.is_(None), Target.measure_code == criterion.measure_code)
    return db.session.scalars(select(Target).where(of).order_by(Target.period, Target.id)).all()


def all_targets() -> Sequence[tuple[Target, Criterion | None, AdminUnit]]:
    """Every target with what it is of, the newest period first."""
    found = (
        select(Target, Criterion, AdminUnit)
        .outerjoin(Criterion, Target.criterion_id == Criterion.id)
        .join(AdminUnit, Target.unit_id == AdminUnit.id)
        .options(joinedload(Criterion.framework))
        .order_by(Target.period.desc(), Target.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(found)]
