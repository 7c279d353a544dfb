"""Keyed hashes and sealed values, with the keys outside the database; random codes.

The first key is KEY_FILE; each later one lies beside it (`person.key.2`, `person.key.3`, …). A hash
goes through all of them in turn, so that rotation needs nothing but the old hash: whoever learned
an old key can do nothing with what the database holds now.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.config import current, write_private
from app.core.db import Base, created_at, db

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LOOKALIKES = str.maketrans("ILOU", "110V")
KEYED: Final = {"keyed": True}
"""`info` of a column of keyed hashes: rotation puts them through the new key."""
SEALED: Final = {"sealed": True}
"""`info` of a column of sealed text: rotation seals it anew."""


class KeyGeneration(Base):
    """That every hash in the database has gone through this many keys; no row: through one."""

    __tablename__ = "key_generations"

    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    begun_at: Mapped[created_at]


def keyed_hash(value: str) -> str:
    """HMAC-SHA-256 in hexadecimal; worthless without the key files."""
    for key in active_keys():
        value = hash_with(key, value)
    return value


def hash_with(key: bytes, value: str) -> str:
    """One step of `keyed_hash`."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()


def seal(text: str) -> str:
    """Text that only this installation can read again, with `unseal`."""
    return sealer(active_keys()).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What `seal` was given.

    Raises:
        cryptography.fernet.InvalidToken: sealed with a key that is not here.
    """
    return sealer(active_keys()).decrypt(sealed.encode()).decode()


def sealer(keys: tuple[bytes, ...]) -> MultiFernet:
    """Seals with the last of these keys and opens with any."""
    return MultiFernet(
        [
            Fernet(base64.urlsafe_b64encode(hmac.new(key, b"seal", hashlib.sha256).digest()))
            for key in reversed(keys)
        ]
    )


def active_keys() -> tuple[bytes, ...]:
    """The keys every hash in the database has gone through."""
    first = current().key_file
    there = _files(first)
    if there == 1:
        return (_read_key(first),)
    done = generation()
    return tuple(_read_key(key_file(n)) for n in range(1, done + 1))


def generation() -> int:
    """How many keys are in use; a key that lies ready for a rotation is not."""
    return db.session.scalar(select(func.max(KeyGeneration.generation))) or 1


def key_file(number: int) -> Path:
    """Where the key of this number lies."""
    first = current().key_file
    return first if number == 1 else first.with_name(f"{first.name}.{number}")


def make_key(number: int) -> bytes:
    """The key of this number, made if it is not there yet."""
    return _read_key(key_file(number))


def rotated_at() -> datetime | None:
    """When the newest key came into use; None while the first one is."""
    return db.session.scalar(select(func.max(KeyGeneration.begun_at)))


def _files(first: Path) -> int:
    return next(n for n in count(1) if not first.with_name(f"{first.name}.{n + 1}").exists())


@lru_cache(maxsize=16)
def _read_key(path: Path) -> bytes:
    if not path.exists():  # production has checked at start that the first one does
        write_private(path, secrets.token_bytes(32))
    return path.read_bytes()


def random_code(length: int = 10) -> str:
    """A code people can read out: 5 bits a character, no look-alikes."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def read_code(text: str) -> str:
    """A code as somebody typed it: capitals, blanks, dashes and look-alikes forgiven."""
    return "".join(c for c in text.upper() if c.isalnum()).translate(_LOOKALIKES)
