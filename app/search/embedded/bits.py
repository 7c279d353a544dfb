"""Sets of documents as whole numbers: bit n stands for slot n. `&`, `|` and counting are quick."""

from collections.abc import Iterable
from itertools import compress

_AS_TRUTH = bytes.maketrans(b"01", b"\x00\x01")


def from_slots(slots: Iterable[int], size: int) -> int:
    """The set of these slots, all of them below `size`."""
    digits = bytearray(b"0" * size)
    for slot in slots:
        digits[~slot] = 49  # "1", counted from the right
    return int(digits, 2) if size else 0


def to_slots(bits: int) -> list[int]:
    digits = bin(bits)[:1:-1].encode().translate(_AS_TRUTH)
    return list(compress(range(len(digits)), digits))
