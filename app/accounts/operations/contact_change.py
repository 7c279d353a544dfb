"""Another phone or mailbox for an account, proved on both sides."""

from sqlalchemy.orm import Session

from app.accounts.contacts import Contact, ContactKind
from app.accounts.errors import ContactUnusable, WrongCode
from app.accounts.events import ContactChanged, PersonChanged
from app.accounts.models import Account, Assurance, CodePurpose
from app.accounts.operations.codes import ask_code, check_codes, kill_codes
from app.accounts.operations.persons import follow_key
from app.accounts.operations.sessions import end_sessions
from app.accounts.operations.uniqueness import unless_taken
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
        replaced = account.phone if new.kind is ContactKind.PHONE else account.email
        _set(account, new)
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


def note_proven(session: Session, account_id: int, contact: Contact) -> None:
    """A code to this contact opened the account: from now on it is known to be theirs."""
    account = session.get_one(Account, account_id, with_for_update=True, populate_existing=True)
    is_phone = contact.kind is ContactKind.PHONE
    if (account.phone_proven_at if is_phone else account.email_proven_at) is None:
        _set(account, contact)
        if account.assurance is Assurance.STATED:
            account.assurance = Assurance.CONTACT


def _set(account: Account, new: Contact) -> None:
    now = clock.now()
    if new.kind is ContactKind.PHONE:
        account.phone, account.phone_proven_at = new.value, now
    else:
        account.email, account.email_proven_at = new.value, now


def _tell_person(session: Session, account: Account, new: Contact) -> None:
    """Letters go there too, and the next place with this phone is the same person's."""
    person = account.person
    if person is None:
        return
    if new.kind is ContactKind.EMAIL:
        person.email = new.value
        return
    person.phone = new.value
    follow_key(session, person)
    emit(PersonChanged(person.id))
