"""Reading accounts."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from app.accounts.models import Account, LoginSession, RoleGrant
from app.core import clock
from app.core.access import CityRole
from app.core.db import db
from app.core.formats import read_phone
from app.core.keys import keyed_hash


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in needs to know of an account, free of any database session."""

    account_id: int
    password_hash: str | None  # None: no password was ever chosen


def normal_name(typed: str) -> str:
    """The stored form of an e-mail address or phone number as somebody typed it."""
    text = typed.strip().lower()
    return text if "@" in text else read_phone(text) or text


def account_named(name: str) -> Account | None:
    """The account with this e-mail address or phone number, however it is spelled."""
    wanted = normal_name(name)
    return db.session.scalar(
        select(Account).where(or_(Account.email == wanted, Account.phone == wanted))
    )


def credentials(name: str) -> Credentials | None:
    account = account_named(name)
    return Credentials(account.id, account.password_hash) if account and account.is_active else None


def account_of_session(token: str) -> Account | None:
    """The active account whose browser holds this token, until the session ends."""
    valid = select(Account).join(LoginSession, LoginSession.account_id == Account.id)
    mine = valid.where(
        LoginSession.token_hash == keyed_hash(token), LoginSession.expires_at > clock.now()
    )
    return db.session.scalar(mine.where(Account.is_active))


def grants(account_id: int) -> tuple[frozenset[CityRole], frozenset[int]]:
    """The roles at the city, and the communes, of an account."""
    rows = db.session.execute(
        select(RoleGrant.city_role, RoleGrant.commune_id).where(RoleGrant.account_id == account_id)
    ).all()
    roles = frozenset(row.city_role for row in rows if row.city_role)
    return roles, frozenset(row.commune_id for row in rows if row.commune_id)
