"""The ways into an account."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import Account, ExternalIdentity, RecoveryCode, SecondFactor
from app.core.db import db


def account(account_id: int) -> Account:
    return db.session.get_one(Account, account_id)


def second_factor(account_id: int) -> SecondFactor | None:
    """The authenticator whose codes are asked for."""
    found = db.session.get(SecondFactor, account_id)
    return found if found is not None and found.confirmed_at is not None else None


def recovery_codes_left(account_id: int) -> int:
    unused = select(func.count()).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return db.session.scalar(unused) or 0


def proven_contact(account: Account) -> Contact | None:
    """Where a code finds the owner of the account: the phone, else the mailbox."""
    if account.phone and account.phone_proven_at:
        return Contact(ContactKind.PHONE, account.phone)
    if account.email and account.email_proven_at:
        return Contact(ContactKind.EMAIL, account.email)
    return None


def identities(account_id: int) -> Sequence[ExternalIdentity]:
    """Accounts elsewhere that open this one."""
    mine = select(ExternalIdentity).where(ExternalIdentity.account_id == account_id)
    return db.session.scalars(mine.order_by(ExternalIdentity.id)).all()
