"""Reading accounts as administrators do: who has which role, since when and until when."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Account, LoginSession, RoleGrant, RoleProposal, SecondFactor
from app.accounts.queries.accounts import normal_name
from app.core.db import db

Workplaces = Callable[[Iterable[int]], Mapping[int, Sequence[str]]]
_workplaces: list[Workplaces] = []


def tells_workplaces(finder: Workplaces) -> Workplaces:
    """Register `finder(account ids)`: where accounts work, in words; higher packages know it."""
    _workplaces.append(finder)
    return finder


def workplaces(account_ids: Iterable[int]) -> dict[int, list[str]]:
    """Where these accounts work besides the city."""
    ids = list(account_ids)
    found: dict[int, list[str]] = {}
    for finder in _workplaces:
        for account_id, names in finder(ids).items():
            found.setdefault(account_id, []).extend(names)
    return found


def has_any_role(account: Account) -> bool:
    """Whether it was given something at the city, in a commune, or at a place of work."""
    return bool(account.grants) or account.id in workplaces([account.id])


def accounts_like(typed: str, *, with_role: bool = False) -> Select[Account]:
    """Accounts by a part of the name, or the whole e-mail address or phone number."""
    query = select(Account).options(selectinload(Account.grants).joinedload(RoleGrant.commune))
    if with_role:
        query = query.where(Account.grants.any())
    if typed:
        exact = normal_name(typed)
        query = query.where(
            or_(
                Account.display_name.icontains(typed, autoescape=True),
                Account.email == exact,
                Account.phone == exact,
            )
        )
    return query.order_by(Account.display_name, Account.id)


def account_with_roles(account_id: int) -> Account | None:
    found = select(Account).where(Account.id == account_id)
    roles = selectinload(Account.grants)
    return db.session.scalar(
        found.options(roles.joinedload(RoleGrant.commune), roles.joinedload(RoleGrant.granted_by))
    )


def last_seen(account_ids: Iterable[int]) -> dict[int, object]:
    """When a browser of each account was last in use, among those still signed in."""
    seen = select(LoginSession.account_id, func.max(LoginSession.last_seen_at)).where(
        LoginSession.account_id.in_(list(account_ids))
    )
    return {row[0]: row[1] for row in db.session.execute(seen.group_by(LoginSession.account_id))}


def with_second_factor(account_ids: Iterable[int]) -> frozenset[int]:
    known = select(SecondFactor.account_id).where(
        SecondFactor.account_id.in_(list(account_ids)), SecondFactor.confirmed_at.is_not(None)
    )
    return frozenset(db.session.scalars(known))


def open_proposals(account_id: int | None = None) -> Sequence[RoleProposal]:
    """What waits for a second administrator, the oldest first."""
    waiting = select(RoleProposal).where(RoleProposal.decided_at.is_(None))
    if account_id is not None:
        waiting = waiting.where(RoleProposal.account_id == account_id)
    both = (joinedload(RoleProposal.account), joinedload(RoleProposal.proposed_by))
    return db.session.scalars(waiting.options(*both).order_by(RoleProposal.id)).all()
