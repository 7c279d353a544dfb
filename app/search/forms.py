"""The question as it stands in the address bar. What cannot be read is ignored, and said so."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from app.catalogue.models import Mode
from app.core import vi
from app.core.formats import read_whole
from app.search.documents import on_earth
from app.search.filters import COUNTED, FLAGS, LISTS, SORTS, UNDERSTOOD, CourseFilter

LONGEST, LONGEST_QUESTION = 100, 200
PER_PAGE = 10
MOST_VALUES, _MOST_READ = 20, 60
WHEN = ("morning", "afternoon", "evening", "weekend")
KINDS = ("course", "resource")
LEVELS = ("beginner", "intermediate", "advanced")
TEACHING_LANGUAGES = ("vi", "en", "zh", "ja", "ko", "km", "fr")
PLACE = "near"
WORDS = "words"
"""Names of filters that were read out of the words and taken away by the reader."""
_FIXED: Mapping[str, Sequence[str]] = {
    "when": WHEN,
    "mode": tuple(Mode),
    "kind": KINDS,
    "level": LEVELS,
    "language": TEACHING_LANGUAGES,
    WORDS: UNDERSTOOD,
}


Point = tuple[float, float]
_POSITION = re.compile(r"(-?\d{1,2}(?:\.\d{1,20})?)\s?,\s?(-?\d{1,3}(?:\.\d{1,20})?)", re.ASCII)


def position(place: str) -> Point | None:
    """Latitude and longitude, if that is what stands there: no nearer than a kilometre."""
    found = _POSITION.fullmatch(place)
    point = (round(float(found[1]), 2), round(float(found[2]), 2)) if found else None
    return point if point and on_earth(point) else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The filter that was understood, the place as typed, and what was not understood."""

    wanted: CourseFilter
    place: str = ""
    ignored: tuple[str, ...] = ()

    @property
    def named_place(self) -> str:
        """The place where it has a name: a position is not to be kept."""
        return "" if position(self.place) else self.place


@dataclass(slots=True)
class _Reader:
    given: MultiDict[str, str]
    known: Mapping[str, Container[str]]
    ignored: list[str] = field(default_factory=list)

    def values(self, name: str) -> tuple[str, ...]:
        """Known values of a repeatable name, once each."""
        typed = list(dict.fromkeys(v for v in self.given.getlist(name) if v))[:_MOST_READ]
        allowed = _FIXED.get(name) or self.known.get(name, ())
        good = tuple(value for value in typed if value in allowed)[:MOST_VALUES]
        self.ignored += [f"{name}={value[:40]}" for value in typed if value not in good]
        return good

    def flag(self, name: str) -> bool:
        typed = self.given.get(name, "")
        if typed not in ("", "0", "1"):
            self.ignored.append(f"{name}={typed[:40]}")
        return typed == "1"

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        typed = self.given.get(name, "") or allowed[0]
        if typed not in allowed:
            self.ignored.append(f"{name}={typed[:40]}")
            return allowed[0]
        return typed

    def number(self, name: str, highest: int) -> int:
        typed = self.given.get(name, "") or "1"
        number = read_whole(typed, highest)
        if number is None:
            self.ignored.append(f"{name}={typed[:40]}")
        return number or 1


def read(given: MultiDict[str, str], known: Mapping[str, Container[str]]) -> Asked:
    """What the address asks.

    Args:
        given: the arguments of the address.
        known: the codes that exist now for topic, ward, audience and provider.
    """
    reader = _Reader(given, known)
    chosen: dict[str, Any] = {name: reader.values(name) for name in LISTS}
    chosen |= {name: reader.flag(name) for name in FLAGS}
    chosen[WORDS] = reader.values(WORDS)
    place = vi.clean(given.get(PLACE, ""))[:LONGEST].rstrip()
    point = position(place)
    wanted = CourseFilter(
        q=vi.clean(given.get("q", ""))[:LONGEST_QUESTION].rstrip(),
        **chosen,
        sort=reader.one_of("sort", SORTS),
        page=reader.number("page", COUNTED // PER_PAGE),
        per_page=PER_PAGE,
    )
    return Asked(wanted, "{:.2f}, {:.2f}".format(*point) if point else place, tuple(reader.ignored))
