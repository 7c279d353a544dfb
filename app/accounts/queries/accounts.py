"""Accounts by what they are called, and their roles at the city."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select

from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import Account, Assurance, ExternalIdentity, RoleGrant
from app.core import clock
from app.core.access import CityRole
from app.core.db import db
from app.core.formats import read_phone


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in needs to know of an account, free of any database session."""

    account_id: int
    password_hash: str | None  # None: no password was ever chosen


def normal_name(typed: str) -> str:
    """The stored form of an e-mail address or phone number as somebody typed it."""
    text = typed.strip().lower()
    return text if "@" in text else read_phone(text) or text


def with_account(person_ids: Collection[int]) -> set[int]:
    """Those of these people who have an account of their own."""
    found = select(Account.person_id).where(Account.person_id.in_(person_ids))
    return {person_id for person_id in db.session.scalars(found) if person_id is not None}


def account_named(name: str) -> Account | None:
    """The account with this e-mail address or phone number, however it is spelled."""
    wanted = normal_name(name)
    return db.session.scalar(
        select(Account).where(or_(Account.email == wanted, Account.phone == wanted))
    )


def reached_by(contact: Contact) -> int | None:
    """The open account that a code to this phone or mailbox opens, because it was proved.

    One that only says so is not opened by a code: somebody else may have written it down who knows
    its password. An account nobody has ever entered, made by an office, is opened by the first code
    to the contact that was written down: there is no other way into it. So is one whose lost
    contact a desk has replaced, after making sure who it is.
    """
    column, proven = {
        ContactKind.PHONE: (Account.phone, Account.phone_proven_at),
        ContactKind.EMAIL: (Account.email, Account.email_proven_at),
    }[contact.kind]
    is_linked = exists().where(ExternalIdentity.account_id == Account.id)
    never_entered = and_(
        Account.password_hash.is_(None),
        Account.phone_proven_at.is_(None),
        Account.email_proven_at.is_(None),
        ~is_linked,
    )
    by_a_desk = or_(
        Account.assurance == Assurance.DESK,
        and_(Account.assurance == Assurance.ELECTRONIC, ~is_linked),
    )
    theirs = select(Account.id).where(
        column == contact.value,
        or_(proven.is_not(None), never_entered, by_a_desk),
        Account.is_active,
    )
    return db.session.scalar(theirs)


def credentials(name: str) -> Credentials | None:
    account = account_named(name)
    return Credentials(account.id, account.password_hash) if account and account.is_active else None


def officers_of(unit_id: int) -> Sequence[Account]:
    """Who holds an office in this commune today."""
    stands = or_(RoleGrant.expires_on.is_(None), RoleGrant.expires_on >= clock.today())
    theirs = select(Account).join(RoleGrant, RoleGrant.account_id == Account.id)
    theirs = theirs.where(RoleGrant.commune_id == unit_id, stands, Account.is_active)
    return db.session.scalars(theirs.order_by(Account.id)).all()


def grants(account_id: int) -> tuple[frozenset[CityRole], frozenset[int]]:
    """The roles at the city, and the communes, of an account; those that ran out are none."""
    stands = or_(RoleGrant.expires_on.is_(None), RoleGrant.expires_on >= clock.today())
    rows = db.session.execute(
        select(RoleGrant.city_role, RoleGrant.commune_id).where(
            RoleGrant.account_id == account_id, stands
        )
    ).all()
    roles = frozenset(row.city_role for row in rows if row.city_role)
    return roles, frozenset(row.commune_id for row in rows if row.commune_id)
