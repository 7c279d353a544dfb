"""What a reader can work out from what is shown: the rule, and where it is broken."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from app.participation.disclosure.bounds import Column, Row, Unknowns
from app.participation.disclosure.linkage import (
    AT_LEAST_PERSONS,
    COUNTS,
    HOURS,
    PERSONS,
    Box,
    Linkage,
    Relation,
)
from app.participation.disclosure.rounding import is_known

_LARGEST = 4
"""What has no upper bound is taken to be at most so many times the largest figure shown."""
_HARDLY = 1e-3


@dataclass(frozen=True, slots=True)
class Leak:
    """What a reader can work out about a figure: it is between `least` and `greatest`."""

    table: str
    figure: str
    cell: str
    least: int
    greatest: int

    def __str__(self) -> str:
        known = f"{self.least}" if self.least == self.greatest else f"{self.least}-{self.greatest}"
        return f"{self.table}: {self.figure} of {self.cell} can be worked out: {known}"


@dataclass(frozen=True, slots=True)
class Sight:
    """One published cell: between which values readers see that its box must be."""

    box: Box
    low: float
    high: float
    table: str = ""
    is_hidden: bool = False
    is_small: bool = False


def is_told(low: float, high: float, below: int, *, is_small: bool) -> bool:
    """The rule, for one unknown that is between `low` and `high`."""
    if is_small:
        return high - low < max(below - 1, low // 2)
    return is_known(low, high, below)


def label(cell: Box) -> str:
    days = "+".join(f"{first}/{last}" for first, last in cell.days)
    return ", ".join([days, *(f"{axis}={'+'.join(sorted(held))}" for axis, held in cell.where)])


def leaks(sights: Sequence[Sight], linkage: Linkage, below: int) -> Iterator[Leak]:
    """Every hidden or derived box that breaks the rule."""
    most: dict[Box, float] = {}
    parts = _parts(sights, linkage)
    for part in sorted(parts, key=lambda part: part.figure == PERSONS):
        part.look(most)
        most |= part.most_at_first_glance()
        yield from part.leaks(below)


def _parts(sights: Sequence[Sight], linkage: Linkage) -> list["_Part"]:
    """The boxes in groups that have nothing to do with one another."""
    groups = _Groups()
    for relation in linkage.relations:
        groups.join([each for each, _ in relation.parts])
    parts: dict[Box, _Part] = defaultdict(_Part)
    for relation in linkage.relations:
        parts[groups.head(relation.parts[0][0])].relations.append(relation)
    for sight in sights:
        if (head := groups.head(sight.box)) in parts:
            parts[head].sights.append(sight)
    for derived in linkage.derived:
        if (head := groups.head(derived)) in parts:
            parts[head].derived.append(derived)
    return list(parts.values())


class _Groups:
    """Boxes joined to one another, each group with one of them as its head."""

    def __init__(self) -> None:
        self._above: dict[Box, Box] = {}

    def head(self, cell: Box) -> Box:
        above = cell
        while (higher := self._above.get(above, above)) != above:
            above = higher
        if above != cell:
            self._above[cell] = above
        return above

    def join(self, cells: Sequence[Box]) -> None:
        for cell in cells[1:]:
            one, other = self.head(cell), self.head(cells[0])
            if one != other:
                self._above[one] = other


@dataclass(slots=True)
class _Part:
    """Boxes that hang together, and all that is known of them."""

    relations: list[Relation] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)
    derived: list[Box] = field(default_factory=list)
    at: dict[Box, int] = field(init=False, default_factory=dict)
    low: list[float] = field(init=False)
    high: list[float] = field(init=False)

    @property
    def figure(self) -> str:
        return self.relations[0].parts[0][0].figure

    def look(self, most: Mapping[Box, float]) -> None:
        """Narrow every box down to what its own cells show, and other figures of the same.

        `low` is above `high` where they contradict each other.
        """
        for relation in self.relations:
            for each, _ in relation.parts:
                self.at.setdefault(each, len(self.at))
        self.low, self.high = [0.0] * len(self.at), [math.inf] * len(self.at)
        for sight in self.sights:
            at = self.at[sight.box]
            self.low[at] = max(self.low[at], sight.low)
            self.high[at] = min(self.high[at], sight.high)
        for each, at in self.at.items():
            if each.figure == PERSONS:
                others = (most.get(replace(each, figure=f), math.inf) for f in AT_LEAST_PERSONS)
                self.high[at] = min(self.high[at], *others)

    def leaks(self, below: int) -> Iterator[Leak]:
        """What breaks the rule here."""
        if not (targets := self._targets(below)):
            return
        rules = {at: partial(_is_safe, sight, below) for at, sight in targets.items()}
        for at, (low, high) in self._unknowns(below).explore(rules).items():
            sight = targets[at]
            yield Leak(sight.table, sight.box.figure, label(sight.box), round(low), round(high))

    def _targets(self, below: int) -> dict[int, Sight]:
        """The boxes that the rule is about and that are not safe at first glance."""
        last = [sight.table for sight in self.sights if sight.table][-1]
        least = self._least_at_first_glance()
        found: dict[int, Sight] = {}
        hidden = [sight for sight in self.sights if sight.is_hidden]
        for sight in [*(Sight(each, 0, math.inf, last) for each in self.derived), *hidden]:
            at = self.at[sight.box]
            is_count = sight.box.figure in COUNTS and least[at] < below
            if (sight.is_small or is_count) and not (at in found and found[at].is_small):
                found[at] = sight
        return found

    def _least_at_first_glance(self) -> list[float]:
        """A lower bound of every box by one relation alone."""
        least = list(self.low)
        for relation in self.relations:
            for sign, end in ((1, relation.low), (-1, relation.high)):
                for at, bound in self._ends(relation, sign, end, self.low, self.high):
                    least[at] = max(least[at], bound)
        return least

    def most_at_first_glance(self) -> dict[Box, float]:
        """An upper bound of every box by one relation alone."""
        most = list(self.high)
        for relation in self.relations:
            for sign, end in ((1, relation.high), (-1, relation.low)):
                for at, bound in self._ends(relation, sign, end, self.high, self.low):
                    most[at] = min(most[at], bound)
        return {each: most[at] for each, at in self.at.items() if most[at] < math.inf}

    def _ends(
        self, relation: Relation, sign: int, end: int | None, own: list[float], other: list[float]
    ) -> Iterator[tuple[int, float]]:
        """How far each box on one side can go when all others go as far as they can."""
        if end is None:
            return
        far = [
            factor * sign * (other if factor * sign > 0 else own)[self.at[box]]
            for box, factor in relation.parts
        ]
        endless = sum(map(math.isinf, far))
        known = sum(each for each in far if not math.isinf(each))
        for (box, factor), part in zip(relation.parts, far, strict=True):
            others = known - (0 if math.isinf(part) else part)
            if factor * sign > 0 and endless == math.isinf(part):
                yield self.at[box], (end * sign - others) / (factor * sign)

    def _unknowns(self, below: int) -> Unknowns:
        """All that fits what is shown; with the fewest corrections where figures differ."""
        top = max([1000 * below, *(_LARGEST * high for high in self.high if high < math.inf)])
        is_hours = next(iter(self.at)).figure == HOURS
        rows = [_row(relation, self.at) for relation in self.relations]
        if all(low <= high for low, high in zip(self.low, self.high, strict=True)):
            columns = [
                Column(low, min(high, top), not is_hours)
                for low, high in zip(self.low, self.high, strict=True)
            ]
            unknowns = Unknowns(columns, rows)
            if unknowns.fits():
                return unknowns
        return self._reconciled(top, rows)

    def _reconciled(self, top: float, rows: list[Row]) -> Unknowns:
        boxes, width = len(self.at), len(self.at) + 2 * len(self.sights)
        columns = [Column(0, top, is_whole=False)] * width
        for number, sight in enumerate(self.sights):
            more = boxes + 2 * number
            parts = {self.at[sight.box]: 1.0, more: 1.0, more + 1: -1.0}
            rows.append(Row(sight.low, min(sight.high, top), parts))
        corrections = dict.fromkeys(range(boxes, width), 1.0)
        fewest = Unknowns(columns, rows).least(corrections)
        return Unknowns(columns, [*rows, Row(0, fewest + 1e-6, corrections)])


def _is_safe(sight: Sight, below: int, low: float, high: float, *, least: float) -> bool:
    """Whether an unknown that takes these two values, and none below `least`, keeps the rule."""
    if high < low:
        return False
    if not sight.is_small and least > below - _HARDLY:
        return True
    if not sight.is_small and low >= below:
        return False  # nobody has shown yet that it is not smaller
    return not is_told(low, high, below, is_small=sight.is_small)


def _row(relation: Relation, at: dict[Box, int]) -> Row:
    parts: dict[int, float] = defaultdict(float)
    for box, factor in relation.parts:
        parts[at[box]] += factor
    low = -math.inf if relation.low is None else relation.low
    high = math.inf if relation.high is None else relation.high
    return Row(low, high, dict(parts))
