"""The second factor: a secret shared with an authenticator app, and codes for when it is lost."""

import hmac
import unicodedata

import pyotp
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.accounts.errors import WrongSecondFactor
from app.accounts.events import WayInChange, WayInChanged
from app.accounts.models import LoginSession, RecoveryCode, SecondFactor
from app.accounts.operations.proofs import renew_session
from app.core import audit, clock, throttle
from app.core.db import transaction
from app.core.jobs import emit
from app.core.keys import keyed_hash, random_code, read_code, seal, unseal

STEP_SECONDS = 30
DRIFT = (0, -1, 1)  # steps that a telephone's clock may be wrong by
RECOVERY_CODES = 10
_DIGITS, _RECOVERY_LENGTH = 6, 10
TRIES_OF_ONE_ACCOUNT = 10
TRIES_OF_ONE_ADDRESS = 100


def new_secret() -> str:
    """160 random bits as authenticator apps take them."""
    return pyotp.random_base32()


def set_second_factor(
    account_id: int, secret: str, typed: str, token: str
) -> tuple[str, list[str]]:
    """Ask for this authenticator's codes from now on, in place of an earlier one's.

    Returns:
        The session's new token, and recovery codes that are nowhere else in clear.

    Raises:
        WrongSecondFactor: the app does not show this code.
        TooManyAttempts: too many tries in the last quarter of an hour.
    """
    throttle.check("second-factor", str(account_id), TRIES_OF_ONE_ACCOUNT)
    steps = _steps(secret, _digits(typed))
    if not steps:
        raise WrongSecondFactor
    with transaction() as session:
        factor = session.get(SecondFactor, account_id, with_for_update=True)
        if factor is None:
            factor = SecondFactor(account_id=account_id)
            session.add(factor)
        factor.sealed_secret = seal(secret)
        factor.confirmed_at = clock.now()
        factor.last_step = max(steps)
        codes = _replace_recovery_codes(session, account_id)
        renewed = renew_session(session, account_id, token, "second_factor", second_factor=True)
        audit.record("account.second_factor_set", "account", account_id, account_id)
        _tell(account_id, WayInChange.SECOND_FACTOR_SET)
    throttle.forgive("second-factor", str(account_id))
    return renewed, codes


def show_second_factor(account_id: int, typed: str, token: str, address: str) -> str:
    """The session counts as proved by two factors from now on; its new token.

    Args:
        typed: the six digits of the app, or a recovery code, in any spelling.
        address: where the request came from; guessing is limited by it and by the account.

    Raises:
        WrongSecondFactor: neither, or used before.
        TooManyAttempts: too many tries in the last quarter of an hour.
    """
    throttle.check("second-factor", str(account_id), TRIES_OF_ONE_ACCOUNT)
    throttle.check("second-factor-from", address, TRIES_OF_ONE_ADDRESS)
    with transaction() as session:
        if _use(session, account_id, typed):
            renewed = renew_session(session, account_id, token, "second_factor", second_factor=True)
        else:
            renewed = ""
            audit.record("account.second_factor_failed", "account", account_id, account_id)
    if not renewed:
        raise WrongSecondFactor
    throttle.forgive("second-factor", str(account_id))
    return renewed


def new_recovery_codes(account_id: int) -> list[str]:
    """Ten other codes; the earlier ones are worth nothing any more."""
    with transaction() as session:
        session.get_one(SecondFactor, account_id, with_for_update=True)
        audit.record("account.recovery_codes_made", "account", account_id, account_id)
        return _replace_recovery_codes(session, account_id)


def remove_second_factor(account_id: int) -> None:
    """Ask for one factor only, at the wish of the person."""
    with transaction() as session:
        if _forget(session, account_id):
            audit.record("account.second_factor_removed", "account", account_id, account_id)
            _tell(account_id, WayInChange.SECOND_FACTOR_REMOVED)


def reset_second_factor(account_id: int, by_id: int | None, reason: str) -> None:
    """Forget the second factor of somebody who lost it; every browser signs in again.

    Args:
        by_id: the administrator, who has made sure who is asking; None for the command.
        reason: how they made sure.
    """
    with transaction() as session:
        if _forget(session, account_id):
            _tell(account_id, WayInChange.SECOND_FACTOR_REMOVED)
        session.execute(delete(LoginSession).where(LoginSession.account_id == account_id))
        audit.record("account.second_factor_reset", "account", account_id, by_id, reason=reason)


def _use(session: Session, account_id: int, typed: str) -> bool:
    """Use up the code, if it is right: of two requests with the same one the database lets one."""
    digits = _digits(typed)
    if len(digits) == _DIGITS:
        return _use_digits(session, account_id, digits)
    code = read_code(typed)
    used = update(RecoveryCode).where(
        RecoveryCode.account_id == account_id,
        RecoveryCode.code_hash == _recovery_hash(account_id, code),
        RecoveryCode.used_at.is_(None),
    )
    row = session.execute(used.values(used_at=clock.now()).returning(RecoveryCode.id)).first()
    if row is not None:
        audit.record("account.recovery_code_used", "account", account_id, account_id)
    return row is not None


def _use_digits(session: Session, account_id: int, digits: str) -> bool:
    factor = session.get(SecondFactor, account_id)
    if factor is None or factor.confirmed_at is None:
        return False
    mine = update(SecondFactor).where(SecondFactor.account_id == account_id)
    return any(
        session.execute(
            mine.where(SecondFactor.last_step < step)
            .values(last_step=step)
            .returning(SecondFactor.account_id)
        ).first()
        for step in _steps(unseal(factor.sealed_secret), digits)
    )


def _steps(secret: str, digits: str) -> list[int]:
    """The steps of about now at which the app shows these digits."""
    now = int(clock.now().timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret)
    return [
        now + drift for drift in DRIFT if hmac.compare_digest(app.generate_otp(now + drift), digits)
    ]


def _digits(typed: str) -> str:
    """What was typed, if it is a number in any spelling: blanks and full-width digits forgiven."""
    plain = "".join(unicodedata.normalize("NFKC", typed).split()).replace("-", "")
    return plain if plain.isascii() and plain.isdigit() else ""


def _replace_recovery_codes(session: Session, account_id: int) -> list[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [random_code(_RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(account_id=account_id, code_hash=_recovery_hash(account_id, code))
        for code in codes
    )
    return [f"{code[:5]} {code[5:]}" for code in codes]


def _recovery_hash(account_id: int, code: str) -> str:
    return keyed_hash(f"recovery|{account_id}|{code}")


def _forget(session: Session, account_id: int) -> bool:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    gone = delete(SecondFactor).where(SecondFactor.account_id == account_id)
    return session.execute(gone.returning(SecondFactor.account_id)).first() is not None


def _tell(account_id: int, change: WayInChange) -> None:
    emit(WayInChanged(account_id, change, clock.now().isoformat()))
