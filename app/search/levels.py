"""How much one must know already: what titles and questions say of it.

Courses have no field for it, so words decide: cơ bản, nâng cao, and in languages A1 or N5. Trung
cấp and sơ cấp before a trade are schools, not levels, and B2 beside driving is a licence.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.search.lexicon import LEVELS, Typed, look_up
from app.search.subjects import about
from app.search.text import Word, words

_CODES = {
    **dict.fromkeys(("a1", "a2", "n5", "n4"), "beginner"),
    **dict.fromkeys(("b1", "b2", "n3"), "intermediate"),
    **dict.fromkeys(("c1", "c2", "n2", "n1"), "advanced"),
}
_SCHOOLS = {("trung", "cap"), ("so", "cap")}
_LONGEST = max(map(len, LEVELS))
_LANGUAGES = "languages"


class Span(NamedTuple):
    """So many words, and the level they tell."""

    size: int
    level: str


def of_titles(*titles: str) -> tuple[str, ...]:
    """Every level that the titles of one course tell, in the order of the alphabet."""
    found = (span.level for title in titles for span in told_in(words(title)).values())
    return tuple(sorted(set(found)))


def told_in(text: Sequence[Word]) -> Mapping[int, Span]:
    """By the number of their first word, the words of a text that tell a level."""
    of_language = _LANGUAGES in about(text)
    found: dict[int, Span] = {}
    at = 0
    while at < len(text):
        span = _at(tuple(text[at : at + _LONGEST]), first=at == 0, of_language=of_language)
        if span:
            found[at] = span
        at += span.size if span else 1
    return found


def is_code(typed: Typed) -> bool:
    return len(typed) == 1 and typed[0].fold in _CODES


def _at(rest: Typed, *, first: bool, of_language: bool) -> Span | None:
    for size in range(len(rest), 0, -1):
        part = rest[:size]
        asked = look_up(LEVELS, part)
        if asked and not (first and tuple(word.fold for word in part) in _SCHOOLS):
            return Span(size, asked[1])
    if of_language and is_code(rest[:1]):
        return Span(1, _CODES[rest[0].fold])
    return None
