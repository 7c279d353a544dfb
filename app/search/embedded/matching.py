"""From terms to FTS5 expressions, and from the words of a document to the terms they satisfy."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from app.search.embedded.rows import BREAK
from app.search.embedded.vocabulary import NONE, Slips, Vocabulary
from app.search.lexicon import Phrase
from app.search.prepare import Query, Term
from app.search.subjects import token
from app.search.text import base, begins


@dataclass(frozen=True, slots=True)
class Wanted:
    """A term and the slips that are forgiven for it."""

    term: Term
    slips: Slips = NONE

    def expression(self) -> str:
        parts = [
            *map(self._single, self._singles()),
            *(quoted(*way) for way in self.term.ways if len(way) > 1),
            *(quoted(word) for word in self.slips.words),
            *(quoted(word) + "*" for word in self.slips.beginnings),
            *(quoted(*pair) for pair in self.slips.halves),
        ]
        return "(" + " OR ".join(parts) + ")"

    def _singles(self) -> list[str]:
        """Words alone; one that begins with another finds nothing more where beginnings count."""
        words = [way[0] for way in self.term.ways if len(way) == 1]
        if not self.term.prefix:
            return words
        return [
            word
            for word in words
            if not any(word != other and word.startswith(other) for other in words)
        ]

    def _single(self, word: str) -> str:
        """A subject has no beginning: its token is whole."""
        tokens = map(token, self.term.subjects)
        return quoted(word) + ("*" if self.term.prefix and word not in tokens else "")

    def whole(self) -> Iterator[str]:
        """Words of which a match may consist, or with which it may start."""
        yield from (way[0] for way in self.term.ways)
        yield from self.slips.words
        yield from (first for first, _ in self.slips.halves)

    def begun(self) -> Iterator[str]:
        """Beginnings that match a longer word."""
        if self.term.prefix:
            yield from (way[0] for way in self.term.ways if len(way) == 1)
        yield from self.slips.beginnings


def exactly(query: Query) -> list[Wanted]:
    return [Wanted(term) for term in query.terms]


def forgivingly(query: Query, vocabulary: Vocabulary, *, known_too: bool) -> list[Wanted]:
    """With slips: of words nobody uses, and of the others if asked to."""
    joins = [vocabulary.joined(left, right) for left, right in pairwise(query.terms)]
    around = zip([{}, *joins], [*joins, {}], strict=True)
    return [
        Wanted(term, _slips(term, before | after, vocabulary, known_too=known_too))
        for term, (before, after) in zip(query.terms, around, strict=True)
    ]


def _slips(term: Term, joined: dict[str, int], vocabulary: Vocabulary, *, known_too: bool) -> Slips:
    known = vocabulary.known(term.word, term.prefix)
    slips = vocabulary.slips(term) if known_too or not known else NONE
    return replace(slips, words=slips.words | joined) if joined else slips


def all_of(wanted: Iterable[Wanted]) -> str:
    return " AND ".join(want.expression() for want in wanted)


def any_of(wanted: Iterable[Wanted]) -> str:
    return " OR ".join(want.expression() for want in wanted)


_OTHER = 2


class Match(NamedTuple):
    """What one word of a document means to one term: lower is better, in this order.

    `accents` is 1 for other marks than those typed, `_OTHER` for another word altogether.
    """

    term: int
    slips: int
    partial: int
    accents: int
    phrase: Phrase


COLUMN_ENDS = (Match(-1, 0, 0, 0, ()),)


class Reader(dict[str, tuple[Match, ...]]):
    """Marked word -> what it satisfies; each word is judged once for a question."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        super().__init__({BREAK: COLUMN_ENDS})
        self.wanted = wanted
        self._whole = frozenset(word for want in wanted for word in want.whole())
        self._begun = tuple(start for want in wanted for start in want.begun())

    def __missing__(self, marked: str) -> tuple[Match, ...]:
        folded = base(marked)
        possible = folded in self._whole or folded.startswith(self._begun)
        found = self._judge(folded, marked) if possible else ()
        self[marked] = found
        return found

    def _judge(self, folded: str, marked: str) -> tuple[Match, ...]:
        numbered = enumerate(self.wanted)
        return tuple(m for number, want in numbered for m in _matches(number, want, folded, marked))


def _matches(number: int, want: Wanted, folded: str, marked: str) -> Iterable[Match]:
    term, slips = want.term, want.slips
    for way in term.ways:
        other = not term.filters and way is not term.ways[0]
        if len(way) > 1:
            if way[0] == folded:
                yield Match(number, 0, 0, _OTHER if other else marked != term.marks[0], way)
        elif folded == way[0]:
            differs = len(term.typed) > 1 or marked != term.marks[0]
            yield Match(number, 0, 0, _OTHER if other else not term.filters and differs, ())
        elif term.prefix and folded.startswith(way[0]):
            yield Match(number, 0, 1, not begins(marked, term.marks[0]), ())
    yield from _slipped(number, slips, folded)


def _slipped(number: int, slips: Slips, folded: str) -> Iterable[Match]:
    if folded in slips.words:
        yield Match(number, slips.words[folded], 0, 1, ())
    costs = [cost for start, cost in slips.beginnings.items() if folded.startswith(start)]
    if costs:
        yield Match(number, min(costs), 1, 1, ())
    for pair in slips.halves:
        if pair[0] == folded:
            yield Match(number, 1, 0, 1, pair)


def quoted(*way: str) -> str:
    """Words as a phrase; ours hold letters and digits only, so nothing can be an operator."""
    return '"' + " ".join(way) + '"'
