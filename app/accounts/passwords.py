"""Password hashing: argon2id, a few at a time, never inside a database transaction."""

import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.errors import TooBusyToSignIn, WeakPassword
from app.core import vi

SHORTEST, LONGEST = 8, 128
_WAIT_SECONDS = 10
_MANY = 3  # a password of fewer different characters is no secret
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = BoundedSemaphore(os.cpu_count() or 1)
_COMMON = frozenset(
    [
        "password",
        "passw0rd",
        "matkhau",
        "12345678",
        "87654321",
        "11111111",
        "00000000",
        "qwertyui",
        "qwerty",
        "iloveyou",
        "anhyeuem",
        "emyeuanh",
        "phohoc",
        "hoctap",
        "thanhphohochiminh",
        "thanhphohoctap",
        "hochiminh",
        "saigon",
        "hanoi",
        "vietnam",
        "abc",
        "1q2w3e4r",
        "welcome",
        "letmein",
        "admin",
    ]
)


def hash_password(password: str) -> str:
    with _one_of_few():
        return _hasher.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether this is the password; an account that does not exist costs the same time."""
    with _one_of_few():
        try:
            right = _hasher.verify(stored or _nobody(), _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return right and stored is not None


def is_outdated(stored: str) -> bool:
    """Whether today's parameters are stronger than those of this hash."""
    return _hasher.check_needs_rehash(stored)


def require_strength(password: str) -> None:
    """Refuse what a stranger would try first.

    Raises:
        WeakPassword: too short or long, too few different characters, or one of the commonest.
    """
    plain = vi.fold(password).replace(" ", "")
    guessable = not _COMMON.isdisjoint((plain, plain.strip("0123456789!@#.")))
    fits = SHORTEST <= len(password) <= LONGEST
    if not fits or guessable or len(set(password)) <= _MANY:
        raise WeakPassword


def _normal(password: str) -> str:
    """The same password from every keyboard, and never so long that hashing it is an attack."""
    return unicodedata.normalize("NFC", password)[: LONGEST * 4]


@lru_cache(maxsize=1)
def _nobody() -> str:
    """A hash no password of ours has; verified in place of an unknown account's."""
    return _hasher.hash(os.urandom(16))


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _at_once.acquire(timeout=_WAIT_SECONDS):
        raise TooBusyToSignIn
    try:
        yield
    finally:
        _at_once.release()
