"""The figures of an exact table as the page shows them: in words, in the page's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.core import formats
from app.core.i18n import Bilingual, gettext
from app.participation import comparing
from app.participation import definitions as words
from app.participation.cells import Axis, Cells, Line
from app.participation.definitions import Definition
from app.participation.queries import Counts, Question, Table

HIDDEN = Bilingual("ẩn", "hidden")
"""In place of a figure, wherever figures are released rather than exact."""
MOST_COLUMNS = 12
MOST_LINES = 200
_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Tile:
    definition: Definition
    number: str
    unit: str
    change: str


@dataclass(frozen=True, slots=True)
class Grid:
    """Persons by two breakdowns; `heads` are the values of the shorter one."""

    corner: str
    heads: list[str]
    rows: list[list[str]]
    total: list[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything the page says about one question."""

    question: Question
    as_of: datetime
    axes: tuple[Axis, ...]
    lines: list[Line]
    total: Counts
    size: int
    is_large: bool
    before: Table
    is_behind: bool
    is_running: bool
    definitions: tuple[Definition, ...]

    @classmethod
    def of(cls, cells: Cells, before: Table, *, is_behind: bool, is_running: bool) -> "Figures":
        """Of a large table the total alone is read."""
        return cls(
            cells.question, cells.as_of, cells.axes, cells.lines(), cells.total, cells.size,
            cells.is_large, before, is_behind, is_running, words.in_force(),
        )  # fmt: skip

    @property
    def tiles(self) -> list[Tile]:
        return [
            Tile(each, _text(each, self.total), each.unit.text(), self._change(each))
            for each in self.definitions
        ]

    def _change(self, definition: Definition) -> str:
        if not self.is_running:
            return _change(definition, self.total, self.before)
        period, number = self.before.question.period, _text(definition, self.before.total)
        return comparing.beside_whole(period, number)

    @property
    def bars(self) -> list[tuple[str, int, str]]:
        """Persons for each value of the only breakdown."""
        return [
            (
                line.values[0].label.text(),
                line.counts.persons,
                _text(words.PERSONS, line.counts),
            )
            for line in self.lines
            if not line.is_total
        ]

    @property
    def grid(self) -> Grid | None:
        """None where neither breakdown is short enough to stand side by side."""
        if len(self.axes) < 2 or self.is_large:  # noqa: PLR2004 - it takes two
            return None
        down, across = sorted((0, 1), key=lambda at: len(self.axes[at]), reverse=True)
        if len(self.axes[across]) > MOST_COLUMNS + 1:
            return None
        return self._grid(down, across)

    def _grid(self, down: int, across: int) -> Grid:
        found = {(line.values[down], line.values[across]): line.counts for line in self.lines}
        heads, names = self.axes[across], self.axes[down]
        rows = [
            [
                name.label.text(),
                *(_text(words.PERSONS, found.get((name, head), Counts())) for head in heads),
            ]
            for name in names
        ]
        by = self.question.by
        corner, words_above = str(by[down].name_of), [head.label.text() for head in heads]
        return Grid(corner, words_above, rows[:-1], rows[-1])

    @property
    def rows(self) -> list[list[str]]:
        """Every cell with all its figures, as far as a page can hold them."""
        return [_row(line) for line in self.lines[:-1][:MOST_LINES]]

    @property
    def total_row(self) -> list[str]:
        return _row(self.lines[-1])

    @property
    def left_out(self) -> int:
        return max(0, len(self.lines) - 1 - MOST_LINES)

    @property
    def notes(self) -> list[Bilingual]:
        return [words.REFERENCE, words.NOT_STATED, words.ZERO]


def _row(line: Line) -> list[str]:
    names = [value.label.text() for value in line.values]
    return [*names, *(_text(each, line.counts) for each in words.FIGURES)]


def _share(counts: Counts) -> float | None:
    return None if counts.identified is None else counts.identified * _PERCENT


_NUMBERS: Mapping[str, Callable[[Counts], float | None]] = {
    words.PERSONS.name: lambda counts: counts.persons,
    words.ENROLMENTS.name: lambda counts: counts.enrolments,
    words.ATTENDANCES.name: lambda counts: counts.attendances,
    words.HOURS.name: lambda counts: counts.hours,
    words.IDENTIFIED.name: _share,
}


def _text(definition: Definition, counts: Counts) -> str:
    number = _NUMBERS[definition.name](counts)
    return "–" if number is None else _written(definition, number)


def _written(definition: Definition, number: float) -> str:
    if definition.name == words.IDENTIFIED.name:
        return f"{formats.number(number, 1)}%"
    return formats.number(number, 1 if definition.name == words.HOURS.name else 0)


def _change(definition: Definition, now: Counts, before: Table) -> str:
    """The difference from the period before in words."""
    number, earlier = (_NUMBERS[definition.name](each) for each in (now, before.total))
    if number is None or earlier is None:
        return ""
    return comparing.change(
        before.question.period,
        _written(definition, number),
        _written(definition, earlier),
        _distance(definition, abs(number - earlier)),
        is_more=number > earlier,
    )


def _distance(definition: Definition, number: float) -> str:
    if definition.name == words.IDENTIFIED.name:
        return gettext("%(number)s percentage points", number=formats.number(number, 1))
    return _written(definition, number)
