"""A new password by a code, for whoever forgot the old one."""

from app.accounts import passwords, queries
from app.accounts.contacts import Contact
from app.accounts.errors import WeakPassword, WrongCode
from app.accounts.models import CodePurpose
from app.accounts.operations.accounts import set_password
from app.accounts.operations.codes import ask_code, check_code, give_back
from app.accounts.operations.contact_change import note_proven
from app.core.db import transaction


def ask_for_new_password(contact: Contact, address: str, language: str) -> str:
    """Send a code to this contact, or word that there is no account; the handle, either way.

    Raises:
        TooManyAttempts: too many codes to this contact or from this address.
    """
    owner = queries.reached_by(contact)
    purpose = CodePurpose.NEW_PASSWORD
    return ask_code(
        purpose, contact, address, language=language, account_id=owner, in_vain=owner is None
    )


def take_new_password(
    contact: Contact, handle: str, typed: str, password: str, address: str
) -> None:
    """Replace the password of the account the code was for; every session ends.

    Raises:
        WeakPassword: a stranger would guess it; the code can be typed again.
        WrongCode: as the name says.
        TooManyAttempts: too many codes typed from this address.
    """
    passwords.require_strength(password, [contact.value])
    proven = check_code(CodePurpose.NEW_PASSWORD, handle, typed, address)
    if proven.account_id is None or not proven.is_of(contact):
        raise WrongCode
    try:
        set_password(proven.account_id, password, proven.account_id)
    except WeakPassword:  # made of its owner's name, which only the owner may learn
        give_back(CodePurpose.NEW_PASSWORD, handle)
        raise
    with transaction() as session:
        note_proven(session, proven.account_id, contact)
