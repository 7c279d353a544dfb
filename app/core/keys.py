"""Keyed hashes and sealed values, with the keys outside the database; random codes.

The first key is KEY_FILE; each later one lies beside it (`person.key.2`, `person.key.3`, …). A hash
goes through all of them in turn, so that rotation needs nothing but the old hash: whoever learned
an old key can do nothing with what the database holds now.
"""

import base64
import hashlib
import hmac
import os
import secrets
from datetime import datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.config import current, write_private
from app.core.db import Base, created_at, db

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LOOKALIKES = str.maketrans("ILOU", "110V")
KEYED: Final = {"keyed": True}
"""`info` of a column of keyed hashes: rotation puts them through the new key."""
SEALED: Final = {"sealed": True}
"""`info` of a column of sealed text: rotation seals it anew."""
LOCK: Final = 7_305_829
"""PostgreSQL's advisory lock of those who write hashes (shared) and of a rotation (alone)."""


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
    """The keys every hash in the database has gone through.

    Raises:
        FileNotFoundError: one of them is not here.
    """
    if files() == 1:
        return (make_key(1),)
    with db.session.no_autoflush:  # rows that wait for their hash are not whole yet
        _let_rotation_end()
        return first_keys(generation())


def first_keys(number: int) -> tuple[bytes, ...]:
    """The keys up to this number.

    Raises:
        FileNotFoundError: one of them is not here.
    """
    return tuple(_read_key(key_file(n)) for n in range(1, number + 1))


def generation() -> int:
    """How many keys are in use; a key that lies ready for a rotation is not."""
    return db.session.scalar(select(func.max(KeyGeneration.generation))) or 1


def are_here() -> bool:
    """Whether every key in use lies where it should."""
    return generation() <= files()


def key_file(number: int) -> Path:
    """Where the key of this number lies."""
    first = current().key_file
    return first if number == 1 else first.with_name(f"{first.name}.{number}")


def make_key(number: int) -> bytes:
    """The key of this number, made if it is not there yet."""
    file = key_file(number)
    if not _is_there(str(file)):  # production has checked at start that the first one is
        write_private(file, secrets.token_bytes(32))
    return _read_key(file)


def rotated_at() -> datetime | None:
    """When the newest key came into use; None while the first one is."""
    return db.session.scalar(select(func.max(KeyGeneration.begun_at)))


def files() -> int:
    """How many keys lie there, in use or ready."""
    first = str(current().key_file)
    return next(n for n in count(1) if not _is_there(f"{first}.{n + 1}"))


def _is_there(file: str) -> bool:
    return os.path.exists(file)  # noqa: PTH110 - asked before every hash, and `Path` is slow


def _let_rotation_end() -> None:
    """Whoever is going to write a hash waits for a rotation, and holds the next one back.

    On SQLite there is one writer at a time anyway.
    """
    session = db.session()
    if session.info.get("in_transaction") and db.engine.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": LOCK})


@lru_cache(maxsize=16)
def _read_key(path: Path) -> bytes:
    return path.read_bytes()


def random_code(length: int = 10) -> str:
    """A code people can read out: 5 bits a character, no look-alikes."""
    return "".join(CODE_ALPHABET[byte % 32] for byte in secrets.token_bytes(length))


def read_code(text: str) -> str:
    """A code as somebody typed it: capitals, blanks, dashes and look-alikes forgiven."""
    return "".join(c for c in text.upper() if c.isalnum()).translate(_LOOKALIKES)
