"""Making accounts, their passwords and their roles at the city."""

import secrets
from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete

from app.accounts import passwords
from app.accounts.errors import AccountExists, WrongPassword
from app.accounts.events import PasswordChanged
from app.accounts.models import Account, LoginSession
from app.accounts.operations.codes import kill_codes
from app.accounts.operations.roles import Office, give, grant, propose
from app.accounts.operations.uniqueness import unless_taken
from app.core import audit, clock, throttle, vi
from app.core.access import CityRole
from app.core.db import db, end_reading, transaction
from app.core.jobs import emit

TRIES = 10


def create_account(
    display_name: str,
    password: str | None,
    *,
    email: str | None = None,
    phone: str | None = None,
    role: CityRole | None = None,
    by_id: int | None = None,
) -> Account:
    """A way to sign in, for city staff together with the role.

    Args:
        password: None for somebody who signs in by a code and may choose one later.

    Raises:
        AccountExists: the e-mail address or phone number has one.
        WeakPassword: a stranger would guess it.
    """
    own = [display_name, email or "", phone or ""]
    password_hash = _hashed(password, own) if password is not None else None
    email = email.strip().lower() if email else None
    with unless_taken(AccountExists), transaction() as session:
        account = Account(
            display_name=vi.clean(display_name),
            email=email,
            phone=phone,
            password_hash=password_hash,
        )
        session.add(account)
        session.flush()  # the unique constraints answer here
        audit.record("account.created", "account", account.id, by_id)
        if role is not None:
            grant(account.id, role, by_id)
        return account


def create_staff(
    display_name: str,
    office: Office,
    by_id: int,
    *,
    email: str | None = None,
    phone: str | None = None,
    until: date | None = None,
    reason: str = "",
) -> int:
    """An account without a password, with its role; an administrator's is only proposed.

    Returns:
        the account's number.

    Raises:
        AccountExists: the e-mail address or phone number has one.
        GoneByThen: the last day lies in the past.
    """
    with transaction():
        account = create_account(display_name, None, email=email, phone=phone, by_id=by_id)
        if office.needs_two:
            propose(account.id, by_id, withdrawing=False, until=until, reason=reason)
        else:
            give(account.id, office, by_id, until=until, reason=reason)
        return account.id


def change_password(account_id: int, current: str, password: str) -> None:
    """The owner chooses another password; every session of the account ends.

    Whoever sits down at somebody's open browser cannot try passwords at leisure either.

    Raises:
        TooManyAttempts: as the name says.
        WrongPassword: the current one is not right.
        WeakPassword: a stranger would guess the new one.
    """
    throttle.check("password", str(account_id), TRIES)
    with transaction() as session:
        stored = session.get_one(Account, account_id).password_hash
    if not passwords.matches(stored, current):
        raise WrongPassword
    set_password(account_id, password, account_id)


def set_password(account_id: int, password: str, by_id: int | None = None) -> None:
    """Replace the password and end every session of the account.

    Raises:
        WeakPassword: a stranger would guess it.
    """
    account = db.session.get_one(Account, account_id)
    own = [account.display_name, account.email or "", account.phone or ""]
    password_hash = _hashed(password, own)
    with transaction() as session:
        session.get_one(Account, account_id).password_hash = password_hash
        session.execute(delete(LoginSession).where(LoginSession.account_id == account_id))
        kill_codes(session, account_id)
        audit.record("account.password_set", "account", account_id, by_id)
        emit(PasswordChanged(account_id, clock.now().isoformat()))


def _hashed(password: str, own: Iterable[str]) -> str:
    passwords.require_strength(password, own)
    end_reading()
    return passwords.hash_password(password)


def one_time_password() -> str:
    """Four groups of letters and digits that can be read out."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4))
