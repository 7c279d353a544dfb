"""Chooses what stands under the search box, from titles and tags that begin with what is typed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import Generic, NamedTuple, TypeVar

from app.core.i18n import Bilingual
from app.search.filters import Suggestion
from app.search.prepare import Query, Term
from app.search.telex import is_syllable
from app.search.text import Word, begins, words

LEAST_LETTERS = 2
_MOST_TAGS = 3
_MOST_RANKED = 100
T = TypeVar("T")


class Candidate(NamedTuple):
    """One document, as far as suggestions show it."""

    id: str
    title_vi: str
    title_en: str
    tags: list[str]

    def suggestions(self, lang: str) -> Iterator[Suggestion]:
        """Its texts, those in the wanted language first."""
        titles = [("vi", self.title_vi), ("en", self.title_en)]
        for language, title in titles if lang == "vi" else titles[::-1]:
            if title:
                yield Suggestion(title, language, "title", self.id)
        for tag in self.tags:
            yield Suggestion(tag, _language(tag), "tag")


@lru_cache(maxsize=1 << 10)
def _language(tag: str) -> str:
    """Tags come without one: what is spelled in Vietnamese syllables is Vietnamese."""
    vietnamese = not tag.isascii() or all(is_syllable(word.fold) for word in words(tag))
    return "vi" if vietnamese else "en"


class _Rank(NamedTuple):
    """Less is better."""

    other_language: bool
    late: bool
    accents: int
    length: int


@dataclass(frozen=True, slots=True)
class _Ranked:
    rank: _Rank
    suggestion: Suggestion


def pick(found: Iterable[Candidate], query: Query, limit: int, lang: str) -> list[Suggestion]:
    """The best distinct texts that hold all that was typed, one language of a title only."""
    best: dict[str, _Ranked] = {}
    for candidate in found:
        titles_done = False
        for suggestion in candidate.suggestions(lang):
            if suggestion.kind == "title" and titles_done:
                continue
            rank = _rank(suggestion, query, lang)
            if rank is None:
                continue
            titles_done = titles_done or suggestion.kind == "title"
            key = " ".join(word.fold for word in _read(suggestion.text))
            if key not in best or rank < best[key].rank:
                best[key] = _Ranked(rank, suggestion)
    ranked = sorted(best.values(), key=lambda one: (one.rank, one.suggestion.text))
    return _mixed([one.suggestion for one in ranked], limit)


@dataclass(frozen=True, slots=True)
class Spelled(Generic[T]):
    """A name with its folded words in both languages, so that thousands are gone through at once.

    The languages are apart by a line break, and a blank stands around every word.
    """

    what: T
    folded: str

    @classmethod
    def of(cls, what: T, text: Bilingual) -> "Spelled[T]":
        lines = (" ".join(word.fold for word in words(each)) for each in (text.vi, text.en))
        return cls(what, " \n ".join(f" {line} " for line in lines))


def pick_names(
    names: Iterable[Spelled[T]],
    texts: Callable[[T], Iterable[Suggestion]],
    query: Query,
    lang: str,
) -> list[tuple[T, Suggestion]]:
    """The names that hold all that was typed, the best first, each in one language only.

    Of very many only the first are ranked, and first those that begin with it.
    """
    needles = [_needles(term) for term in query.terms]
    held = [each for each in names if _holds(each.folded, needles)]
    begun = [each for each in held if each.folded.startswith(needles[0])]
    others = (each for each in held if not each.folded.startswith(needles[0]))
    found: list[tuple[_Rank, str, T, Suggestion]] = []
    for each in islice(chain(begun, others), _MOST_RANKED):
        ranked = [(rank, one) for one in texts(each.what) if (rank := _rank(one, query, lang))]
        best = min(ranked, key=lambda pair: pair[0], default=None)
        if best is not None:
            found.append((best[0], best[1].text, each.what, best[1]))
    found.sort(key=lambda each: each[:2])
    return [(what, one) for _, _, what, one in found]


def _needles(term: Term) -> tuple[str, ...]:
    """What a folded name must have one of."""
    return tuple(
        f" {' '.join(way)}" + ("" if term.prefix and len(way) == 1 else " ") for way in term.ways
    )


def _holds(folded: str, needles: Iterable[tuple[str, ...]]) -> bool:
    return all(any(needle in folded for needle in ways) for ways in needles)


def _mixed(ranked: list[Suggestion], limit: int) -> list[Suggestion]:
    """A few tags at most, so that they do not push the courses out."""
    tags = [one for one in ranked if one.kind == "tag"][:_MOST_TAGS]
    return [one for one in ranked if one.kind == "title" or one in tags][:limit]


def _rank(suggestion: Suggestion, query: Query, lang: str) -> _Rank | None:
    """Nothing when a term is missing."""
    typed = _read(suggestion.text)
    places = [_place(term, typed) for term in query.terms]
    if not places or None in places:
        return None
    late = places[0] != 0
    accents = sum(not _same_accents(term, typed) for term in query.terms) if query.accented else 0
    return _Rank(suggestion.lang != lang, late, accents, len(suggestion.text))


@lru_cache(maxsize=1 << 14)
def _read(text: str) -> list[Word]:
    """Titles and tags come back with every letter that is typed."""
    return words(text)


def _place(term: Term, typed: list[Word]) -> int | None:
    folds = [word.fold for word in typed]
    starts = (
        at
        for at in range(len(folds))
        for way in term.ways
        if tuple(folds[at : at + len(way)]) == way
        or (term.prefix and len(way) == 1 and folds[at].startswith(way[0]))
    )
    return next(starts, None)


def _same_accents(term: Term, typed: list[Word]) -> bool:
    marks = [word.mark for word in typed]
    if len(term.marks) == 1 and term.prefix:
        return any(begins(mark, term.marks[0]) for mark in marks)
    return all(mark in marks for mark in term.marks)
