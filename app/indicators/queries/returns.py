"""Reading periods and returns: who owes one, and what it says."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.audit_words import ACTIONS
from app.accounts.models import Account
from app.accounts.queries import officers_of
from app.core.access import EDITING
from app.core.audit import AuditEntry
from app.core.db import db
from app.indicators.models import (
    Criterion,
    Party,
    ReportingPeriod,
    Return,
    ReturnState,
    ReturnValue,
)
from app.indicators.models.periods import CERTIFIED
from app.participation import periods
from app.places import queries as places
from app.places.models import AdminUnit, UnitLevel
from app.providers import queries as providers
from app.providers.models import Provider, ProviderStatus


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many providers owe a return, and how many have certified one, or that there was none."""

    due: int
    reported: int
    nil: int

    @property
    def share(self) -> float | None:
        """None where nobody owes anything."""
        return self.reported / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that somebody did with a return."""

    at: datetime
    what: str
    by: str


def all_periods() -> Sequence[ReportingPeriod]:
    """The newest first."""
    found = select(ReportingPeriod).options(joinedload(ReportingPeriod.framework))
    return db.session.scalars(found.order_by(ReportingPeriod.id.desc())).all()


def period(code: str) -> ReportingPeriod | None:
    """The period that was opened under this code."""
    found = select(ReportingPeriod).where(ReportingPeriod.code == code)
    return db.session.scalar(found.options(joinedload(ReportingPeriod.framework)))


def owing_providers(of: ReportingPeriod) -> ColumnElement[bool]:
    """Condition on providers: at work, and not founded later; after the end, those who did owe.

    To be used beside an outer join to the returns of the period.
    """
    if of.closed_at is not None:
        return Return.id.is_not(None)
    founded = or_(Provider.founded_on.is_(None), Provider.founded_on <= periods.parse(of.code).last)
    at_work = and_(Provider.status == ProviderStatus.ACTIVE, founded)
    return or_(at_work, Return.id.is_not(None))


def of_provider(of: ReportingPeriod) -> ColumnElement[bool]:
    """Condition of the outer join from providers to their returns."""
    return and_(Return.provider_id == Provider.id, Return.period_id == of.id)


def who_fill_in(party: Party) -> Sequence[Account]:
    """Whoever may fill in the return of this provider or commune; perhaps nobody has an account."""
    if party.provider_id is not None:
        return providers.accounts_of(party.provider_id, EDITING)
    return officers_of(party.unit_id or 0)


def owing_communes(of: ReportingPeriod) -> ColumnElement[bool]:
    """Condition on units, as `owing_providers`: the communes of the city."""
    if of.closed_at is not None:
        return Return.id.is_not(None)
    city = places.city()
    at_work = and_(
        AdminUnit.parent_id == city.id if city else false(),
        AdminUnit.level == UnitLevel.COMMUNE,
        places.in_force(),
    )
    return or_(at_work, Return.id.is_not(None))


def of_commune(of: ReportingPeriod) -> ColumnElement[bool]:
    """Condition of the outer join from units to their returns."""
    return and_(Return.unit_id == AdminUnit.id, Return.period_id == of.id)


def owes(of: ReportingPeriod, party: Party) -> bool:
    """Whether this provider or commune is asked for a return."""
    if party.provider_id is not None:
        found = select(Provider.id).outerjoin(Return, of_provider(of))
        found = found.where(owing_providers(of), Provider.id == party.provider_id)
    else:
        found = select(AdminUnit.id).outerjoin(Return, of_commune(of))
        found = found.where(owing_communes(of), AdminUnit.id == party.unit_id)
    return db.session.scalar(found) is not None


def silent(of: ReportingPeriod) -> list[Party]:
    """Who owes a return and has not begun one."""
    owing = select(Provider.id).outerjoin(Return, of_provider(of))
    owing = owing.where(owing_providers(of), Return.id.is_(None)).order_by(Provider.id)
    communes = select(AdminUnit.id).outerjoin(Return, of_commune(of))
    communes = communes.where(owing_communes(of), Return.id.is_(None)).order_by(AdminUnit.id)
    return [
        *(Party(provider_id=key) for key in db.session.scalars(owing)),
        *(Party(unit_id=key) for key in db.session.scalars(communes)),
    ]


def key_of(period_id: int, party: Party) -> int | None:
    """The key of a party's return, if there is one."""
    return db.session.scalar(select(Return.id).where(*_of(period_id, party)))


def of(period_id: int, party: Party) -> Return | None:
    """A party's return with everything it says."""
    found = select(Return).where(*_of(period_id, party))
    return db.session.scalar(
        found.options(
            joinedload(Return.period),
            selectinload(Return.values).joinedload(ReturnValue.criterion),
        )
    )


def _of(period_id: int, party: Party) -> tuple[ColumnElement[bool], ...]:
    who = (
        Return.provider_id == party.provider_id
        if party.provider_id is not None
        else Return.unit_id == party.unit_id
    )
    return Return.period_id == period_id, who


def steps(return_id: int) -> list[Step]:
    """Everything that was done with a return, the latest first."""
    entries = db.session.execute(
        select(AuditEntry.at, AuditEntry.action, Account.display_name)
        .outerjoin(Account, Account.id == AuditEntry.account_id)
        .where(AuditEntry.object_kind == "return", AuditEntry.object_id == str(return_id))
        .order_by(AuditEntry.id.desc())
    )
    return [Step(at, str(ACTIONS.get(action, action)), by or "") for at, action, by in entries]


def by_period(party: Party) -> Mapping[int, Return]:
    """A party's returns by key of the period."""
    who = (
        Return.provider_id == party.provider_id
        if party.provider_id is not None
        else Return.unit_id == party.unit_id
    )
    found = select(Return).where(who).options(joinedload(Return.period))
    return {each.period_id: each for each in db.session.scalars(found)}


def asked(of: ReportingPeriod, party: Party) -> Sequence[Criterion]:
    """The indicators for which this party enters a figure."""
    if of.framework_id is None:
        return []
    is_asked = (
        Criterion.asked_of_providers
        if party.provider_id is not None
        else Criterion.asked_of_communes
    )
    own = Criterion.framework_id == of.framework_id, is_asked.is_(True)
    return db.session.scalars(select(Criterion).where(*own).order_by(Criterion.position)).all()


def provider_ids(unit_id: int) -> list[int]:
    """The providers of one commune, also those that have closed."""
    return list(db.session.scalars(select(Provider.id).where(Provider.unit_id == unit_id)))


def in_commune(of: ReportingPeriod, unit_id: int) -> list[tuple[Provider, Return | None]]:
    """The providers of one commune with their returns, in the order of their names."""
    found = select(Provider, Return).outerjoin(Return, of_provider(of))
    found = found.where(owing_providers(of), Provider.unit_id == unit_id)
    rows = db.session.execute(
        found.options(joinedload(Return.period)).order_by(Provider.name_vi, Provider.id)
    )
    return [(provider, return_) for provider, return_ in rows]


def states(of: ReportingPeriod, unit_ids: Collection[int]) -> Mapping[int, tuple[int, int, int]]:
    """For each commune: providers that owe, that have certified, and that wait to be checked."""
    certified = Return.state.in_(CERTIFIED)
    waits = and_(certified, Return.checked_at.is_(None))
    found = (
        select(
            Provider.unit_id, func.count(),
            func.count().filter(certified), func.count().filter(waits),
        )
        .outerjoin(Return, of_provider(of))
        .where(owing_providers(of), Provider.unit_id.in_(unit_ids))
        .group_by(Provider.unit_id)
    )  # fmt: skip
    return {row[0]: (row[1], row[2], row[3]) for row in db.session.execute(found)}


def completeness(period_code: str) -> Completeness | None:
    """Q2: how many of the providers due have reported; None for a period never opened."""
    found = period(period_code)
    if found is None:
        return None
    counted = (
        select(
            func.count(), func.count().filter(Return.state.in_(CERTIFIED)),
            func.count().filter(Return.state == ReturnState.NIL),
        )
        .select_from(Provider)
        .outerjoin(Return, of_provider(found))
        .where(owing_providers(found))
    )  # fmt: skip
    return Completeness(*db.session.execute(counted).one())
