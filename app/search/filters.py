"""The question and the answer: what goes to an engine and what comes back, alike for both."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.search.documents import on_earth
from app.search.highlight import NOTHING, Marker
from app.search.prepare import NO_HINTS, Hints

LISTS = ("topic", "ward", "when", "mode", "audience", "level", "language", "provider", "kind")
FLAGS = ("free", "open")
FACETS = (*LISTS, *FLAGS)
UNDERSTOOD = ("ward", "when", "mode", "audience", "level", "free")
"""Filters that the words of a question may ask for."""
SORTS = ("best", "soonest", "nearest", "newest")
MOST_PER_PAGE = 100
COUNTED = 1000
"""Totals are exact up to here; beyond it a page says "1,000+" and pages end."""

Facets = Mapping[str, Mapping[str, int]]


def at_weekend(part: str) -> str:
    """The value of `when` for this part of a day at a weekend: no address has it, words ask it."""
    return f"weekend_{part}"


def together(when: Collection[str]) -> tuple[str, ...]:
    """Times that words name in one breath: an evening at the weekend is not one or the other."""
    parts = [part for part in when if part != "weekend"]
    return tuple(map(at_weekend, parts)) if parts and "weekend" in when else tuple(when)


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """What a resident asked for, by the names of the address. Several values of one name mean "or".

    Values are data: a code nobody knows simply finds nothing. `nearest` without `near` sorts as
    `best`, and `best` without words sorts as `soonest`. Closed courses are nearest last.
    `words` are those of `UNDERSTOOD` that must not be read out of `q`.
    """

    q: str = ""
    topic: tuple[str, ...] = ()
    ward: tuple[str, ...] = ()
    near: tuple[float, float] | None = None
    when: tuple[str, ...] = ()
    mode: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    free: bool = False
    open: bool = False
    provider: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    sort: str = "best"
    page: int = 1
    per_page: int = 10

    def __post_init__(self) -> None:
        if self.sort not in SORTS:
            raise ValueError(self.sort)
        if not (1 <= self.page <= COUNTED and 1 <= self.per_page <= MOST_PER_PAGE):
            raise ValueError((self.page, self.per_page))
        if self.near and not on_earth(self.near):
            raise ValueError(self.near)

    def chosen(self) -> dict[str, tuple[str, ...]]:
        """The filters in use: name -> wanted values. A flag that is not set asks nothing."""
        lists = {name: getattr(self, name) for name in LISTS}
        flags = {name: ("1",) if getattr(self, name) else () for name in FLAGS}
        return {name: values for name, values in (lists | flags).items() if values}

    @property
    def start(self) -> int:
        return (self.page - 1) * self.per_page


@dataclass(frozen=True, slots=True)
class Hit:
    """One course or resource, by id only: what is shown comes from the database."""

    id: str
    distance_km: float | None = None

    @property
    def kind(self) -> str:
        return self.id.partition("-")[0]

    @property
    def key(self) -> int:
        return int(self.id.partition("-")[2])


@dataclass(frozen=True, slots=True)
class Results:
    """One page of an answer.

    `hits` satisfy every word, `similar` only some; the latter come on a first page that is not
    full, and never in `total` or `facets`. Each facet counts as if its own filter were not set.
    `marker.mark(text)` is the text as safe HTML with the found words in <mark>.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    capped: bool = False
    facets: Facets = field(default_factory=dict)
    similar: tuple[Hit, ...] = ()
    engine: str = ""
    degraded: bool = False
    hints: Hints = NO_HINTS
    marker: Marker = NOTHING


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line under the search box.

    `lang` is the language of the text where that is known ("vi", "en", or "" for a tag), so that a
    page in the other language can mark it; `id` is empty for a tag.
    """

    text: str
    lang: str
    kind: str
    id: str = ""
