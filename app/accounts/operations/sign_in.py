"""Login sessions: begun with a password, kept on the server, ended by signing out or by time."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, update

from app.accounts import passwords, queries
from app.accounts.errors import SignInFailed
from app.accounts.models import Account, LoginSession
from app.core import audit, clock, throttle
from app.core.db import end_reading, transaction
from app.core.keys import keyed_hash

LASTS = timedelta(hours=12)
TRIES_OF_ONE_BROWSER = 10
TRIES_OF_ONE_ACCOUNT = 50
TRIES_OF_ONE_ADDRESS = 200


def sign_in(name: str, password: str, address: str) -> str:
    """Begin a session; the token goes into the browser's cookie and is stored only as a hash.

    Args:
        name: e-mail address or phone number, in any usual spelling.
        address: where the request came from; guessing is limited by it and by the name.

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
    return _begin(found.account_id, stronger)


def sign_out(token: str) -> None:
    """End this session everywhere at once."""
    with transaction() as session:
        ended = delete(LoginSession).where(LoginSession.token_hash == keyed_hash(token))
        account_id = session.scalar(ended.returning(LoginSession.account_id))
        if account_id is not None:
            audit.record("account.signed_out", "account", account_id, account_id)


def _begin(account_id: int, stronger_hash: str | None) -> str:
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with transaction() as session:
        session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))
        session.add(
            LoginSession(
                token_hash=keyed_hash(token), account_id=account_id, expires_at=now + LASTS
            )
        )
        if stronger_hash:
            session.execute(
                update(Account).where(Account.id == account_id).values(password_hash=stronger_hash)
            )
        audit.record("account.signed_in", "account", account_id, account_id)
    return token


def _note_failure(account_id: int | None) -> None:
    with transaction():
        audit.record("account.sign_in_failed", "account", account_id or "unknown")
