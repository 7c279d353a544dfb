"""The figures of a released table as the page shows them: in words, in the page's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.core import formats
from app.core.i18n import Bilingual, current_language, gettext
from app.participation import definitions as words
from app.participation.definitions import Definition
from app.participation.disclosure import Released
from app.participation.queries import Counts, Question
from app.participation.sheets import Line, Sheet

HIDDEN = Bilingual("ẩn", "hidden")
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

    sheet: Sheet
    before: Released | None
    is_behind: bool
    is_running: bool

    @property
    def question(self) -> Question:
        return self.sheet.question

    @property
    def as_of(self) -> datetime:
        return self.sheet.released.table.as_of

    @property
    def hides_something(self) -> bool:
        return self.sheet.released.hides_something

    @property
    def tiles(self) -> list[Tile]:
        total = self.sheet.released.total
        return [
            Tile(each, _text(each, total), _unit(each, total), self._change(each, total))
            for each in words.FIGURES
        ]

    def _change(self, definition: Definition, now: Counts | None) -> str:
        """A part of a period is not weighed against a whole one."""
        if not self.is_running:
            return _change(definition, now, self.before)
        before = self.before.total if self.before else None
        if before is None or self.before is None:
            return ""
        period = _in_sentence(self.before.table.question.period.label)
        number = _text(definition, before)
        return gettext(
            "The whole period before: %(number)s (%(period)s).", number=number, period=period
        )

    @property
    def bars(self) -> list[tuple[str, int | None, str]]:
        """Persons for each value of the only breakdown."""
        return [
            (
                line.values[0].label.text(),
                line.counts.persons if line.counts else None,
                _text(words.PERSONS, line.counts),
            )
            for line in self.sheet.lines
            if not line.is_total
        ]

    @property
    def grid(self) -> Grid | None:
        """None where neither breakdown is short enough to stand side by side."""
        if len(self.sheet.axes) < 2:  # noqa: PLR2004 - it takes two
            return None
        down, across = sorted((0, 1), key=lambda at: len(self.sheet.axes[at]), reverse=True)
        if len(self.sheet.axes[across]) > MOST_COLUMNS + 1:
            return None
        return self._grid(down, across)

    def _grid(self, down: int, across: int) -> Grid:
        found = {(line.values[down], line.values[across]): line.counts for line in self.sheet.lines}
        heads, names = self.sheet.axes[across], self.sheet.axes[down]
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
        return [_row(line) for line in self.sheet.lines[:-1][:MOST_LINES]]

    @property
    def total_row(self) -> list[str]:
        return _row(self.sheet.lines[-1])

    @property
    def left_out(self) -> int:
        return max(0, len(self.sheet.lines) - 1 - MOST_LINES)

    @property
    def hidden_means(self) -> Bilingual:
        return words.small_cells(self.sheet.released.below, HIDDEN)

    @property
    def notes(self) -> list[Bilingual]:
        return [words.REFERENCE, words.NOT_STATED, self.hidden_means, words.ZERO]


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


def _text(definition: Definition, counts: Counts | None) -> str:
    if counts is None:
        return HIDDEN.text()
    number = _NUMBERS[definition.name](counts)
    return "–" if number is None else _written(definition, number)


def _written(definition: Definition, number: float) -> str:
    if definition is words.IDENTIFIED:
        return f"{formats.number(number, 1)}%"
    return formats.number(number, 1 if definition is words.HOURS else 0)


def _unit(definition: Definition, counts: Counts | None) -> str:
    return "" if counts is None else definition.unit.text()


def _change(definition: Definition, now: Counts | None, released: Released | None) -> str:
    """The difference from the period before in words; nothing about hidden figures."""
    before = released.total if released else None
    if now is None or before is None or released is None:
        return ""
    number, earlier = (_NUMBERS[definition.name](each) for each in (now, before))
    if number is None or earlier is None:
        return ""
    values = {
        "difference": _distance(definition, abs(number - earlier)),
        "before": _written(definition, earlier),
        "period": _in_sentence(released.table.question.period.label),
    }
    if _written(definition, number) == values["before"]:
        return gettext("The same as in the period before (%(period)s).", **values)
    if number > earlier:
        return gettext("Up by %(difference)s from %(before)s (%(period)s).", **values)
    return gettext("Down by %(difference)s from %(before)s (%(period)s).", **values)


def _distance(definition: Definition, number: float) -> str:
    if definition is words.IDENTIFIED:
        return gettext("%(number)s percentage points", number=formats.number(number, 1))
    return _written(definition, number)


def _in_sentence(label: Bilingual) -> str:
    text = label.text()
    return text[:1].lower() + text[1:] if current_language() == "vi" else text
