"""The ways into an account: a password, or a code sent to the phone or mailbox."""

from app.accounts import passwords, queries
from app.accounts.contacts import Contact
from app.accounts.errors import SignInFailed, WrongCode
from app.accounts.models import Account, CodePurpose, SignInMethod
from app.accounts.operations.codes import ask_code, check_code
from app.accounts.operations.contact_change import note_proven
from app.accounts.operations.sessions import begin_session
from app.core import audit, throttle
from app.core.db import end_reading, transaction

TRIES_OF_ONE_BROWSER = 10
TRIES_OF_ONE_ACCOUNT = 50
TRIES_OF_ONE_ADDRESS = 200


def sign_in(name: str, password: str, address: str, browser: str = "") -> str:
    """Begin a session with a password; its token.

    Args:
        name: e-mail address or phone number, in any usual spelling.
        address: where the request came from; guessing is limited by it and by the name.
        browser: the User-Agent header.

    Raises:
        SignInFailed: unknown, closed or wrong, always the same answer after the same work.
        TooManyAttempts: too many tries in the last quarter of an hour.
    """
    wanted = queries.normal_name(name)
    throttle.check("sign-in", f"{wanted}|{address}", TRIES_OF_ONE_BROWSER)
    throttle.check("sign-in-name", wanted, TRIES_OF_ONE_ACCOUNT)
    throttle.check("sign-in-from", address, TRIES_OF_ONE_ADDRESS)
    found = queries.credentials(wanted)
    end_reading()
    right = passwords.matches(found.password_hash if found else None, password)
    if found is None or not right:
        _note_failure(found.account_id if found else None)
        raise SignInFailed
    throttle.forgive("sign-in", f"{wanted}|{address}")
    outdated = found.password_hash is not None and passwords.is_outdated(found.password_hash)
    stronger = passwords.hash_password(password) if outdated else None
    with transaction() as session:
        account = session.get_one(
            Account, found.account_id, with_for_update=True, populate_existing=True
        )
        if account.password_hash != found.password_hash or not account.is_active:
            raise SignInFailed  # replaced or closed while it was compared
        if stronger:
            account.password_hash = stronger
        return begin_session(found.account_id, SignInMethod.PASSWORD, browser)


def ask_to_sign_in(contact: Contact, address: str, language: str) -> str:
    """Send a code that opens the account of this contact, or leads to making one; its handle.

    Raises:
        TooManyAttempts: too many codes to this contact or from this address.
    """
    owner = queries.reached_by(contact)
    return ask_code(CodePurpose.SIGN_IN, contact, address, language=language, account_id=owner)


def sign_in_with_code(
    contact: Contact, handle: str, typed: str, address: str, browser: str
) -> str | None:
    """Begin a session with a code; None when the contact has no account yet.

    Raises:
        WrongCode: as the name says.
        TooManyAttempts: too many codes typed from this address.
    """
    if not check_code(CodePurpose.SIGN_IN, handle, typed, address).is_of(contact):
        raise WrongCode
    account_id = queries.reached_by(contact)
    if account_id is None:
        return None
    with transaction() as session:
        note_proven(session, account_id, contact)
        return begin_session(account_id, SignInMethod.CODE, browser)


def _note_failure(account_id: int | None) -> None:
    with transaction():
        audit.record("account.sign_in_failed", "account", account_id or "unknown")
