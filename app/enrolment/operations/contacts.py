"""Another phone or mailbox for whoever has a place and no account."""

from sqlalchemy.orm import Session

from app.accounts.contacts import Contact
from app.accounts.errors import WrongCode
from app.accounts.events import PersonChanged
from app.accounts.models import CodePurpose, Person
from app.accounts.operations import ask_code, check_code
from app.accounts.operations.persons import follow_key, has_account
from app.accounts.queries import bonds_over
from app.core import audit, jobs, throttle
from app.core.db import db, transaction
from app.enrolment.errors import ContactOfAnAccount
from app.enrolment.models import Enrolment

CHANGES_A_DAY = 5
_A_DAY = 24 * 60


def is_guest(person_id: int) -> bool:
    """Whether nobody signs in as this person or acts for them: then the place alone knows them."""
    return not has_account(db.session(), person_id) and not bonds_over([person_id])


def change_email(enrolment_id: int, email: str | None) -> None:
    """Letters go there as well; None: to the phone alone.

    Raises:
        ContactOfAnAccount: the person has an account, where this is changed.
        TooManyAttempts: too many changes of one place.
    """
    throttle.check("place-contact", str(enrolment_id), CHANGES_A_DAY, _A_DAY)
    with transaction() as session:
        person = _guest(session, enrolment_id)
        person.email = email
        audit.record("person.changed", "person", person.id, kind_of_contact="email")
        jobs.emit(PersonChanged(person.id))


def ask_for_phone(enrolment_id: int, new: Contact, address: str, language: str) -> str:
    """Send a code to the new number; the handle by which this browser names it.

    Call it only for whoever has typed the present number and the code of the place.

    Raises:
        ContactOfAnAccount: the person has an account, where this is changed.
        TooManyAttempts: too many changes of one place, codes to a number or from an address.
    """
    throttle.check("place-contact", str(enrolment_id), CHANGES_A_DAY, _A_DAY)
    with transaction() as session:
        _guest(session, enrolment_id)
    return ask_code(CodePurpose.CHANGE_CONTACT, new, address, language=language)


def change_phone(enrolment_id: int, new: Contact, handle: str, typed: str, address: str) -> None:
    """The place opens with the new number from now on, and everything is sent there.

    Raises:
        WrongCode: not the code that was sent to this number.
        ContactOfAnAccount: the person has an account meanwhile.
        TooManyAttempts: too many codes typed from this address.
    """
    proven = check_code(CodePurpose.CHANGE_CONTACT, handle, typed, address)
    if not proven.is_of(new) or proven.account_id is not None:
        raise WrongCode
    with transaction() as session:
        person = _guest(session, enrolment_id)
        person.phone = new.value
        follow_key(session, person)
        audit.record("person.changed", "person", person.id, kind_of_contact="phone")
        jobs.emit(PersonChanged(person.id))


def _guest(session: Session, enrolment_id: int) -> Person:
    """The person of the place, locked."""
    person_id = session.get_one(Enrolment, enrolment_id).person_id
    person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    if not is_guest(person.id):
        raise ContactOfAnAccount
    return person
