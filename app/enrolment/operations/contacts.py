"""Another phone or mailbox for whoever has a place and no account."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.accounts.contacts import Contact
from app.accounts.errors import WrongCode
from app.accounts.events import PersonChanged
from app.accounts.models import CodePurpose, Person
from app.accounts.operations import ask_code, check_codes
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


def ask(
    enrolment_id: int, present: Contact, new: Contact | None, address: str, language: str
) -> tuple[str, str]:
    """Send a code to the present number, and one to the new number if there is one; the handles.

    The place alone proves nothing: whoever types what is known of somebody gets a place of theirs.
    So the same happens for who has an account, and only who reads the code learns of it.

    Raises:
        TooManyAttempts: too many changes of one place, codes to a number or from an address.
    """
    throttle.check("place-contact", str(enrolment_id), CHANGES_A_DAY, _A_DAY)
    purpose = CodePurpose.CHANGE_CONTACT
    first = ask_code(purpose, present, address, language=language)
    return first, ask_code(purpose, new, address, language=language) if new else ""


def change_email(
    enrolment_id: int, email: str | None, present: Contact, codes: Mapping[str, str], address: str
) -> None:
    """Letters go there as well; None: to the phone alone.

    Raises:
        as `change_phone`.
    """
    _check(codes, address, present)
    with transaction() as session:
        person = _guest(session, enrolment_id, present)
        person.email = email
        audit.record("person.changed", "person", person.id, kind_of_contact="email")
        jobs.emit(PersonChanged(person.id))


def change_phone(
    enrolment_id: int, new: Contact, present: Contact, codes: Mapping[str, str], address: str
) -> None:
    """The person's places open with the new number from now on, and everything is sent there.

    Args:
        codes: what was typed, by the handles `ask` gave.

    Raises:
        WrongCode: not the codes that were sent to these numbers.
        ContactOfAnAccount: the person has an account, where this is changed.
        TooManyAttempts: too many codes typed from this address.
    """
    _check(codes, address, present, new)
    with transaction() as session:
        person = _guest(session, enrolment_id, present)
        person.phone = new.value
        follow_key(session, person)
        audit.record("person.changed", "person", person.id, kind_of_contact="phone")
        jobs.emit(PersonChanged(person.id))


def _check(codes: Mapping[str, str], address: str, *contacts: Contact) -> None:
    """Each of these contacts was proved by one of the codes."""
    proven = check_codes(CodePurpose.CHANGE_CONTACT, dict(codes), address)
    of_guests = [each for each in proven if each.account_id is None]
    if not all(any(each.is_of(contact) for each in of_guests) for contact in contacts):
        raise WrongCode


def _guest(session: Session, enrolment_id: int, present: Contact) -> Person:
    """The person of the place, locked, who still has this number."""
    person_id = session.get_one(Enrolment, enrolment_id).person_id
    person = session.get_one(Person, person_id, with_for_update=True, populate_existing=True)
    if person.phone != present.value:
        raise WrongCode
    if not is_guest(person.id):
        raise ContactOfAnAccount
    return person
