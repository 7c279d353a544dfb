"""Password hashing: argon2id, a few at a time, never inside a database transaction."""

import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from app.accounts.errors import TooBusyToSignIn, WeakPassword
from app.core import config, vi

SHORTEST, LONGEST = 8, 128
_WAIT_SECONDS = 10
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = BoundedSemaphore(os.cpu_count() or 1)
_GUESSED = 72  # characters that are looked at; the estimate of longer ones takes too long
_STRONG = 2  # of 4: a million guesses are not enough
_OURS = (
    "phố học phohoc học tập thành phố học tập hochiminh hồ chí minh sài gòn saigon hà nội hanoi "
    "việt nam vietnam mật khẩu matkhau anh yêu em em yêu anh learning city"
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


def require_strength(password: str, own: Iterable[str] = ()) -> None:
    """Refuse what a stranger would try first.

    Args:
        own: the name and the contacts of whoever chooses it.

    Raises:
        WeakPassword: too short or long, or guessed within a million tries.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword
    words = _known_words(own)
    for spelling in (password, vi.fold(password), vi.fold(password).replace(" ", "")):
        if spelling and zxcvbn(spelling[:_GUESSED], user_inputs=words)["score"] < _STRONG:
            raise WeakPassword


def _known_words(own: Iterable[str]) -> list[str]:
    """Names with and without marks, whole and in parts: `Hồ Chí Minh` gives `hochiminh` too."""
    phrases = [_OURS, *own, config.current().site_name_vi, config.current().site_name_en]
    folded = [vi.fold(phrase) for phrase in phrases]
    words = {word for phrase in (*phrases, *folded) for word in phrase.lower().split()}
    words |= {phrase.replace(" ", "") for phrase in folded[1:]}
    pairs = folded[0].split()
    words |= {"".join(pairs[n : n + size]) for size in (2, 3, 5) for n in range(len(pairs))}
    return sorted(words)


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
