"""How published cells hang together: which add up to which, over days, places and breakdowns.

A cell is a `Box`: a figure, some days, and for each breakdown the values it holds. Boxes that
differ in one respect only make a line; in a line the values fall into pieces that no published cell
tells apart, and what adds up is the sum of its pieces. A piece or a difference that nobody
published is a box too: whoever can subtract can read it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import combinations, islice, pairwise, permutations
from typing import Any

PERSONS, ENROLMENTS, ATTENDANCES, HOURS = "persons", "enrolments", "attendances", "hours"
FINISHED = "finished"
"""Places used in runs that ended: each run ends once, so they add up over time too."""
COUNTS = (PERSONS, ENROLMENTS, ATTENDANCES, FINISHED)
AT_LEAST_PERSONS = (ENROLMENTS, ATTENDANCES)
"""Whoever is counted has a place and was marked present at least once."""
OF_PERSON = frozenset({"ward", "sex", "age_band"})
"""A person has one value of these in a period, so persons add up over them."""
OVERLAPPING = frozenset({"group"})
"""Somebody may be in several, or in none: nothing adds up over these."""
_DAYS = "days"
_NOT_IN = "not in"
_LIMIT = "="
_REST = "\x00rest"
_ONE_DAY = timedelta(days=1)
_MOST_MEMBERS = 60
_MOST_TILINGS = 12
_SOME = 2
Values = frozenset[str]
Where = tuple[tuple[str, Values], ...]
Days = tuple[tuple[date, date], ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A cell, whatever table it stands in; a breakdown that `where` leaves out is not made."""

    figure: str
    days: Days
    where: Where = ()

    def without(self, axis: str) -> "Box":
        """The same of all values of a breakdown together."""
        return replace(self, where=tuple(each for each in self.where if each[0] != axis))


@dataclass(frozen=True, slots=True)
class Relation:
    """`low` <= the weighted sum of boxes <= `high`; None: without end."""

    parts: tuple[tuple[Box, int], ...]
    low: int | None = 0
    high: int | None = 0


@dataclass(slots=True)
class Linkage:
    """The relations between boxes, with the boxes that only follow from others."""

    relations: list[Relation]
    derived: list[Box]
    empty: list[Box]
    """Nobody is in these: a complete table does not list them."""

    def tell_apart(self, whole: Box, part: Box) -> None:
        """The difference of a whole and a part is a number of people too."""
        beyond = replace(whole, where=(*whole.where, (_NOT_IN, frozenset({_apart(whole, part)}))))
        self.derived.append(beyond)
        self.relations.append(Relation(((whole, 1), (part, -1), (beyond, -1))))


Told = Mapping[tuple[Box, str], Values]
"""For a total and a breakdown: the values that a complete table says are all there are."""


def box(figure: str, days: Days, where: Mapping[str, Values]) -> Box:
    return Box(figure, days, tuple(sorted(where.items())))


def limit(name: str, value: str) -> str:
    """The axis of what a whole table is limited to and no table is broken down by.

    Its one value is "yes": of who it leaves out nothing is known but that they are all others.
    """
    return f"{name}{_LIMIT}{value}"


def wider(where: Mapping[str, Values]) -> Iterator[dict[str, Values]]:
    """The same cell of everybody without one, several or all of its limits.

    Limits are those of a whole table, and several values of a breakdown together.
    """
    limits = [axis for axis, held in where.items() if _LIMIT in axis or len(held) > 1]
    for some in range(1, len(limits) + 1):
        for gone in combinations(limits, some):
            yield {axis: held for axis, held in where.items() if axis not in gone}


def link(boxes: Collection[Box], told: Told) -> Linkage:
    """Everything a reader knows about how these boxes hang together."""
    found = Linkage([], [], [])
    nested = list(_nested(dict.fromkeys(boxes)))
    made = dict.fromkeys(outer for _, outer in nested if outer not in boxes)
    found.derived += made
    known = {*boxes, *made}
    for inner, outer in nested:
        if len(inner.where) - len(outer.where) > 1:
            found.tell_apart(outer, inner)
    for (axis, _), members in _lines(dict.fromkeys([*boxes, *made])).items():
        _Line(axis, members, told, found, known).tell()
    return found


def _nested(boxes: Collection[Box]) -> Iterator[tuple[Box, Box]]:
    """What is limited, with what is so in fewer ways; where it is one, lines know both.

    The wider one need not be published where its parts are.
    """
    for inner in boxes:
        where = dict(inner.where)
        for less in wider(where) if any(_LIMIT in axis for axis in where) else ():
            outer = box(inner.figure, inner.days, less)
            if outer in boxes or _is_of_parts(outer, boxes):
                yield inner, outer


def _apart(whole: Box, part: Box) -> str:
    """In words what a part has and the whole has not."""
    days = [f"{first}/{last}" for first, last in part.days] if part.days != whole.days else []
    held = {*part.where} - {*whole.where}
    values = (f"{axis}={'+'.join(sorted(values))}" for axis, values in sorted(held))
    return " ".join((",".join(days), *values)).strip()


def _is_of_parts(whole: Box, boxes: Collection[Box]) -> bool:
    """Whether all values of one breakdown that it holds are published."""
    where = dict(whole.where)
    return any(
        box(whole.figure, whole.days, {**where, axis: frozenset({value})}) in boxes
        for axis, held in where.items()
        if len(held) > 1
        for value in sorted(held)
    )


LineKey = tuple[str, Box]


def _lines(boxes: Collection[Box]) -> dict[LineKey, list[Box]]:
    """Boxes that differ in their days alone, or in one breakdown alone (made or not)."""
    lines: dict[LineKey, dict[Box, None]] = defaultdict(dict)
    for each in boxes:
        lines[_DAYS, replace(each, days=())][each] = None
        for axis, _values in each.where:
            whole = each.without(axis)
            lines[axis, whole][each] = None
            if whole in boxes:
                lines[axis, whole][whole] = None
    return {key: list(line) for key, line in lines.items() if len(line) > 1}


@dataclass(slots=True)
class _Line:
    """Boxes that differ along one axis, each as a set of the smallest things on it."""

    axis: str
    members: list[Box]
    told: Told
    found: Linkage
    known: set[Box]
    sets: dict[Box, frozenset[Any]] = field(init=False)

    def tell(self) -> None:
        """Add the relations of this line and the boxes they need."""
        self.sets = self._days() if self.axis == _DAYS else self._values()
        if self._adds_up:
            self._sums()
        else:
            self._limits()

    @property
    def _adds_up(self) -> bool:
        figure = self.members[0].figure
        if self.axis in OVERLAPPING:
            return False
        if figure == PERSONS:
            return self.axis in OF_PERSON
        return figure != ENROLMENTS or self.axis != _DAYS

    def _days(self) -> dict[Box, frozenset[Any]]:
        spans = [span for each in self.members for span in each.days]
        edges = sorted({first for first, _ in spans} | {last + _ONE_DAY for _, last in spans})
        between = [(first, end - _ONE_DAY) for first, end in pairwise(edges)]
        return {
            each: frozenset(
                (first, last)
                for first, last in between
                if any(begin <= first and last <= end for begin, end in each.days)
            )
            for each in self.members
        }

    def _values(self) -> dict[Box, frozenset[Any]]:
        named = {each: dict(each.where).get(self.axis) for each in self.members}
        every: frozenset[Any] = frozenset().union(*(values for values in named.values() if values))
        whole = next((each for each, values in named.items() if values is None), None)
        is_open = self.axis in OVERLAPPING or (whole, self.axis) not in self.told
        if whole is not None and is_open:
            every |= {_REST}
        return {each: every if values is None else values for each, values in named.items()}

    def _sums(self) -> None:
        pieces = self._pieces()
        boxes = {piece: self._box(piece) for piece in pieces}
        for member, held in self.sets.items():
            parts = [boxes[piece] for piece in pieces if piece <= held]
            if parts != [member]:
                self._add_up(member, parts)
        for difference in self._differences(pieces):
            left = [boxes[piece] for piece in pieces if piece <= difference]
            self._add_up(self._box(difference), left)

    def _add_up(self, whole: Box, parts: Sequence[Box]) -> None:
        self.found.relations.append(Relation(((whole, 1), *((part, -1) for part in parts))))

    def _pieces(self) -> list[frozenset[Any]]:
        """The smallest sets that the boxes of this line tell apart."""
        held_by: dict[Any, list[int]] = defaultdict(list)
        for at, held in enumerate(self.sets.values()):
            for each in held:
                held_by[each].append(at)
        pieces: dict[tuple[int, ...], set[Any]] = defaultdict(set)
        for each, holders in held_by.items():
            pieces[tuple(holders)].add(each)
        return [frozenset(piece) for piece in pieces.values()]

    def _differences(self, pieces: Sequence[frozenset[Any]]) -> Iterator[frozenset[Any]]:
        """What is left of one box without another, where that is more than one unknown piece."""
        published = set(self.sets.values())
        unknown = [piece for piece in pieces if piece not in published]
        if len(unknown) < _SOME or len(self.members) > _MOST_MEMBERS:
            return
        told = {frozenset(), *published, *pieces}
        for large, small in permutations(self.sets.values(), 2):
            if small < large and large - small not in told:
                told.add(large - small)
                yield large - small

    def _box(self, held: frozenset[Any]) -> Box:
        """The box of this line that holds just this; a new one when nobody published it."""
        for member, values in self.sets.items():
            if values == held:
                return member
        like = self.members[0]
        if self.axis == _DAYS:
            made = replace(like, days=tuple(sorted(held)))
        else:
            made = box(like.figure, like.days, {**dict(like.where), self.axis: held})
        if made not in self.known:
            self.known.add(made)
            self.found.derived.append(made)
            if self._is_empty(held):
                self.found.empty.append(made)
        return made

    def _is_empty(self, held: frozenset[Any]) -> bool:
        """Whether a complete table leaves all of this out."""
        return any(
            not held & values
            for (whole, axis), values in self.told.items()
            if axis == self.axis and whole in self.sets
        )

    def _limits(self) -> None:
        """Who is counted in a part is counted in the whole, and in one of the parts at least."""
        few = len(self.members) <= _MOST_MEMBERS
        widest = max(self.members, key=lambda each: len(self.sets[each]))
        for large in self.members if few else [widest]:
            inside = [each for each in self.members if self.sets[each] < self.sets[large]]
            for part in inside:
                self.found.tell_apart(large, part)
            for same in self.members:
                if same != large and self.sets[same] == self.sets[large]:
                    self._add_up(large, [same])
            if self.axis not in OVERLAPPING:
                for tiles in self._tilings(self.sets[large], inside):
                    parts = tuple((tile, 1) for tile in tiles)
                    self.found.relations.append(Relation(((large, -1), *parts), 0, None))

    def _tilings(self, held: frozenset[Any], inside: Sequence[Box]) -> Iterator[list[Box]]:
        """Some ways to lay a box out of others without overlap; all there are in usual tables."""
        smallest = (
            [each for each in inside if not any(self.sets[o] < self.sets[each] for o in inside)]
            if len(inside) <= _MOST_MEMBERS
            else list(inside)
        )
        if (
            sum(len(self.sets[each]) for each in smallest)
            == len(held)
            == len(frozenset().union(*(self.sets[each] for each in smallest)))
        ):
            yield smallest
        if len(inside) <= _MOST_MEMBERS:
            by_size = sorted(inside, key=lambda each: -len(self.sets[each]))
            yield from islice(self._laid(held, by_size), _MOST_TILINGS)

    def _laid(self, held: frozenset[Any], inside: Sequence[Box]) -> Iterator[list[Box]]:
        if not held:
            yield []
            return
        first = min(held)
        for each in inside:
            if first in self.sets[each] and self.sets[each] <= held:
                for others in self._laid(held - self.sets[each], inside):
                    yield [each, *others]
