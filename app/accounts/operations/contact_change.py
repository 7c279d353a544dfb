"""Another phone or mailbox for an account: proved on both sides, or written in at the desk."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.contacts import Contact, ContactKind
from app.accounts.errors import (
    AccountClosed,
    AccountExists,
    ContactUnusable,
    RoleInTheWay,
    SameContact,
    WrongCode,
)
from app.accounts.events import ContactChanged, PersonChanged
from app.accounts.models import Account, Assurance, Bond, CodePurpose, Person
from app.accounts.operations.codes import ask_code, check_codes, kill_codes
from app.accounts.operations.persons import follow_key
from app.accounts.operations.sessions import end_sessions
from app.accounts.operations.uniqueness import unless_taken
from app.accounts.queries import bonds_of, roles, shared_contacts
from app.core import audit, clock, throttle
from app.core.db import transaction
from app.core.jobs import emit
from app.core.keys import seal

CHANGES_A_DAY = 6


def contact_to_ask(account: Account, kind: ContactKind) -> Contact | None:
    """The proven contact that must agree: the one to be replaced, else the other one."""
    proven = {
        ContactKind.PHONE: account.phone if account.phone_proven_at else None,
        ContactKind.EMAIL: account.email if account.email_proven_at else None,
    }
    for each in sorted(ContactKind, key=lambda one: one is not kind):
        if value := proven[each]:
            return Contact(each, value)
    return None


def ask_to_change(
    account: Account, new: Contact, address: str, language: str
) -> tuple[str, str, Contact | None]:
    """Send a code to the new contact and one to the old; both handles and the old contact.

    The same happens when another account has the new contact: its holder alone will learn it.

    Raises:
        TooManyAttempts: too many changes of this account, codes to a contact or from an address.
    """
    throttle.check("contact-change", str(account.id), CHANGES_A_DAY, 24 * 60)
    old = contact_to_ask(account, new.kind)
    if old == new:
        old = None
    account_id, purpose = account.id, CodePurpose.CHANGE_CONTACT
    second = ""
    if old is not None:
        second = ask_code(purpose, old, address, language=language, account_id=account_id)
    first = ask_code(purpose, new, address, language=language, account_id=account_id)
    return first, second, old


def change_contact(
    account_id: int, new: Contact, codes: dict[str, str], address: str, token: str
) -> None:
    """The account is reached there from now on; its other sessions end and the old contact hears.

    Args:
        codes: what was typed, by the handles `ask_to_change` gave.
        token: of the session that stays.

    Raises:
        WrongCode: one of the codes is not right.
        ContactUnusable: another account has the new contact.
        TooManyAttempts: too many codes typed from this address.
    """
    proven = check_codes(CodePurpose.CHANGE_CONTACT, codes, address)
    is_theirs = all(each.account_id == account_id for each in proven)
    if not is_theirs or not any(each.is_of(new) for each in proven):
        raise WrongCode
    with unless_taken(ContactUnusable), transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True)
        needed = contact_to_ask(account, new.kind)
        if needed not in (None, new) and not any(each.is_of(needed) for each in proven):
            raise WrongCode
        replaced = _value(account, new.kind)
        _set(account, new, clock.now())
        session.flush()  # the unique constraints answer here
        _tell_person(session, account, new)
        end_sessions(account_id, account_id, but=token)
        kill_codes(session, account_id)
        audit.record(
            "account.contact_changed",
            "account",
            account_id,
            account_id,
            person_id=account.person_id,
            kind_of_contact=new.kind,
        )
        if replaced and replaced != new.value:
            emit(ContactChanged(account_id, seal(replaced), clock.now().isoformat()))


def replace_contact(account_id: int, new: Contact, by_id: int, reason: str) -> None:
    """Staff made sure who somebody is whose phone or mailbox is lost, and write in the new one.

    It takes the place of the contact of its kind; where there is none, of the other one. The first
    code to it proves it. A contact that was never proved and that no desk wrote goes as well: from
    now on a code to it would open the account. Every browser is signed out; the second factor
    stays.

    Args:
        reason: how they made sure; kept in the audit log.

    Raises:
        AccountClosed: as the name says.
        RoleInTheWay: the account may do or see more than a resident.
        SameContact: it is the contact of this account.
        AccountExists: another account has it.
    """
    with unless_taken(AccountExists), transaction() as session:
        account = session.get_one(Account, account_id, with_for_update=True, populate_existing=True)
        _check_desk_may(account, new)
        lost, other = _both(account, new.kind)
        other_stays = other is not None and lost is not None and _is_sure(account, other)
        if other is not None and not other_stays:
            _drop(session, account, other)
        _set(account, new, None)
        if account.assurance in (Assurance.STATED, Assurance.CONTACT):
            account.assurance = Assurance.DESK
        session.flush()  # the unique constraints answer here
        _tell_person(session, account, new)
        end_sessions(account_id, by_id, reason=reason)
        kill_codes(session, account_id)
        audit.record(
            "account.contact_replaced", "account", account_id, by_id,
            person_id=account.person_id, reason=reason, kind_of_contact=new.kind,
        )  # fmt: skip
        at = clock.now().isoformat()
        for told in filter(None, (lost, other)):
            stays = told is other and other_stays
            emit(ContactChanged(account_id, seal(told.value), at, stays=stays))


def note_proven(session: Session, account_id: int, contact: Contact) -> None:
    """A code to this contact opened the account: from now on it is known to be theirs."""
    account = session.get_one(Account, account_id, with_for_update=True, populate_existing=True)
    is_phone = contact.kind is ContactKind.PHONE
    if (account.phone_proven_at if is_phone else account.email_proven_at) is None:
        _set(account, contact, clock.now())
        if account.assurance is Assurance.STATED:
            account.assurance = Assurance.CONTACT


def _check_desk_may(account: Account, new: Contact) -> None:
    if not account.is_active:
        raise AccountClosed
    if roles.has_any_role(account):
        raise RoleInTheWay
    if _value(account, new.kind) == new.value:
        raise SameContact


def _both(account: Account, kind: ContactKind) -> tuple[Contact | None, Contact | None]:
    """The account's contact of this kind, and the one of the other kind."""
    of_kind = {each: _value(account, each) for each in ContactKind}
    other = next(each for each in ContactKind if each is not kind)
    first, second = (Contact(k, v) if (v := of_kind[k]) else None for k in (kind, other))
    return first, second


def _is_sure(account: Account, contact: Contact) -> bool:
    """Whether it was proved, or written in at a desk."""
    is_phone = contact.kind is ContactKind.PHONE
    proven = account.phone_proven_at if is_phone else account.email_proven_at
    return proven is not None or account.assurance is Assurance.DESK


def _value(account: Account, kind: ContactKind) -> str | None:
    return account.phone if kind is ContactKind.PHONE else account.email


def _set(account: Account, new: Contact, proven_at: datetime | None) -> None:
    if new.kind is ContactKind.PHONE:
        account.phone, account.phone_proven_at = new.value, proven_at
    else:
        account.email, account.email_proven_at = new.value, proven_at


def _drop(session: Session, account: Account, lost: Contact) -> None:
    """Nothing is sent there any more, neither codes nor letters, also about children."""
    person = account.person
    if lost.kind is ContactKind.PHONE:
        reached = _reached_by(session, person, lost.value)  # before the row lacks its only contact
        account.phone = account.phone_proven_at = None
        for each in reached:
            each.phone = None
    else:
        account.email = account.email_proven_at = None
        if person is not None and person.email == lost.value:
            person.email = None


def _reached_by(session: Session, person: Person | None, phone: str) -> Sequence[Person]:
    """The person and their children, where this is the number of the person's row."""
    if person is None or person.phone != phone:
        return ()
    return *_children_reached_by(session, person), person


def _tell_person(session: Session, account: Account, new: Contact) -> None:
    """Letters go there too, also about children; a place with this phone is the same person's."""
    person = account.person
    if person is None:
        return
    if new.kind is ContactKind.EMAIL:
        person.email = new.value
        return
    for each in (*_children_reached_by(session, person), person):
        each.phone = new.value
        follow_key(session, each)
        emit(PersonChanged(each.id))


def _children_reached_by(session: Session, parent: Person) -> Sequence[Person]:
    """Their children whose row has this parent's phone, which is nobody else's there."""
    mine = {bond.dependant_id for bond in bonds_of(parent.id) if bond.bond is not Bond.HELPER}
    lent = [
        child_id
        for child_id, gone in shared_contacts.left_behind(parent.id)
        if child_id in mine and parent.phone in gone
    ]
    rows = select(Person).where(Person.id.in_(lent), Person.phone == parent.phone)
    return session.scalars(rows.order_by(Person.id).with_for_update()).all()
