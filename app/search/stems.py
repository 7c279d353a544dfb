"""Light English stems: enough to know that bakers, baking and bake are about the same."""

import re
from collections.abc import Iterator
from functools import lru_cache

from app.search.telex import is_syllable

_SHORTEST = 3
_SHORTEST_STEMMED = 4
_DOUBLE = re.compile(r"([bdfgmnprt])\1$")
_WHOLE = frozenset(
    ["marketing", "market", "coding", "parenting", "signing", "trader", "cooker", "machining"]
)
"""What they come from is about something else: a market, a code, parents, signs."""
_ENDINGS = ("", "s", "e", "es", "ing", "er", "ers", "ed")


@lru_cache(maxsize=1 << 14)
def stem(folded: str) -> str:
    """What is left of an English word; a syllable that could be Vietnamese stays as it is."""
    if len(folded) < _SHORTEST_STEMMED or not folded.isalpha() or not folded.isascii():
        return folded
    if is_syllable(folded):
        return folded
    single = _singular(folded)
    return single if single in _WHOLE else _trimmed(single)


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _trimmed(word: str) -> str:
    for ending in ("ing", "er", "ed", "e"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _SHORTEST and re.search("[aeiouy]", rest):
            return _DOUBLE.sub(r"\1", rest) if ending != "e" else rest
    return word


def forms(folded: str) -> Iterator[str]:
    """Other words with the same stem, most of which do not exist."""
    root = stem(folded)
    if root == folded and is_syllable(folded):
        return
    doubled = root + root[-1]
    found = [root + ending for ending in _ENDINGS]
    found += [doubled + ending for ending in ("ing", "er", "ers", "ed")]
    if root.endswith("y"):
        found.append(root[:-1] + "ies")
    yield from (form for form in dict.fromkeys(found) if form != folded)
