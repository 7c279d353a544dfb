"""Orders documents as Meilisearch's rules do: words, slips, accents, nearness, place, position.

Accents come that early only when some were typed. Before the position comes what can be joined.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from app.search.embedded.matching import COLUMN_ENDS, Match, Reader
from app.search.embedded.rows import BREAK
from app.search.subjects import closeness, own
from app.search.text import base

_FAR = 8
_LATE = 20
_COLUMN_RANK = (0, 0, 1, 2, 3, 4, 0)
"""By `rows.COLUMNS`; a filter word (online, free) is as good as a word of the title."""


Subjects = tuple[tuple[str, ...], ...]
"""Keys of subjects: what is asked for, alternatives together."""


class Found(NamedTuple):
    """A match where it stands. Ordered: the least is the best of its term."""

    slips: int
    partial: int
    accents: int
    column_rank: int
    other_marks: int
    position: int
    column: int


class Key(NamedTuple):
    """The buckets, most important first; all of them "less is better"."""

    missing: float
    slips: int
    off_subject: int
    partial: int
    accents: int
    distance: int
    columns: int
    other_marks: int
    waiting: int
    position: int


@dataclass(frozen=True, slots=True)
class Judge:
    """Gives a document its key for one question; `weights` say what a missing term costs.

    `subjects` are those asked for, alternatives by term.
    Words typed without marks (`accented` is false) say little about the marks that were meant.
    """

    reader: Reader
    weights: list[float]
    accented: bool
    subjects: Subjects = ()

    def key(self, marks: str, waiting: int = 0) -> Key:
        """Of a document with these words; `waiting` as in `Entry`."""
        found = self._found(marks)
        best = [min(matches) for matches in found if matches]
        missing = sum(
            weight for weight, matches in zip(self.weights, found, strict=True) if not matches
        )
        return Key(
            missing,
            sum(match.slips for match in best),
            self._off_subject(marks),
            sum(match.partial for match in best),
            sum(match.accents for match in best),
            _distance(found),
            sum(match.column_rank for match in best),
            sum(match.other_marks for match in best),
            waiting,
            sum(min(match.position, _LATE) for match in best),
        )

    def _found(self, marks: str) -> list[list[Found]]:
        """For each term, where it is found."""
        found: list[list[Found]] = [[] for _ in self.weights]
        words = marks.split(" ")
        read = map(self.reader.__getitem__, words)
        column = start = 0
        for at, matches in [(at, matches) for at, matches in enumerate(read) if matches]:
            if matches is COLUMN_ENDS:
                column, start = column + 1, at + 1
                continue
            for match in matches:
                if not match.phrase or _continues(match, words, at):
                    found[match.term].append(self._place(match, column, at - start))
        return found

    def _off_subject(self, marks: str) -> int:
        """How far the document is from what each term names, added up."""
        about = own(marks.rpartition(BREAK)[2])
        return sum(closeness(about, keys) for keys in self.subjects)

    def _place(self, match: Match, column: int, position: int) -> Found:
        early, late = (match.accents, 0) if self.accented else (0, match.accents)
        rank = _COLUMN_RANK[column]
        return Found(match.slips, match.partial, early, rank, late, position, column)


def _continues(match: Match, words: list[str], position: int) -> bool:
    there = words[position : position + len(match.phrase)]
    return tuple(map(base, there)) == match.phrase


def _distance(found: list[list[Found]]) -> int:
    """How far neighbours in the question stand apart, added up; the wrong order costs one more."""
    return sum(_gap(left, right) for left, right in pairwise(found) if left and right)


def _gap(left: list[Found], right: list[Found]) -> int:
    steps = [
        there.position - here.position
        for here in left
        for there in right
        if here.column == there.column
    ]
    return min((step - 1 if step > 0 else 1 - step for step in steps), default=_FAR)
