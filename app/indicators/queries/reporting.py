"""Who has reported for a period and who has not, for the city."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.core.i18n import Bilingual
from app.core.paging import LAST_PAGE, PER_PAGE, Page
from app.indicators.models import ReportingPeriod, Return, ReturnState
from app.indicators.models.periods import CERTIFIED
from app.indicators.queries import returns
from app.places.models import AdminUnit
from app.providers.models import Provider, ProviderType

NOT_BEGUN, NOT_REPORTED, REPORTED, TO_CHECK = "not_begun", "not_reported", "reported", "to_check"
ON_PAPER = "on_paper"


class Who(StrEnum):
    PROVIDERS = "providers"
    COMMUNES = "communes"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the city wants to see; the address is its only source."""

    who: Who = Who.PROVIDERS
    state: str = ""
    unit: str = ""  # official code
    type: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One party with its return; `key` names it in addresses."""

    key: str
    name: Bilingual
    unit: AdminUnit
    type: ProviderType | None
    found: Return | None

    @property
    def state(self) -> str:
        return self.found.state.value if self.found else NOT_BEGUN


def page(of: ReportingPeriod, asked: Asked, url: Callable[[int], str]) -> Page[Line]:
    """One page of the board."""
    query = _query(of, asked)
    counted = select(func.count()).select_from(query.order_by(None).subquery())
    total = db.session.scalar(counted) or 0
    number = min(max(asked.page, 1), LAST_PAGE)
    rows = db.session.execute(query.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page([_line(row) for row in rows], number, total, PER_PAGE, url)


def lines(of: ReportingPeriod, asked: Asked) -> Iterator[Line]:
    """All lines, for a file."""
    for row in db.session.execute(_query(of, asked)):
        yield _line(row)


def by_state(of: ReportingPeriod, who: Who) -> Mapping[str, int]:
    """How many parties there are in each state."""
    query: Any = _query(of, Asked(who=who)).order_by(None)
    counted = query.with_only_columns(Return.state, func.count()).group_by(Return.state)
    return {
        (state.value if state else NOT_BEGUN): count for state, count in db.session.execute(counted)
    }


def types() -> Sequence[ProviderType]:
    """Every kind of provider, also those of the past."""
    kinds = select(ProviderType).order_by(ProviderType.position, ProviderType.id)
    return db.session.scalars(kinds).all()


def _query(of: ReportingPeriod, asked: Asked) -> Any:
    if asked.who is Who.COMMUNES:
        query: Any = _communes(of)
    else:
        query = _providers(of)
        if asked.type:
            query = query.where(ProviderType.code == asked.type)
    if asked.unit:
        query = query.where(AdminUnit.code == asked.unit)
    wanted = _in_state(asked.state)
    return query if wanted is None else query.where(wanted)


def _providers(of: ReportingPeriod) -> Any:
    return (
        select(Provider, AdminUnit, ProviderType, Return)
        .join(AdminUnit, Provider.unit_id == AdminUnit.id)
        .join(ProviderType, Provider.type_id == ProviderType.id)
        .outerjoin(Return, returns.of_provider(of))
        .where(returns.owing_providers(of))
        .options(joinedload(Return.period))
        .order_by(AdminUnit.sort_key, AdminUnit.code, Provider.name_vi, Provider.id)
    )


def _communes(of: ReportingPeriod) -> Any:
    return (
        select(AdminUnit, Return)
        .outerjoin(Return, returns.of_commune(of))
        .where(returns.owing_communes(of))
        .options(joinedload(Return.period))
        .order_by(AdminUnit.sort_key, AdminUnit.code)
    )


def _in_state(state: str) -> ColumnElement[bool] | None:
    if state == NOT_BEGUN:
        return Return.id.is_(None)
    if state == NOT_REPORTED:
        return or_(Return.id.is_(None), Return.state.not_in(CERTIFIED))
    if state == REPORTED:
        return Return.state.in_(CERTIFIED)
    if state == TO_CHECK:
        return Return.state.in_(CERTIFIED) & Return.checked_at.is_(None)
    if state == ON_PAPER:
        return Return.state.in_(CERTIFIED) & Return.signed_on.is_not(None)
    return Return.state == ReturnState(state) if state in set(ReturnState) else None


def _line(row: Any) -> Line:
    if len(row) == 2:  # noqa: PLR2004 - a unit and its return
        unit, found = row
        return Line(unit.code, unit.full_name, unit, None, found)
    provider, unit, kind, found = row
    return Line(provider.slug, provider.name, unit, kind, found)
