"""The words in an address: decoration behind an id, the same in both languages."""

from functools import lru_cache

from slugify import slugify

LONGEST = 80


@lru_cache(maxsize=1 << 14)
def slug_of(title: str) -> str:
    """The title in plain letters; never empty, or the address could not be built."""
    return slugify(title, max_length=LONGEST, word_boundary=True) or "x"
