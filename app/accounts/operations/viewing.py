"""Support that looks at somebody's pages as this person sees them, and changes nothing."""

from datetime import timedelta

from sqlalchemy import select, update

from app.accounts.errors import NotToBeViewed
from app.accounts.events import PagesViewed
from app.accounts.models import Account, LoginSession, RoleGrant
from app.core import audit, clock
from app.core.access import CityRole
from app.core.db import transaction
from app.core.jobs import emit
from app.core.keys import keyed_hash

LASTS = timedelta(minutes=30)


def view_as(token: str, account_id: int, by_id: int, reason: str) -> None:
    """From now on this browser sees the pages of that account; its owner is told.

    Raises:
        NotToBeViewed: it is closed, the administrator's own or another administrator's.
    """
    now = clock.now()
    with transaction() as session:
        account = session.get_one(Account, account_id)
        administers = select(RoleGrant.id).where(
            RoleGrant.account_id == account_id, RoleGrant.city_role == CityRole.ADMINISTRATOR
        )
        if not account.is_active or session.scalar(administers) is not None:
            raise NotToBeViewed
        mine = update(LoginSession).where(
            LoginSession.token_hash == keyed_hash(token), LoginSession.account_id == by_id
        )
        looks = {"viewed_account_id": account_id, "viewed_until": now + LASTS}
        session.execute(mine.values(**looks, view_reason=reason))
        audit.record(
            "view_as.begun", "account", account_id, by_id,
            person_id=account.person_id, reason=reason,
        )  # fmt: skip
        emit(PagesViewed(account_id, now.isoformat()))


def stop_viewing(token: str) -> int | None:
    """Let this browser see its own pages again; the account it looked at."""
    with transaction() as session:
        hashed = LoginSession.token_hash == keyed_hash(token)
        row = session.execute(
            select(LoginSession.account_id, LoginSession.viewed_account_id).where(hashed)
        ).first()
        if row is None or row.viewed_account_id is None:
            return None
        nothing = {"viewed_account_id": None, "viewed_until": None, "view_reason": ""}
        session.execute(update(LoginSession).where(hashed).values(**nothing))
        audit.record("view_as.ended", "account", row.viewed_account_id, row.account_id)
        return int(row.viewed_account_id)
