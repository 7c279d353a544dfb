"""One question answered: match, forgive slips if need be, count, order, fill up with similar."""

import heapq
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from itertools import chain
from operator import and_

from app.search import filling
from app.search.embedded import bits
from app.search.embedded.matching import (
    Reader,
    Wanted,
    all_of,
    any_of,
    exactly,
    forgivingly,
    quoted,
)
from app.search.embedded.ranking import Judge, Key, Subjects
from app.search.embedded.view import Scores, View
from app.search.filling import Candidate
from app.search.filters import COUNTED, CourseFilter, Results
from app.search.highlight import Marker
from app.search.prepare import Query, Term, prepare
from app.search.subjects import around, token
from app.search.text import base, toneless

ENGINE = "embedded"
_RERANKED = 200
_FILLED_FROM = 300
_MODELS, _MODEL_WORDS = 3, 6
_COMMON = 0.2
_ABOUT = "{title_vi title_en tags flags}"
"""The columns that say what a course is about."""
_TITLES = "{title_vi title_en tags}"
_FILTER_WORD = 0.5
"""The subject weighs more than "online" or "free"."""


def answer(view: View, wanted: CourseFilter) -> Results:
    query = prepare(wanted.q, view.snapshot.vocabulary.known)
    chosen = view.snapshot.columns.chosen(wanted)
    allowed = reduce(and_, chosen.values(), view.snapshot.columns.everything)
    question = Question(view, wanted, query, allowed)
    matched = question.match() if query.terms else Matched(view.snapshot.columns.everything)
    hits = matched.slots & allowed
    total = hits.bit_count()
    page = question.page(matched, hits)
    fills = bool(query.terms) and wanted.page == 1 and total < wanted.per_page
    return Results(
        hits=view.hits(page, wanted),
        total=min(total, COUNTED),
        capped=total > COUNTED,
        facets=view.snapshot.columns.count(matched.slots, chosen),
        similar=view.hits(question.similar(matched, page), wanted) if fills else (),
        engine=ENGINE,
        hints=query.hints,
        marker=Marker(query.terms, typos=matched.forgiving),
    )


@dataclass(frozen=True, slots=True)
class Matched:
    """The documents that satisfy every term, filters aside."""

    slots: int
    scores: Scores = field(default_factory=list)
    wanted: tuple[Wanted, ...] = ()
    forgiving: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    view: View
    wanted: CourseFilter
    query: Query
    allowed: int

    def match(self) -> Matched:
        """Exactly; where that does not fill a page, also with slips."""
        exact = self._matched(exactly(self.query))
        if (exact.slots & self.allowed).bit_count() >= self.wanted.per_page:
            return exact
        vocabulary = self.view.snapshot.vocabulary
        forgiving = forgivingly(self.query, vocabulary, known_too=not exact.slots)
        return (
            self._matched(forgiving, forgiving=True) if forgiving != list(exact.wanted) else exact
        )

    def page(self, matched: Matched, hits: int) -> list[int]:
        """The slots of the wanted page."""
        start, end = self.wanted.start, min(COUNTED, self.wanted.start + self.wanted.per_page)
        if self.query.terms and self._by_words():
            slots = self._best(matched, hits, end)
        elif self.query.terms and self.wanted.sort == "nearest":
            slots = self._nearest(matched, hits, end)
        else:
            slots = self.view.snapshot.columns.sort(hits, self.wanted, end)
        return slots[start:end]

    def similar(self, matched: Matched, page: list[int]) -> list[int]:
        """What is close to the subject asked for, or satisfies the weightier half of the words."""
        subjects = filling.wanted_subjects(self.query, map(self.view.marks, page))
        weights = filling.weights(self.query, [self._weight(want) for want in matched.wanted])
        parts = [any_of(_rarest(matched.wanted, weights))] if len(weights) > 1 else []
        parts += [quoted(token(key)) for key in around(chain.from_iterable(subjects))]
        most = self.wanted.per_page - len(page)
        judge = self._judge(matched, weights, subjects)
        candidates = self._candidates(self._likely(" OR ".join(parts), page))
        found = filling.order(candidates, judge, most) if parts else []
        alike = self._alike([*page, *found]) if len(found) < most else []
        return [*found, *alike][:most]

    def _alike(self, best: list[int]) -> list[int]:
        """Courses of the same topic whose titles share rare words with those of the best."""
        entries = [e for slot in best[:_MODELS] if (e := self.view.snapshot.columns.entries[slot])]
        words = {base(word) for entry in entries for word in entry.titles.split()}
        rare = heapq.nsmallest(_MODEL_WORDS, words, key=self.view.frequency)
        if not rare:
            return []
        topics = Counter(pair for entry in entries for pair in entry.facets if pair[0] == "topic")
        expression = f"{_TITLES} : ({' OR '.join(map(quoted, rare))})"
        return [
            slot
            for _, slot in self._likely(expression, best)
            if (entry := self.view.snapshot.columns.entries[slot])
            and (not topics or topics.keys() & set(entry.facets))
        ]

    def _likely(self, expression: str, taken: list[int]) -> Scores:
        """The best by BM25 that pass the filters and are not shown yet."""
        allowed = set(bits.to_slots(self.allowed)).difference(taken)
        scores = self.view.scores(expression) if expression else []
        return heapq.nsmallest(_FILLED_FROM, [pair for pair in scores if pair[1] in allowed])

    def _candidates(self, scores: Scores) -> Iterator[Candidate]:
        entries = self.view.snapshot.columns.entries
        for _score, slot in scores:
            if entry := entries[slot]:
                marks = self.view.marks(slot)
                yield Candidate(marks, entry.waiting, entry.soonest, slot)

    def _by_words(self) -> bool:
        nowhere = self.wanted.sort == "nearest" and self.wanted.near is None
        return self.wanted.sort == "best" or nowhere

    def _matched(self, wanted: list[Wanted], *, forgiving: bool = False) -> Matched:
        expression, size = all_of(wanted), len(self.view.snapshot.columns.entries)
        scores = self.view.scores(expression)
        slots = bits.from_slots((slot for _, slot in scores), size)
        return Matched(slots, scores, tuple(wanted), forgiving)

    def _best(self, matched: Matched, hits: int, end: int) -> list[int]:
        """The likeliest judged anew, then the rest as they are."""
        scores = matched.scores
        if hits != matched.slots:
            allowed = set(bits.to_slots(hits))
            scores = [pair for pair in scores if pair[1] in allowed]
        ordered = self._likeliest(scores, max(end, _RERANKED))
        weights = [1.0] * len(matched.wanted)
        judge = self._judge(matched, weights, self.query.subjects)
        judged = self._keys(ordered[:_RERANKED], judge)
        return [slot for *_, slot in judged] + [slot for _, slot in ordered[_RERANKED:]]

    def _nearest(self, matched: Matched, hits: int, end: int) -> list[int]:
        """By distance what is about the words, then by distance what mentions them."""
        columns = self.view.snapshot.columns
        slots = self.view.slots(f"{_ABOUT} : ({all_of(matched.wanted)})")
        about = hits & bits.from_slots(slots, len(columns.entries))
        parts = about, hits & ~about
        return [slot for part in parts for slot in columns.sort(part, self.wanted, end)]

    def _likeliest(self, scores: Scores, most: int) -> Scores:
        """By BM25; where that leaves some out, first those with the typed accents in a title."""
        if len(scores) <= _RERANKED:
            return sorted(scores)
        entries = self.view.snapshot.columns.entries
        needles = [_needle(term) for term in self.query.terms]
        keyed = (
            (sum(needle not in entry.titles for needle in needles), score, slot)
            for score, slot in scores
            if (entry := entries[slot])
        )
        return [(score, slot) for _, score, slot in heapq.nsmallest(most, keyed)]

    def _judge(self, matched: Matched, weights: list[float], subjects: Subjects) -> Judge:
        return Judge(Reader(matched.wanted), weights, self.query.accented, subjects)

    def _keys(self, scores: Scores, judge: Judge) -> list[tuple[Key, tuple[int, int], float, int]]:
        """In the final order: key, day of the start and number of the id, BM25, slot."""
        entries = self.view.snapshot.columns.entries
        return sorted(
            (judge.key(self.view.marks(slot), entry.waiting), entry.soonest, score, slot)
            for score, slot in scores
            if (entry := entries[slot])
        )

    def _weight(self, want: Wanted) -> float:
        """What a term tells: much when few documents have it."""
        ways = (min(map(self.view.frequency, way)) for way in want.term.ways)
        size = self.view.snapshot.columns.everything.bit_count()
        weight = math.log(1 + size / (1 + max(ways)))
        return weight * _FILTER_WORD if want.term.filters else weight


def _needle(term: Term) -> str:
    """How the term stands among the marked words of a title."""
    typed = " ".join(term.marks)
    return f" {toneless(typed)}" if term.prefix else f" {typed} "


def _rarest(wanted: tuple[Wanted, ...], weights: list[float]) -> list[Wanted]:
    """The terms worth looking for alone: rare ones, or else the rarest two."""
    rare = math.log(1 + 1 / _COMMON)
    order = sorted(range(len(wanted)), key=weights.__getitem__, reverse=True)
    return [wanted[at] for at in order if weights[at] >= rare or at in order[:2]]
