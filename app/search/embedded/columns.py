"""Filters, counts and sorts of all documents, kept in the process."""

import heapq
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import and_, or_
from typing import Any

from app.search.documents import CLOSED
from app.search.embedded import bits
from app.search.filters import FACETS, CourseFilter, Facets

Codes = tuple[tuple[str, str], ...]
"""Pairs of filter name and value; nothing in them has to be traced by the garbage collector."""
_KM_PER_DEGREE = 111.2


@cache
def _pair(name: str, value: str) -> tuple[str, str]:
    """The same object for all documents: there are few values and many documents."""
    return name, value


@dataclass(frozen=True, slots=True)
class Entry:
    """One document's filter values and sort keys, and the marked words of its titles."""

    id: str
    facets: Codes
    number: int
    soonest: tuple[int, int]
    newest: tuple[int, int]
    geo: tuple[tuple[float, float], ...]
    titles: str
    waiting: int

    @classmethod
    def read(cls, id_: str, fields: str) -> "Entry":
        read: dict[str, Any] = json.loads(fields)
        number = read["number"]
        geo = tuple((lat, lng) for lat, lng in read["geo"])
        facets = tuple(_pair(name, value) for name, value in read["facets"])
        soonest, newest = (read["soonest"], number), (read["newest"], number)
        titles = f" {read['titles']} "
        return cls(id_, facets, number, soonest, newest, geo, titles, read["waiting"])

    def distance(self, near: tuple[float, float] | None) -> float | None:
        """Kilometres to the nearest of its places, if it has one."""
        return min((_km(place, near) for place in self.geo), default=None) if near else None

    def nearness(self, near: tuple[float, float]) -> tuple[bool, float, int]:
        """A key: what can be joined, by distance, before what cannot."""
        distance = self.distance(near)
        return self.waiting == CLOSED, math.inf if distance is None else distance, self.number


@dataclass(frozen=True, slots=True)
class Columns:
    """All documents of one moment. Never changed: `changed()` gives the next one."""

    entries: list[Entry | None] = field(default_factory=list)
    everything: int = 0
    sets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @classmethod
    def load(cls, rows: Iterable[tuple[int, str, str]]) -> "Columns":
        """From (slot, id, fields) of every document."""
        found = {slot: Entry.read(id_, fields) for slot, id_, fields in rows}
        size = max(found, default=-1) + 1
        slots: dict[str, dict[str, list[int]]] = {name: {} for name in FACETS}
        for slot, entry in found.items():
            for name, value in entry.facets:
                slots[name].setdefault(value, []).append(slot)
        sets = {
            name: {value: bits.from_slots(members, size) for value, members in by_value.items()}
            for name, by_value in slots.items()
        }
        return cls([found.get(slot) for slot in range(size)], bits.from_slots(found, size), sets)

    def changed(self, changes: Mapping[int, Entry | None]) -> "Columns":
        """The columns after these slots got a new entry, or none."""
        size = max(len(self.entries), max(changes, default=-1) + 1)
        entries = self.entries + [None] * (size - len(self.entries))
        sets = {name: dict(by_value) for name, by_value in self.sets.items()}
        everything = self.everything
        for slot, entry in changes.items():
            bit = 1 << slot
            _clear(sets, entries[slot], bit)
            everything = everything | bit if entry else everything & ~bit
            _set(sets, entry, bit)
            entries[slot] = entry
        return Columns(entries, everything, sets)

    def chosen(self, wanted: CourseFilter) -> dict[str, int]:
        """For each filter in use, the documents it lets through."""
        return {
            name: reduce(or_, (self.sets[name].get(value, 0) for value in values), 0)
            for name, values in wanted.chosen().items()
        }

    def count(self, found: int, chosen: Mapping[str, int]) -> Facets:
        """For each filter, how many documents each value would give beside all other filters."""
        narrowed = reduce(and_, chosen.values(), found)
        counts = {}
        for name in FACETS:
            others = (allowed for other, allowed in chosen.items() if other != name)
            base = reduce(and_, others, found) if name in chosen else narrowed
            counts[name] = self._count(name, base)
        return counts

    def _count(self, name: str, base: int) -> dict[str, int]:
        """By sets, or one by one where a filter has more values than there are documents."""
        by_value = self.sets[name]
        if base.bit_count() < len(by_value):
            entries = [self.entries[slot] for slot in bits.to_slots(base)]
            pairs = (pair for entry in entries if entry for pair in entry.facets)
            return dict(Counter(value for own, value in pairs if own == name))
        counts = ((value, (members & base).bit_count()) for value, members in by_value.items())
        return {value: count for value, count in counts if count}

    def sort(self, found: int, wanted: CourseFilter, most: int) -> list[int]:
        """The first slots in an order that does not depend on the words."""
        entries = [(entry, slot) for slot in bits.to_slots(found) if (entry := self.entries[slot])]
        near = wanted.near
        if wanted.sort == "nearest" and near:
            keys = ((*entry.nearness(near), slot) for entry, slot in entries)
            return [slot for *_, slot in heapq.nsmallest(most, keys)]
        by = "newest" if wanted.sort == "newest" else "soonest"
        return [s for _, s in heapq.nsmallest(most, ((getattr(e, by), s) for e, s in entries))]


def _clear(sets: dict[str, dict[str, int]], entry: Entry | None, bit: int) -> None:
    for name, value in entry.facets if entry else ():
        sets[name][value] &= ~bit


def _set(sets: dict[str, dict[str, int]], entry: Entry | None, bit: int) -> None:
    for name, value in entry.facets if entry else ():
        sets[name][value] = sets[name].get(value, 0) | bit


def _km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Near enough within a city: the earth as a plane."""
    width = math.cos(math.radians((here[0] + there[0]) / 2))
    return _KM_PER_DEGREE * math.hypot(here[0] - there[0], (here[1] - there[1]) * width)
