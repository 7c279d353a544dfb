"""A question answered as a reader meant it: understood, narrowed, and filled up from elsewhere."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from app.search.filters import CourseFilter, Hit, Results
from app.search.understanding import Heard, Understood

Understand = Callable[[str, Collection[str]], Understood]
"""(question, names of filters to leave alone) -> what it asks for."""


class Searches(Protocol):
    def search(self, wanted: CourseFilter) -> Results: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What the words say about one filter; the words without that, and with nothing else so."""

    name: str
    heard: tuple[Heard, ...]
    rest: str
    alone: str


@dataclass(frozen=True, slots=True)
class Found:
    """The answer, the question that was put in the end, and what was understood on the way.

    `unmet` are filters in the words that would have left nothing, so that they were taken as words;
    `rest` are then the words without anything that asks for a filter, also for one that is set.
    """

    results: Results
    wanted: CourseFilter
    heard: tuple[Heard, ...] = ()
    unmet: tuple[Wish, ...] = ()
    rest: str = ""


def find(engine: Searches, wanted: CourseFilter, understand: Understand) -> Found:
    """Narrow by what the words ask for, if that finds something; else take them as words."""
    understood = understand(wanted.q, {*wanted.words, *wanted.chosen()})
    narrowed = understood.narrow(wanted)
    results = engine.search(narrowed) if understood.heard else Results()
    if not results.total:
        unmet = tuple(_wishes(understood))
        rest = understand(wanted.q, wanted.words).rest.strip()
        return Found(engine.search(wanted), wanted, unmet=unmet, rest=rest)
    if narrowed.q and wanted.page == 1 and results.total < wanted.per_page:
        results = _filled(results, engine.search(replace(wanted, q=understood.rest)), wanted)
    return Found(results, narrowed, understood.heard)


def count(engine: Searches, wanted: CourseFilter, understand: Understand) -> int:
    """How much there is for a question as it would be answered; one question to an engine."""
    understood = understand(wanted.q, {*wanted.words, *wanted.chosen()})
    return engine.search(understood.narrow(wanted)).total


def _wishes(understood: Understood) -> Iterator[Wish]:
    for name in dict.fromkeys(one.name for one in understood.heard):
        same = [one for one in understood.heard if one.name == name]
        others = [one for one in understood.heard if one.name != name]
        rest, alone = understood.without(others).rest, understood.without(same).rest
        yield Wish(name, tuple(same), rest.strip(), alone.strip())


def _filled(results: Results, wider: Results, wanted: CourseFilter) -> Results:
    """The same subject elsewhere comes before what is only near it."""
    shown = {hit.id for hit in results.hits}
    others = _distinct((*wider.hits, *results.similar, *wider.similar), shown)
    return replace(results, similar=tuple(others[: wanted.per_page - len(results.hits)]))


def _distinct(hits: Iterable[Hit], shown: set[str]) -> list[Hit]:
    found = {hit.id: hit for hit in hits if hit.id not in shown}
    return list(found.values())
