"""A released table in reading order: every cell with the names of its values."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from app.participation.dimensions import Dimension
from app.participation.disclosure import Released
from app.participation.labels import ALL, Value, values_of
from app.participation.queries import Counts, Key, Question

_ALL_CELLS_BELOW = 50_000
"""Tables larger than this leave out the cells in which nobody is."""


@dataclass(frozen=True, slots=True)
class Line:
    """One cell: its value of each breakdown and its figures, None when hidden."""

    question: Question
    values: tuple[Value, ...]
    counts: Counts | None

    @property
    def is_total(self) -> bool:
        return ALL in self.values


@dataclass(frozen=True, slots=True)
class Sheet:
    """A released table in reading order."""

    released: Released
    axes: tuple[tuple[Value, ...], ...]
    lines: tuple[Line, ...]

    @property
    def question(self) -> Question:
        return self.released.table.question


def lay_out(released: Released) -> Sheet:
    """Name and order the cells, totals behind their parts; at most one statement a breakdown."""
    question = released.table.question
    axes = tuple(_axis(released, at, dimension) for at, dimension in enumerate(question.by))
    lines = tuple(_lines(released, axes))
    return Sheet(released, axes, lines)


def _axis(released: Released, at: int, dimension: Dimension) -> tuple[Value, ...]:
    raw = {value for key in released.cells if (value := key[at]) is not None}
    day = released.table.question.period.reference_date
    return (*values_of(dimension, raw, day), ALL)


def _lines(released: Released, axes: Sequence[Sequence[Value]]) -> Iterator[Line]:
    question, cells = released.table.question, released.cells
    for values in product(*axes):
        key: Key = tuple(value.raw for value in values)
        if key in cells or _is_small(axes):
            yield Line(question, values, cells.get(key, Counts()))


def _is_small(axes: Sequence[Sequence[Value]]) -> bool:
    return prod(map(len, axes)) <= _ALL_CELLS_BELOW
