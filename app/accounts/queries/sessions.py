"""Signed-in browsers: whose they are, and how long that lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, select
from sqlalchemy.orm import aliased

from app.accounts.models import Account, LoginSession, SecondFactor
from app.core import clock
from app.core.db import UtcDateTime, db
from app.core.keys import keyed_hash

Moment = datetime | BindParameter[datetime]


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts, without use and at all."""

    idle: timedelta
    absolute: timedelta

    def has_ended(self, begun_at: datetime, last_seen_at: datetime) -> bool:
        now = clock.now()
        return now - last_seen_at > self.idle or now - begun_at > self.absolute


OF_RESIDENTS: Final = Lifetime(timedelta(days=14), timedelta(days=30))
OF_STAFF: Final = Lifetime(timedelta(minutes=30), timedelta(hours=12))


@dataclass(frozen=True, slots=True)
class Browser:
    """A signed-in browser: its session, its account, and whose pages it looks at for support."""

    session: LoginSession
    account: Account
    has_second_factor: bool
    viewed: Account | None


def browser_of(token: str) -> Browser | None:
    """What stands behind the token in a cookie; None when its session is over for anybody."""
    now = clock.now()
    given = {
        "token_hash": keyed_hash(token),
        "now": now,
        "begun": now - OF_RESIDENTS.absolute,
        "used": now - OF_RESIDENTS.idle,
    }
    row = db.session.execute(_of_a_token(), given).one_or_none()
    return Browser(row[0], row[1], row[2] is not None, row[3]) if row else None


@cache
def _of_a_token() -> Select[LoginSession, Account, int, Account]:
    """Made once: making it took longer than its answer, and every page of a browser asks it."""
    viewed, now = aliased(Account), bindparam("now", type_=UtcDateTime())
    confirmed = and_(SecondFactor.account_id == Account.id, SecondFactor.confirmed_at.is_not(None))
    looks = and_(
        viewed.id == LoginSession.viewed_account_id,
        viewed.is_active,
        LoginSession.viewed_until > now,
    )
    begun, used = (bindparam(name, type_=UtcDateTime()) for name in ("begun", "used"))
    return (
        select(LoginSession, Account, SecondFactor.account_id, viewed)
        .join(Account, LoginSession.account_id == Account.id)
        .outerjoin(SecondFactor, confirmed)
        .outerjoin(viewed, looks)
        .where(LoginSession.token_hash == bindparam("token_hash"), Account.is_active)
        .where(_is_live(now, begun, used))
    )


def account_of_session(token: str) -> Account | None:
    """The active account whose browser holds this token, until the session ends."""
    found = browser_of(token)
    return found.account if found else None


def sessions_of(account_id: int, lifetime: Lifetime = OF_RESIDENTS) -> Sequence[LoginSession]:
    """The browsers an account is signed in with, the last used first."""
    now = clock.now()
    is_live = _is_live(now, now - lifetime.absolute, now - lifetime.idle)
    mine = select(LoginSession).where(LoginSession.account_id == account_id, is_live)
    return db.session.scalars(mine.order_by(LoginSession.last_seen_at.desc())).all()


def _is_live(now: Moment, begun: Moment, used: Moment) -> ColumnElement[bool]:
    """Neither over nor begun or used before these moments."""
    return and_(
        LoginSession.expires_at > now,
        LoginSession.created_at >= begun,
        LoginSession.last_seen_at >= used,
    )
