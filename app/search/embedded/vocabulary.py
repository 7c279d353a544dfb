"""Every word of the index, to tell known from unknown and to forgive slips."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.search.prepare import Term
from app.search.typos import budget

_MOST_SLIPPED = 150
_SHORTEST_HALF = 2
_SHORTEST_SWAP = 3


@dataclass(frozen=True, slots=True)
class Slips:
    """What else a term may match, with its price: words, beginnings, and two words for one."""

    words: dict[str, int] = field(default_factory=dict)
    beginnings: dict[str, int] = field(default_factory=dict)
    halves: tuple[tuple[str, str], ...] = ()


NONE = Slips()


class Vocabulary:
    """Grows and never shrinks: a word that left the index matches nothing."""

    def __init__(self, words: Iterable[str]) -> None:
        self._sorted = sorted(words)
        self._known = set(self._sorted)
        self._buckets: dict[tuple[str, int], list[str]] = {}
        for word in self._sorted:
            self._bucket(word).append(word)

    def add(self, words: Iterable[str]) -> None:
        for word in words:
            if word not in self._known:
                self._bucket(word).append(word)
                insort(self._sorted, word)
                self._known.add(word)

    def known(self, word: str, prefix: bool) -> bool:  # noqa: FBT001 - called by position, see prepare.Known
        if word in self._known or not prefix:
            return word in self._known
        return self._starting(word, word + "\uffff") != []

    def slips(self, term: Term) -> Slips:
        """What this term may have been meant to be."""
        word, most = term.word, budget(term.word)
        if not most:
            return Slips(self._swapped(word))
        beginnings = self._beginnings(word, most) if term.prefix else {}
        return Slips(self._near(word, most), beginnings, self._halves(word))

    def resembling(self, word: str, most: int) -> dict[str, int]:
        """Other words, each with the edits between them, the first letter being one like others."""
        found: dict[str, int] = {}
        for (_, length), words in self._now():
            if abs(length - len(word)) <= most:
                found |= _extract(word, words, most)
        found.pop(word, None)
        return found

    def joined(self, left: Term, right: Term) -> dict[str, int]:
        """The known word that two terms make when the blank between them was a slip."""
        word = left.word + right.word
        return {word: 1} if left.word and right.word and word in self._known else {}

    def _near(self, word: str, most: int) -> dict[str, int]:
        """Words as near as that; a wrong first letter costs one more than the edit itself."""
        found: dict[str, int] = {}
        for (first, length), words in self._now():
            allowed = most - (first != word[0])
            if allowed > 0 and abs(length - len(word)) <= allowed:
                found |= _extract(word, words, allowed, extra=most - allowed)
        found.pop(word, None)
        return dict(sorted(found.items(), key=_price)[:_MOST_SLIPPED])

    def _beginnings(self, word: str, most: int) -> dict[str, int]:
        found: dict[str, int] = {}
        same_first = self._starting(word[0], word[0] + "\uffff")
        for length in (len(word) - 1, len(word), len(word) + 1):
            starts = {other[:length] for other in same_first if len(other) > length}
            found |= _extract(word, list(starts), most)
        return dict(sorted(found.items(), key=_price)[:_MOST_SLIPPED])

    def _swapped(self, word: str) -> dict[str, int]:
        """For a word too short for other slips: two neighbours typed in the wrong order."""
        if len(word) < _SHORTEST_SWAP or not word.isalpha():
            return {}
        swaps = {
            word[:at] + word[at + 1] + word[at] + word[at + 2 :]: 1 + (at == 0)
            for at in range(len(word) - 1)
        }
        return {
            swap: price for swap, price in swaps.items() if swap in self._known and swap != word
        }

    def _halves(self, word: str) -> tuple[tuple[str, str], ...]:
        cuts = range(_SHORTEST_HALF, len(word) - _SHORTEST_HALF + 1)
        pairs = ((word[:cut], word[cut:]) for cut in cuts)
        return tuple(pair for pair in pairs if self._known.issuperset(pair))

    def _starting(self, low: str, high: str) -> list[str]:
        return self._sorted[bisect_left(self._sorted, low) : bisect_left(self._sorted, high)]

    def _now(self) -> list[tuple[tuple[str, int], list[str]]]:
        """Another thread may add words meanwhile."""
        return list(self._buckets.items())

    def _bucket(self, word: str) -> list[str]:
        return self._buckets.setdefault((word[0], len(word)), [])


def _extract(word: str, choices: list[str], most: int, extra: int = 0) -> dict[str, int]:
    search = partial(process.extract, scorer=OSA.distance, limit=_MOST_SLIPPED)
    return {near: int(cost) + extra for near, cost, _ in search(word, choices, score_cutoff=most)}


def _price(pair: tuple[str, int]) -> int:
    return pair[1]
