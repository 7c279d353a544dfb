"""Showing again that one is there in person, before something that cannot be taken back."""

import secrets

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.errors import WrongCode, WrongPassword
from app.accounts.models import Account, CodePurpose, LoginSession
from app.accounts.operations.codes import check_code
from app.core import audit, clock, throttle
from app.core.db import end_reading, transaction
from app.core.keys import keyed_hash

TRIES = 10


def prove_by_password(account_id: int, password: str, token: str) -> str:
    """The password again; the session's new token.

    Raises:
        WrongPassword: it is not, or the account has none.
        TooManyAttempts: too many tries in the last quarter of an hour.
    """
    throttle.check("password", str(account_id), TRIES)
    with transaction() as session:
        stored = session.get_one(Account, account_id).password_hash
    if not passwords.matches(stored, password):
        raise WrongPassword(field="password")
    throttle.forgive("password", str(account_id))
    end_reading()
    return confirm_session(account_id, token, "password")


def prove_by_code(account_id: int, handle: str, typed: str, token: str, address: str) -> str:
    """The code that was sent to a proven contact; the session's new token.

    Raises:
        WrongCode: wrong, too old, used, or another account's.
        TooManyAttempts: too many codes typed from this address.
    """
    proven = check_code(CodePurpose.CONFIRM, handle, typed, address)
    if proven.account_id != account_id:
        raise WrongCode
    return confirm_session(account_id, token, "code")


def confirm_session(account_id: int, token: str, way: str) -> str:
    """The session's owner has just shown by this way that they are there; its new token."""
    with transaction() as session:
        return renew_session(session, account_id, token, way)


def renew_session(
    session: Session, account_id: int, token: str, way: str, *, second_factor: bool = False
) -> str:
    """Give the session another token, so that whoever copied the old one has nothing.

    A session that ended in the meantime stays ended: the new token then opens nothing.
    """
    now = clock.now()
    renewed = secrets.token_urlsafe(32)
    values = {"token_hash": keyed_hash(renewed), "confirmed_at": now}
    if second_factor:
        values["second_factor_at"] = now
    mine = update(LoginSession).where(
        LoginSession.token_hash == keyed_hash(token), LoginSession.account_id == account_id
    )
    session.execute(mine.values(values))
    audit.record("account.proved", "account", account_id, account_id, way=way)
    return renewed
