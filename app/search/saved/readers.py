"""Where somebody reads what is new: a letter where there is a mailbox, else a text."""

from sqlalchemy import select

from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import Account
from app.core.db import db


def contact_of(person_id: int) -> Contact | None:
    """What the person has proven to be theirs; nothing once their account is closed."""
    mine = select(Account).where(Account.person_id == person_id, Account.is_active)
    account = db.session.scalar(mine)
    if account is None:
        return None
    if account.email and account.email_proven_at:
        return Contact(ContactKind.EMAIL, account.email)
    if account.phone and account.phone_proven_at:
        return Contact(ContactKind.PHONE, account.phone)
    return None
