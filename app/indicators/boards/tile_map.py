"""A map without borders: every unit one square, about where it lies.

Squares are equal because units are; a dense centre is pulled apart and far places are drawn near.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

ROOM = 1.6
"""Squares for each unit, so that a coast or a river leaves a gap."""
BY_RANK = 0.6
"""How far the dense centre is pulled apart: 0 keeps distances, 1 forgets them."""
STEPS = 5


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one unit lies, in degrees."""

    key: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Grid:
    """The column and row of every unit, from the upper left."""

    columns: int
    rows: int
    cells: Mapping[str, tuple[int, int]]


def lay_out(spots: Sequence[Spot]) -> Grid:
    """A square for every unit; the same spots give the same map."""
    if not spots:
        return Grid(0, 0, {})
    ordered = sorted(spots, key=lambda spot: spot.key)
    side = ceil(sqrt(len(ordered) * ROOM))
    across = _placed([spot.longitude for spot in ordered], side)
    down = _placed([-spot.latitude for spot in ordered], side)
    wanted = {s.key: (x, y) for s, x, y in zip(ordered, across, down, strict=True)}
    return _trimmed(_settled(wanted, side))


def _placed(values: Sequence[float], side: int) -> list[float]:
    """Each value between 0 and the last column; partly by rank, outliers drawn in."""
    order = sorted(values)
    low, high = order[len(order) // 20], order[-1 - len(order) // 20]
    span = (high - low) or 1.0
    rank = {value: at / max(1, len(order) - 1) for at, value in enumerate(order)}
    mixed = [
        BY_RANK * rank[value] + (1 - BY_RANK) * min(1.0, max(0.0, (value - low) / span))
        for value in values
    ]
    return [each * (side - 1) for each in mixed]


def _settled(wanted: Mapping[str, tuple[float, float]], side: int) -> dict[str, tuple[int, int]]:
    """The free square nearest to the wanted point, the middle of the city first."""
    middle = (side - 1) / 2
    free = {(x, y) for x in range(side) for y in range(side)}
    found = {}
    for key, point in sorted(wanted.items(), key=lambda i: (_far(i[1], (middle, middle)), i[0])):
        nearest = min(free, key=lambda square: (_far(square, point), square))
        free.discard(nearest)
        found[key] = nearest
    return found


def _far(one: tuple[float, float], other: tuple[float, float]) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _trimmed(cells: Mapping[str, tuple[int, int]]) -> Grid:
    """Without empty columns and rows at the edges."""
    left, top = min(x for x, _ in cells.values()), min(y for _, y in cells.values())
    moved = {key: (x - left, y - top) for key, (x, y) in cells.items()}
    return Grid(max(x for x, _ in moved.values()) + 1, max(y for _, y in moved.values()) + 1, moved)


def steps(numbers: Sequence[float]) -> list[float]:
    """Upper ends of up to five classes with about as many units each; the last is the largest."""
    order = sorted(number for number in numbers if number > 0)
    if not order:
        return []
    ends = [order[ceil(len(order) * step / STEPS) - 1] for step in range(1, STEPS + 1)]
    return sorted(set(ends))


def step_of(number: float, ends: Sequence[float]) -> int:
    """The class of a number, from 1; 0 for nothing."""
    if number <= 0:
        return 0
    return next((at for at, end in enumerate(ends, 1) if number <= end), len(ends))
