"""Others in the copy of one person's data: only what they were, never who."""

from collections.abc import Callable
from functools import lru_cache, partial

from sqlalchemy import select

from app.accounts.models import Account, Guardianship, RoleGrant
from app.core.db import db


def actor_of(person_id: int, account_id: int | None) -> str:
    """Their part: `you`, `family`, a role at the city, `commune_officer`, or a provider's `staff`.

    `nobody` where no account was used.
    """
    if account_id is None:
        return "nobody"
    account = db.session.get(Account, account_id)
    if account is not None and account.person_id is not None:
        if account.person_id == person_id:
            return "you"
        if _acts_for(account.person_id, person_id):
            return "family"
    grants = select(RoleGrant.city_role).where(RoleGrant.account_id == account_id)
    roles = db.session.scalars(grants.order_by(RoleGrant.id)).all()
    if not roles:
        return "staff"
    return next((role.value for role in roles if role), "commune_officer")


def actors_of(person_id: int) -> Callable[[int | None], str]:
    """As `actor_of`, for many rows: each account is looked up once."""
    return lru_cache(maxsize=None)(partial(actor_of, person_id))


def _acts_for(guardian_id: int, dependant_id: int) -> bool:
    bond = select(Guardianship.id).where(
        Guardianship.guardian_id == guardian_id, Guardianship.dependant_id == dependant_id
    )
    return db.session.scalar(bond.limit(1)) is not None
