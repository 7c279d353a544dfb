"""The ways into an account: a password, or a code sent to the phone or mailbox."""

from sqlalchemy import update

from app.accounts import passwords, queries
from app.accounts.errors import SignInFailed
from app.accounts.models import Account, SignInMethod
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
        if stronger:
            mine = update(Account).where(Account.id == found.account_id)
            session.execute(mine.values(password_hash=stronger))
        return begin_session(found.account_id, SignInMethod.PASSWORD, browser)


def _note_failure(account_id: int | None) -> None:
    with transaction():
        audit.record("account.sign_in_failed", "account", account_id or "unknown")
