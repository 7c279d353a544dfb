"""Making one's own account, with nothing but a phone or mailbox that was just proved."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.contacts import Contact, ContactKind
from app.accounts.errors import ContactUnusable, GuardianNeeded, WrongCode
from app.accounts.events import PersonChanged
from app.accounts.models import Account, Assurance, CodePurpose, Person, SignInMethod
from app.accounts.models.family import OWN_ACCOUNT, Bond, Guardianship, years_before
from app.accounts.operations.codes import proven_lately
from app.accounts.operations.persons import Guest, has_account, person_for_guest
from app.accounts.operations.residences import move
from app.accounts.operations.sessions import begin_session
from app.accounts.operations.uniqueness import unless_taken
from app.core import audit, clock, vi
from app.core.db import transaction
from app.core.jobs import emit
from app.places.models import Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """What an account needs to know of its person."""

    full_name: str
    born_in: int
    born_on: date | None
    sex: Sex
    unit_id: int | None  # None: outside the city
    language: str


def join(contact: Contact, handle: str, newcomer: Newcomer, browser: str) -> str:
    """Make the account of whoever proved this contact a moment ago; its first session's token.

    With a phone, the person who enrolled with the same name, birth date and phone becomes theirs.

    Raises:
        WrongCode: the contact was not proved, or too long ago.
        GuardianNeeded: too young, and no parent has an account.
        ContactUnusable: there is an account with this contact.
    """
    if not proven_lately(CodePurpose.SIGN_IN, handle, contact):
        raise WrongCode
    with transaction():
        return begin_session(open_account(contact, newcomer), SignInMethod.CODE, browser)


def open_account(contact: Contact, newcomer: Newcomer) -> int:
    """An account for whoever has just been shown to hold this contact; its number.

    Raises:
        GuardianNeeded: too young, and no parent has an account.
        ContactUnusable: there is an account with this contact.
    """
    with unless_taken(ContactUnusable), transaction() as session:
        person = _person(session, contact, newcomer)
        if _is_perhaps_too_young(newcomer) and not _has_guardian(session, person):
            raise GuardianNeeded
        account = _account(session, contact, newcomer, person)
        audit.record("account.created", "account", account.id, account.id, person_id=person.id)
        return account.id


def _account(session: Session, contact: Contact, newcomer: Newcomer, person: Person) -> Account:
    now, is_phone = clock.now(), contact.kind is ContactKind.PHONE
    account = Account(
        display_name=vi.clean(newcomer.full_name),
        phone=contact.value if is_phone else None,
        phone_proven_at=now if is_phone else None,
        email=None if is_phone else contact.value,
        email_proven_at=None if is_phone else now,
        language=newcomer.language,
        assurance=Assurance.CONTACT,
        person=person,
    )
    session.add(account)
    session.flush()  # the unique constraints answer here
    return account


def _person(session: Session, contact: Contact, newcomer: Newcomer) -> Person:
    """The known person, unless another account has them: nobody learns that; staff see two."""
    if contact.kind is ContactKind.PHONE:
        guest = Guest(
            full_name=newcomer.full_name,
            phone=contact.value,
            born_in=newcomer.born_in,
            born_on=newcomer.born_on,
            sex=newcomer.sex,
            unit_id=newcomer.unit_id,
            language=newcomer.language,
        )
        known = person_for_guest(guest)
        if not has_account(session, known.id):
            return known
    return _new_person(session, contact, newcomer)


def _new_person(session: Session, contact: Contact, newcomer: Newcomer) -> Person:
    is_phone = contact.kind is ContactKind.PHONE
    person = Person(
        born_on=newcomer.born_on,
        born_in=newcomer.born_in,
        sex=newcomer.sex,
        phone=contact.value if is_phone else None,
        email=None if is_phone else contact.value,
        language=newcomer.language,
    )
    person.call(newcomer.full_name)
    session.add(person)
    session.flush()  # the residence and the event carry its number
    move(session, person, newcomer.unit_id, clock.today())
    emit(PersonChanged(person.id))
    return person


def _is_perhaps_too_young(newcomer: Newcomer) -> bool:
    """Sixteen by the year alone may still be fifteen."""
    today = clock.today()
    if newcomer.born_on is None:
        return today.year - newcomer.born_in <= OWN_ACCOUNT
    return newcomer.born_on > years_before(today, OWN_ACCOUNT)


def _has_guardian(session: Session, child: Person) -> bool:
    """Whether a parent or guardian of this child has an account."""
    guardians = select(Account.id).join(Guardianship, Guardianship.guardian_id == Account.person_id)
    standing = guardians.where(
        Guardianship.dependant_id == child.id,
        Guardianship.bond.in_([Bond.PARENT, Bond.GUARDIAN]),
        Guardianship.ended_at.is_(None),
        Account.is_active,
    )
    return session.scalar(standing.limit(1)) is not None
