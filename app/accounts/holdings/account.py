"""The account, the browsers it is signed in with, and its other ways in."""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.errors import StillHasRoles
from app.accounts.models import (
    Account,
    ExternalIdentity,
    LoginSession,
    OneTimeCode,
    RecoveryCode,
    RoleGrant,
    RoleProposal,
    SecondFactor,
)
from app.accounts.rights.holdings import Holding, Owner, Row, register
from app.core import clock
from app.core.db import db
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.core.keys import keyed_hash, random_code

_OWNS = Owner(Account.person_id)
_NOBODY_LONG = 16


def account_of(person_id: int) -> Account | None:
    return db.session.scalar(select(Account).where(Account.person_id == person_id))


def _copy(person_id: int) -> Sequence[Row]:
    account = account_of(person_id)
    if account is None:
        return []
    factor = db.session.get(SecondFactor, account.id)
    names = (
        "display_name", "email", "email_proven_at", "phone", "phone_proven_at", "language",
        "assurance", "is_active", "created_at",
    )  # fmt: skip
    return [
        {name: getattr(account, name) for name in names}
        | {
            "has_password": account.password_hash is not None,
            "has_second_factor": factor is not None and factor.confirmed_at is not None,
        }
    ]


def _obstacles(kept_id: int, gone_id: int) -> Sequence[str]:
    if account_of(kept_id) is None or account_of(gone_id) is None:
        return ()
    return [gettext("Both have an account. One of the two must be deleted first.")]


def _erase(session: Session, person_id: int, _stripped_id: int) -> None:
    """The row stays, empty and closed: its number must never become somebody else's."""
    account = account_of(person_id)
    if account is None:
        return
    _end_roles(session, account.id)
    contacts = [keyed_hash(each) for each in (account.email, account.phone) if each]
    code_of = or_(OneTimeCode.account_id == account.id, OneTimeCode.contact_hash.in_(contacts))
    session.execute(delete(OneTimeCode).where(code_of))
    for table in (LoginSession, SecondFactor, RecoveryCode, ExternalIdentity, RoleProposal):
        session.execute(delete(table).where(table.account_id == account.id))
    looking = update(LoginSession).where(LoginSession.viewed_account_id == account.id)
    session.execute(looking.values(viewed_account_id=None, viewed_until=None, view_reason=""))
    account.display_name = ""
    account.email = f"{random_code(_NOBODY_LONG).lower()}@erased.invalid"
    account.phone = account.password_hash = account.person_id = None
    account.email_proven_at = account.phone_proven_at = None
    account.is_active = False
    session.flush()


def _end_roles(session: Session, account_id: int) -> None:
    for grant in session.scalars(select(RoleGrant).where(RoleGrant.account_id == account_id)):
        if grant.expires_on is None or grant.expires_on >= clock.today():
            raise StillHasRoles
        session.delete(grant)
    session.flush()


def _sessions(person_id: int) -> Sequence[Row]:
    query = select(LoginSession).join(Account, Account.id == LoginSession.account_id)
    mine = query.where(Account.person_id == person_id).order_by(LoginSession.created_at)
    names = ("created_at", "last_seen_at", "expires_at", "method", "browser")
    return [{name: getattr(each, name) for name in names} for each in db.session.scalars(mine)]


def _identities(person_id: int) -> Sequence[Row]:
    query = select(ExternalIdentity).join(Account, Account.id == ExternalIdentity.account_id)
    mine = query.where(Account.person_id == person_id).order_by(ExternalIdentity.id)
    names = ("issuer", "subject", "assurance", "linked_at")
    return [{name: getattr(each, name) for name in names} for each in db.session.scalars(mine)]


def _follows_account(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """Belongs to the account and goes where it goes."""


def _goes_with_account(_session: Session, _person_id: int, _stripped_id: int) -> None:
    """Deleted with the account."""


register(
    Holding(
        name="account",
        label=_("Your account"),
        count=_OWNS.count,
        copy=_copy,
        move=_OWNS.move,
        move_back=_OWNS.move_back,
        erase=_erase,
        obstacles=_obstacles,
    )
)
register(
    Holding(
        name="sessions",
        label=_("Where you are signed in"),
        count=lambda person_id: len(_sessions(person_id)),
        copy=_sessions,
        move=_follows_account,
        erase=_goes_with_account,
    )
)
register(
    Holding(
        name="identities",
        label=_("Other ways to sign in"),
        count=lambda person_id: len(_identities(person_id)),
        copy=_identities,
        move=_follows_account,
        erase=_goes_with_account,
    )
)
