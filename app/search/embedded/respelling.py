"""A question that finds nothing, with the words of this index that it may have meant.

It goes further than the slips that a search forgives by itself, so it is only ever proposed.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

from app.search.embedded import matching
from app.search.embedded.view import View
from app.search.prepare import MOST_LETTERS, Meant, meant, prepare
from app.search.text import nfc, tokens

_MOST_TRIED = 24
_CHOICES = 4
_SHORTEST, _LETTERS_A_SLIP, _MOST_SLIPS = 3, 3, 3
_MOST_UNKNOWN = 3

Choice = tuple[Meant, str]
"""A word as it was meant, and a word of the index to stand for it."""


def respelled(view: View, text: str) -> str:
    """The nearest question that has words of this index only and finds something, or nothing."""
    text = nfc(text)[:MOST_LETTERS]
    for choices in islice(_choices(view, text), _MOST_TRIED):
        plain = _with(text, [(one.start, one.end, word) for one, word in choices])
        query = prepare(plain, view.snapshot.vocabulary.known)
        slots = view.slots(matching.all_of(matching.exactly(query))) if query.terms else []
        if slots:
            shown = _as_shown(view, slots, {word for _, word in choices})
            return _with(
                text, [(one.start, one.end, shown.get(word, word)) for one, word in choices]
            )
    return ""


def _choices(view: View, text: str) -> Iterator[Sequence[Choice]]:
    known = view.snapshot.vocabulary.known
    unknown = [one for one in meant(text, known) if not known(one.word.fold, False)]  # noqa: FBT003 - see prepare.Known
    if not 0 < len(unknown) <= _MOST_UNKNOWN:
        return
    each = [[(one, word) for word in _nearest(view, one.word.fold)] for one in unknown]
    yield from product(*each)


def _nearest(view: View, word: str) -> list[str]:
    """The words of the index that look most like this one; among them the most used."""
    most = min(len(word) // _LETTERS_A_SLIP, _MOST_SLIPS)
    if len(word) < _SHORTEST or not word.isalpha():
        return []
    near = view.snapshot.vocabulary.resembling(word, most)
    used = {other: view.frequency(other) for other in near}
    ranked = sorted(
        (cost, other[0] != word[0], -used[other], other) for other, cost in near.items()
    )
    return [other for *_, other in ranked if used[other]][:_CHOICES]


def _as_shown(view: View, slots: Sequence[int], wanted: set[str]) -> dict[str, str]:
    """How titles write these folded words."""
    found: dict[str, str] = {}
    for title in _titles(view, slots[:_MOST_TRIED]):
        for token in tokens(title):
            if token.word.fold in wanted:
                found.setdefault(token.word.fold, nfc(title)[token.start : token.end].lower())
    return found


def _titles(view: View, slots: Iterable[int]) -> Iterator[str]:
    for slot in slots:
        title_vi, title_en, _tags = json.loads(view.shown(slot))
        yield title_vi
        yield title_en


def _with(text: str, changes: Sequence[tuple[int, int, str]]) -> str:
    for start, end, word in sorted(changes, reverse=True):
        text = text[:start] + word + text[end:]
    return " ".join(text.split())
