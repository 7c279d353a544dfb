"""Keyed hashes of personal values, with the key outside the database, and random codes."""

import hashlib
import hmac
import secrets
from functools import lru_cache
from pathlib import Path

from flask import current_app

from app.core.config import write_private

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_LOOKALIKES = str.maketrans("ILOU", "110V")


def keyed_hash(value: str) -> str:
    """HMAC-SHA-256 in hexadecimal; worthless without the key file."""
    return hmac.new(_key(), value.encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    return _read_key(current_app.extensions["settings"].key_file)


@lru_cache(maxsize=4)
def _read_key(path: Path) -> bytes:
    if not path.exists():  # production has checked at start that it does
        write_private(path, secrets.token_bytes(32))
    return path.read_bytes()


def random_code(length: int = 10) -> str:
    """A code people can read out: 5 bits a character, no look-alikes."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def read_code(text: str) -> str:
    """A code as somebody typed it: capitals, blanks, dashes and look-alikes forgiven."""
    return "".join(c for c in text.upper() if c.isalnum()).translate(_LOOKALIKES)
