r"""One way to write a report down, so that equal reports are equal bytes on every machine.

The rules: JSON, UTF-8, keys sorted by their code points, one blank of indentation a level, lines
ended by "\n", the last one too; text in the composed form (NFC); no number of JSON at all: every
number is text in plain decimal notation, with at most six decimals, no exponent, no needless zero
and no negative zero; moments are UTC with microseconds. What has no order of its own is ordered by
code, never by a number of the database or by the alphabet of a language.
"""

import hashlib
import json
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from unicodedata import normalize

_DECIMALS = Decimal("0.000001")
Content = dict[str, "Content"] | list["Content"] | str | None
"""What a report consists of; truths are the texts "yes" and "no"."""


def written(content: Content) -> str:
    """The only way to write this content.

    Raises:
        TypeError: it holds something that the rules know no form for, a number for example.
    """
    text = json.dumps(_plain(content), ensure_ascii=False, sort_keys=True, indent=1)
    return f"{text}\n"


def read(text: str) -> Content:
    """What was written.

    Raises:
        ValueError: it is no JSON.
    """
    found: Content = json.loads(text)
    return found


def digest(text: str) -> str:
    """SHA-256 over the bytes of the file."""
    return hashlib.sha256(text.encode()).hexdigest()


def number(value: float | Decimal | None) -> str | None:
    """The text of a number; a sum of floating numbers in another order has the same one."""
    if value is None:
        return None
    exact = Decimal(value) if isinstance(value, int) else Decimal(str(value))
    rounded = exact.quantize(_DECIMALS, ROUND_HALF_EVEN).normalize()
    return "0" if rounded == 0 else f"{rounded:f}"


def moment(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _plain(content: Any) -> Content:
    if content is None:
        return None
    if isinstance(content, str):
        return normalize("NFC", content).replace("\r\n", "\n")
    if isinstance(content, dict):
        return {normalize("NFC", key): _plain(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_plain(value) for value in content]
    reason = f"no way to write {type(content).__name__}"
    raise TypeError(reason)
