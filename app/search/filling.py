"""What fills a page that is not full: the same subject first, then what is next to it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from app.search.embedded.ranking import Judge, Key
from app.search.embedded.rows import BREAK
from app.search.prepare import Query
from app.search.subjects import ELSEWHERE, own, resembling

_LOOKED_AT = 5
_SUBJECT = 3.0
_LEAST_SHARE = 0.5
"""Of the weight of the words, for what is about something else."""


class Candidate(NamedTuple):
    """A document that may fill the page: its marked words, and when it begins.

    `place` is where the engine finds it again.
    """

    marks: str
    waiting: int
    soonest: tuple[int, int]
    place: int


class _Rank(NamedTuple):
    key: Key
    soonest: tuple[int, int]


def wanted_subjects(query: Query, best: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Those that the words name; else those their name looks like, or most of the best hits have.

    `best` are the marked words of the hits, best first.
    """
    return query.subjects or _guessed(query) or _of_most(best)


def _guessed(query: Query) -> tuple[tuple[str, ...], ...]:
    words = [word.fold for term in query.terms if not term.filters for word in term.typed]
    spelled = all(len(word) == 1 for word in words)
    found = resembling(("" if spelled else " ").join(words))
    return (found,) if found else ()


def _of_most(best: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    seen = [own(marks.rpartition(BREAK)[2]).narrowest for marks in islice(best, _LOOKED_AT)]
    counts = Counter(key for keys in seen for key in keys)
    found = tuple(key for key, count in counts.items() if count * 2 > len(seen))
    return (found,) if found else ()


def weights(query: Query, rarities: Sequence[float]) -> list[float]:
    """What each term tells: a subject more than anything beside it."""
    heaviest = max(rarities, default=0.0)
    return [
        heaviest * _SUBJECT if term.subjects else rarity
        for term, rarity in zip(query.terms, rarities, strict=True)
    ]


def order(candidates: Iterable[Candidate], judge: Judge, most: int) -> list[int]:
    """Places of those that are worth showing, best first."""
    ranked = [(_rank(one, judge), one.place) for one in candidates]
    total = sum(judge.weights)
    least = min((rank.key.missing for rank, _ in ranked), default=0.0)
    limit = total - (total - least) * _LEAST_SHARE
    nowhere = ELSEWHERE * len(judge.subjects)
    kept = (
        (rank.key.off_subject, rank, place)
        for rank, place in ranked
        if rank.key.off_subject < nowhere or rank.key.missing <= limit
    )
    return [place for *_, place in sorted(kept)[:most]]


def _rank(one: Candidate, judge: Judge) -> _Rank:
    return _Rank(judge.key(one.marks, one.waiting), one.soonest)
