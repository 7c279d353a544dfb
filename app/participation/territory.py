"""Units change: for which units figures stand on the map of one day.

A unit is the row of its own days, never its code: codes came back with another meaning. Looking
ahead, a unit that went whole into one other is counted there. Looking back, a unit that is one
old unit and nothing else is counted under that. Whatever was split, or looking back was made of
several, cannot be told apart: it keeps a line of its own on every map, so that nothing is guessed
and all maps have the same total.

Which line a person is on decides where they are counted, so persons are counted anew on every map.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

_WHOLE_SHARE = 1.0
_NEARLY = 1e-6


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit during its life; `last` is its last day."""

    id: int
    first: date
    last: date | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One unit went into another. `share`: of its people, where an office has stated it."""

    old: int
    new: int
    is_whole: bool
    on: date
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a map: a unit of its day, or one of another day that cannot be told apart."""

    unit_id: int
    is_separable: bool = True


@dataclass(frozen=True, slots=True)
class Territory:
    """The units that come from one former province alone, and those that also hold others."""

    whole: frozenset[int]
    mixed: frozenset[int]


class Atlas:
    """Every unit of a city with what became of it."""

    def __init__(self, units: Iterable[Unit], changes: Iterable[Change]) -> None:
        self._units = {unit.id: unit for unit in units}
        self._later: dict[int, list[Change]] = defaultdict(list)
        self._earlier: dict[int, list[Change]] = defaultdict(list)
        for change in changes:
            self._later[change.old].append(change)
            self._earlier[change.new].append(change)

    def on(self, day: date) -> dict[int, Line]:
        """The line of every unit on the map of this day."""
        return {unit_id: self.line(unit_id, day) for unit_id in self._units}

    def moves(self, day: date) -> tuple[tuple[int, int], ...]:
        """Of every unit that is another one on the map of this day: itself and its line."""
        lines = sorted((unit_id, line.unit_id) for unit_id, line in self.on(day).items())
        return tuple((unit_id, line) for unit_id, line in lines if unit_id != line)

    def moves_to_former(self, provinces: Iterable[int]) -> tuple[tuple[int, int], ...]:
        """Of every unit that comes from one of these provinces alone: itself and the province."""
        return tuple(
            (unit_id, province)
            for province in sorted(provinces)
            for unit_id in sorted(self.former(province).whole - {province})
        )

    def line(self, unit_id: int, day: date) -> Line:
        """Where the people of a unit are counted on the map of this day."""
        unit = self._units.get(unit_id)
        if unit is None:
            return Line(unit_id, is_separable=False)
        if unit.first > day:
            return self._before(unit, day)
        return self._after(unit, day)

    def _after(self, unit: Unit, day: date) -> Line:
        while unit.last is not None and unit.last < day:
            successor = self._only_successor(unit.id)
            if successor is None:
                return Line(unit.id, is_separable=False)
            unit = successor
        return Line(unit.id)

    def _before(self, unit: Unit, day: date) -> Line:
        while unit.first > day:
            predecessor = self._only_predecessor(unit.id)
            if predecessor is None:
                return Line(unit.id, is_separable=False)
            unit = predecessor
        return Line(unit.id)

    def _only_successor(self, unit_id: int) -> Unit | None:
        """The later unit that holds the whole of this one."""
        found = self._later.get(unit_id, [])
        return self._other_end(found[0].new, unit_id) if _is_one_whole(found) else None

    def _only_predecessor(self, unit_id: int) -> Unit | None:
        """The earlier unit that this one is, with nothing added and nothing taken away."""
        found = self._earlier.get(unit_id, [])
        return self._other_end(found[0].old, unit_id) if _is_one_whole(found) else None

    def _other_end(self, unit_id: int, here: int) -> Unit | None:
        """None for a unit that is not known, or that would lead back in time for ever."""
        ends = self._units.get(unit_id), self._units[here]
        return ends[0] if ends[0] and ends[0].first != ends[1].first else None

    def split(self) -> dict[int, tuple[int, ...]]:
        """Every unit that went into several, or in part, with the units that hold its parts."""
        return {
            old: tuple(sorted(change.new for change in changes))
            for old, changes in self._later.items()
            if not _is_one_whole(changes)
        }

    def breaks(self, unit_id: int) -> tuple[date, ...]:
        """Days from which a series of this unit is another territory's than before.

        A unit made of whole ones can be counted back over all of its days, so it has none.
        """
        days = set()
        waiting, seen = [unit_id], {unit_id}
        while waiting:
            for change in self._earlier.get(waiting.pop(), []):
                if not change.is_whole:
                    days.add(change.on)
                elif change.old not in seen:
                    seen.add(change.old)
                    waiting.append(change.old)
        return tuple(sorted(days))

    def former(self, province_id: int) -> Territory:
        """The units of any day that descend from one former province."""
        known = self._origins
        whole = {unit_id for unit_id, roots in known.items() if roots == {province_id}}
        mixed = {unit_id for unit_id, roots in known.items() if province_id in roots} - whole
        return Territory(frozenset(whole), frozenset(mixed))

    def provinces_of(self, unit_ids: Iterable[int]) -> frozenset[int]:
        """The former provinces from which any part of these units comes."""
        none: frozenset[int] = frozenset()
        return frozenset(root for each in unit_ids for root in self._origins.get(each, none))

    @cached_property
    def _origins(self) -> Mapping[int, frozenset[int]]:
        """The oldest provinces of each unit, by the ancestors of what it was made of."""
        found: dict[int, frozenset[int]] = {}
        for unit in sorted(self._units.values(), key=lambda unit: (unit.first, unit.id)):
            old = [change.old for change in self._earlier.get(unit.id, [])]
            of_old = [found[each] for each in old if each in found]
            found[unit.id] = frozenset().union(*of_old) if of_old else frozenset({self._top(unit)})
        return found

    def _top(self, unit: Unit) -> int:
        seen = {unit.id}
        while unit.parent_id in self._units and unit.parent_id not in seen:
            unit = self._units[unit.parent_id]
            seen.add(unit.id)
        return unit.id

    def shares(self, unit_id: int) -> Mapping[int, float]:
        """How a split unit's people divide among the units that hold its parts.

        Empty unless somebody has stated the share of every part.
        """
        parts = self._later.get(unit_id, [])
        stated = {change.new: change.share for change in parts if change.share is not None}
        is_told = len(stated) == len(parts) and abs(sum(stated.values()) - _WHOLE_SHARE) < _NEARLY
        return stated if stated and is_told else {}


def _is_one_whole(changes: list[Change]) -> bool:
    return len(changes) == 1 and changes[0].is_whole


def spread(figures: Mapping[int, float], atlas: Atlas) -> dict[int, float]:
    """An estimate: figures of split units divided by the stated shares, all others as they are.

    Only for what can be added, such as attendances; never call the result a count.
    """
    spread_out: dict[int, float] = defaultdict(float)
    for unit_id, number in figures.items():
        for target, share in (atlas.shares(unit_id) or {unit_id: _WHOLE_SHARE}).items():
            spread_out[target] += number * share
    return dict(spread_out)
