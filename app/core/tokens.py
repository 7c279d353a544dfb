"""Short signed numbers for addresses in letters: nobody can make one up or read the number."""

import base64
import binascii
import hashlib
import hmac

from app.core.config import current

_SIGNATURE, _NUMBER = 12, 4


def token(purpose: str, number: int) -> str:
    """22 characters; the same for the same number, and of no use for another purpose."""
    plain = number.to_bytes(_NUMBER, "big")
    signature = _digest(purpose, b"sign", plain)[:_SIGNATURE]
    hidden = _mixed(plain, _digest(purpose, b"hide", signature))
    return base64.urlsafe_b64encode(signature + hidden).rstrip(b"=").decode()


def read_token(purpose: str, text: str) -> int | None:
    """The number `token` was given, or None for anything else."""
    try:
        raw = base64.b64decode(text.encode("ascii") + b"==", altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None
    if len(raw) != _SIGNATURE + _NUMBER:
        return None
    signature, hidden = raw[:_SIGNATURE], raw[_SIGNATURE:]
    plain = _mixed(hidden, _digest(purpose, b"hide", signature))
    right = _digest(purpose, b"sign", plain)[:_SIGNATURE]
    return int.from_bytes(plain, "big") if hmac.compare_digest(right, signature) else None


def _digest(purpose: str, use: bytes, value: bytes) -> bytes:
    key = hashlib.sha256(b"tokens|" + current().secret_key.encode()).digest()
    return hmac.digest(key, b"|".join((purpose.encode(), use, value)), "sha256")


def _mixed(value: bytes, pad: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(value, pad, strict=False))
