"""Reading providers."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Account
from app.accounts.queries.roles import tells_workplaces
from app.core import clock
from app.core.access import Membership, ProviderRole
from app.core.db import db
from app.places.models import Venue
from app.providers.models import Provider, ProviderStatus, ProviderType, Site, StaffMember
from app.providers.words import ROLES


def memberships(account_id: int) -> Mapping[int, Membership]:
    """Where an account works today, by provider; closed providers have no staff."""
    columns = StaffMember.provider_id, Provider.slug, StaffMember.role, Provider.status
    mine = select(*columns).join(StaffMember.provider)
    stands = or_(StaffMember.expires_on.is_(None), StaffMember.expires_on >= clock.today())
    is_open = Provider.status != ProviderStatus.CLOSED
    rows = db.session.execute(
        mine.where(StaffMember.account_id == account_id, stands, is_open).order_by(Provider.slug)
    )
    suspended = ProviderStatus.SUSPENDED
    return {
        row.provider_id: Membership(
            row.provider_id, row.slug, row.role, is_suspended=row.status is suspended
        )
        for row in rows
    }


@tells_workplaces
def workplaces(account_ids: Iterable[int]) -> dict[int, list[str]]:
    """Where these accounts work, for the administrators of the city."""
    both = select(StaffMember, Provider).join(StaffMember.provider)
    rows = db.session.execute(
        both.where(StaffMember.account_id.in_(list(account_ids))).order_by(Provider.name_vi)
    )
    found: dict[int, list[str]] = {}
    for member, provider in rows:
        text = f"{provider.name} ({ROLES[member.role]})"
        found.setdefault(member.account_id, []).append(text)
    return found


def members(provider_id: int) -> Sequence[StaffMember]:
    """Who works here, owners first; also those whose time is over."""
    here = select(StaffMember).where(StaffMember.provider_id == provider_id)
    order = case({role: n for n, role in enumerate(ProviderRole)}, value=StaffMember.role)
    accounts = joinedload(StaffMember.account)
    return db.session.scalars(here.options(accounts).order_by(order, StaffMember.id)).all()


def accounts_of(provider_id: int, roles: Collection[ProviderRole]) -> Sequence[Account]:
    """Who works here today in one of these roles."""
    stands = or_(StaffMember.expires_on.is_(None), StaffMember.expires_on >= clock.today())
    theirs = select(Account).join(StaffMember, StaffMember.account_id == Account.id)
    theirs = theirs.where(
        StaffMember.provider_id == provider_id, StaffMember.role.in_(roles), stands,
        Account.is_active,
    )  # fmt: skip
    return db.session.scalars(theirs.order_by(Account.id)).all()


def member(provider_id: int, member_id: int) -> StaffMember | None:
    """One of this provider's members."""
    wanted = StaffMember.id == member_id, StaffMember.provider_id == provider_id
    here = select(StaffMember).where(*wanted).options(joinedload(StaffMember.account))
    return db.session.scalar(here)


def by_slug(slug: str) -> Provider | None:
    """The provider with its type and ward."""
    known = select(Provider).options(joinedload(Provider.type), joinedload(Provider.unit))
    return db.session.scalar(known.where(Provider.slug == slug))


def by_ids(provider_ids: Iterable[int]) -> list[Provider]:
    """These providers, in the order of their names."""
    wanted = select(Provider).where(Provider.id.in_(list(provider_ids)))
    return list(db.session.scalars(wanted.order_by(Provider.name_vi, Provider.id)))


def count_active() -> int:
    """How many are at work."""
    active = select(func.count()).where(Provider.status == ProviderStatus.ACTIVE)
    return db.session.scalar(active) or 0


def venues(provider_id: int) -> list[Venue]:
    """The buildings and rooms in which a provider teaches."""
    mine = (
        select(Venue).join(Site, Site.venue_id == Venue.id).where(Site.provider_id == provider_id)
    )
    return list(
        db.session.scalars(mine.options(joinedload(Venue.unit)).order_by(Venue.name_vi, Venue.id))
    )


def sites(provider_id: int) -> list[Site]:
    """Its places, each with the provider's own row for it."""
    mine = select(Site).join(Site.venue).where(Site.provider_id == provider_id)
    with_venue = mine.options(joinedload(Site.venue).joinedload(Venue.unit))
    return list(db.session.scalars(with_venue.order_by(Venue.name_vi, Site.id)))


def site(provider_id: int, site_id: int) -> Site | None:
    """One of this provider's places."""
    mine = select(Site).where(Site.id == site_id, Site.provider_id == provider_id)
    return db.session.scalar(mine.options(joinedload(Site.venue).joinedload(Venue.unit)))


def is_shared(site: Site) -> bool:
    """Whether another provider names the same place."""
    others = exists().where(Site.venue_id == site.venue_id, Site.provider_id != site.provider_id)
    return bool(db.session.scalar(select(others)))


def types(day: date | None = None) -> list[ProviderType]:
    """The kinds of provider in force on a day (today), in the order of the list."""
    day = day or clock.today()
    still = or_(ProviderType.valid_to.is_(None), ProviderType.valid_to >= day)
    known = select(ProviderType).where(ProviderType.valid_from <= day, still)
    return list(db.session.scalars(known.order_by(ProviderType.position, ProviderType.id)))


def all_types() -> list[ProviderType]:
    """Also the kinds of the past and the future."""
    return list(
        db.session.scalars(select(ProviderType).order_by(ProviderType.position, ProviderType.id))
    )
