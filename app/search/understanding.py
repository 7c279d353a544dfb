"""Reads places, times, fees, levels and people out of a question, to become filters.

What is part of a subject's name stays (dịch vụ công trực tuyến); so does what the caller skips.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.core.i18n import Bilingual
from app.search import levels, lexicon
from app.search.filters import CourseFilter, together
from app.search.levels import Span
from app.search.lexicon import Typed, look_up
from app.search.placenames import Places
from app.search.prepare import MOST_LETTERS, SPEAKER, Known, Meant, is_phrase, meant, says_nothing
from app.search.text import Word, nfc

LEADS = {
    "ward": frozenset(["o", "tai", "in", "at", "near", "gan", "khu", "vuc", "around", "quanh"]),
    "audience": frozenset(["cho", "for", "danh", "with", "cua"]),
    "when": frozenset(["vao", "on", "in", "the", "at", "luc"]),
    "mode": frozenset(["qua", "hinh", "thuc"]),
    "level": frozenset(["cho", "for", "trinh", "do", "level"]),
}
"""Small words that go with what they lead to."""
UNSURE_ALONE = frozenset(["ward", "audience"])
"""What may be a subject where nothing else is asked: a city, its women."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One filter that words ask for: where they stand, what they mean, and a place's own name."""

    name: str
    values: tuple[str, ...]
    typed: Typed
    start: int
    end: int
    label: Bilingual | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """The filters in a question, and what is left of it without them."""

    text: str
    heard: tuple[Heard, ...] = ()
    words: tuple[Meant, ...] = ()

    @property
    def rest(self) -> str:
        if says_nothing(self._left()):
            return ""
        parts, at = [], 0
        for one in sorted(self.heard, key=lambda one: one.start):
            parts.append(self.text[at : one.start])
            at = one.end
        closed = " " if at and not self.text[at:].strip() else ""
        return " ".join(" ".join([*parts, self.text[at:]]).split()) + closed

    def _left(self) -> Iterator[Word]:
        for one in self.words:
            if not any(heard.start <= one.start < heard.end for heard in self.heard):
                yield one.word

    def by_name(self, names: Collection[str]) -> list[Heard]:
        return [one for one in self.heard if one.name in names]

    def doubtful(self) -> list[Heard]:
        """What may be a word like others; a level is heard in titles as it is in questions."""
        return [one for one in self.heard if one.name != "level" or levels.is_code(one.typed)]

    def without(self, unwanted: Collection[Heard]) -> "Understood":
        return replace(self, heard=tuple(one for one in self.heard if one not in unwanted))

    def narrow(self, wanted: CourseFilter) -> CourseFilter:
        """The same question with filters for words."""
        values: dict[str, dict[str, None]] = {}
        for one in self.heard:
            values.setdefault(one.name, {}).update(dict.fromkeys(one.values))
        free = wanted.free or "free" in values
        lists: dict[str, Any] = {n: tuple(codes) for n, codes in values.items() if n != "free"}
        if "when" in lists:
            lists["when"] = together(lists["when"])
        return replace(wanted, q=self.rest, free=free, **lists)


def understand(text: str, known: Known, places: Places, skip: Collection[str]) -> Understood:
    """What the words of a question ask for beside its subject; `skip` names filters to leave."""
    text = nfc(text[:MOST_LETTERS])
    words = meant(text, known)
    told = levels.told_in([one.word for one in words])
    heard: list[Heard] = []
    at = 0
    while at < len(words):
        size, found = _at(words, at, places, told)
        if found and found.name not in skip and _goes_with(found, heard):
            heard.append(_with_its_lead(found, words, at))
        at += size
    return Understood(text, tuple(heard), tuple(words))


def _at(
    words: Sequence[Meant], at: int, places: Places, told: Mapping[int, Span]
) -> tuple[int, Heard | None]:
    """How many words belong together here, and what they ask for; the longest reading wins."""
    before = words[at - 1].word.fold if at else ""
    for size in range(min(len(words) - at, lexicon.LONGEST_KNOWN), 0, -1):
        part = words[at : at + size]
        typed = tuple(one.word for one in part)
        first, last = part[0].start, part[-1].end
        place = places.find(typed, led=before in LEADS["ward"])
        if place:
            return size, Heard("ward", place.codes, typed, first, last, place.label)
        asked = look_up(lexicon.HINTS, typed) or look_up(lexicon.AUDIENCES, typed)
        if at in told and told[at].size == size:
            return size, Heard("level", (told[at].level,), typed, first, last)
        speaks = at == 0 and typed == (SPEAKER,) and len(words) > 1
        if asked and asked[0] != "near" and not speaks:
            name, value = asked
            return size, Heard(name, (value,), typed, first, last)
        if is_phrase(typed):
            return size, None
    return 1, None


def _goes_with(found: Heard, heard: Sequence[Heard]) -> bool:
    """Values of one filter mean "or", and nobody asks for one way of learning or another."""
    return found.name != "mode" or all(one.name != "mode" for one in heard)


def _with_its_lead(found: Heard, words: Sequence[Meant], at: int) -> Heard:
    leads = LEADS.get(found.name, frozenset())
    start = found.start
    for before in _backwards(words[:at]):
        if before.word.fold not in leads:
            break
        start = before.start
    return replace(found, start=start)


def _backwards(words: Sequence[Meant]) -> Iterator[Meant]:
    return reversed(words)
