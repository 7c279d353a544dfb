"""A board as its page shows it: in words, in the page's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from app.core import formats
from app.core.i18n import Bilingual, current_language, gettext
from app.indicators.boards import tile_map
from app.indicators.boards.board import HIDDEN, Board, BoardTable, Figure, Line, Value
from app.participation import periods
from app.participation.dimensions import Dimension
from app.participation.periods import Period
from app.participation.shown import HIDDEN as HIDDEN_WORD

SHORT_LIST = 10
LONG = ("own_map", "old_map")
MARK_OF_HIDDEN = "*"
_FEW_POINTS = 2
_LEFT, _RIGHT, _TOP, _BOTTOM = 4.0, 96.0, 14.0, 92.0
_NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class Tile:
    figure: Figure
    number: str
    unit: str
    change: str
    target: str


@dataclass(frozen=True, slots=True)
class Square:
    """One ward on the map. `mark` says the class without its colour."""

    column: int
    row: int
    step: str
    mark: str
    words: str


@dataclass(frozen=True, slots=True)
class WardMap:
    columns: int
    rows: int
    squares: list[Square]
    legend: list[Square]


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the line, in percent of its width and height."""

    x: float
    y: float
    name: str
    text: str
    is_named: bool  # on the axis: there is no room for all
    anchor: str


@dataclass(frozen=True, slots=True)
class Chart:
    points: list[Point]
    strokes: list[tuple[Point, Point]]
    breaks: list[float]
    words: str


class Dashboard:
    """What the templates ask a board for. `targets`: by the code of the measure."""

    def __init__(self, board: Board, today: date, targets: Mapping[str, Value]) -> None:
        self.board = board
        self.period: Period = periods.parse(board.period)
        self.is_running = self.period.last >= today
        self._targets = targets

    @property
    def tiles(self) -> list[Tile]:
        before = self.board.before or (None,) * len(self.board.figures)
        return [
            Tile(
                figure,
                text_of(figure, now),
                unit_of(figure, now),
                self._change(figure, now, earlier),
                self._target(figure, now),
            )
            for figure, now, earlier in zip(
                self.board.figures, self.board.total, before, strict=True
            )
        ]

    @staticmethod
    def gist(figure: Figure) -> Bilingual:
        """The first sentence of what it means."""
        return Bilingual(_first_sentence(figure.meaning.vi), _first_sentence(figure.meaning.en))

    def _change(self, figure: Figure, now: Value, before: Value) -> str:
        """The difference from the period before in words; nothing about hidden figures."""
        if not isinstance(now, int | float) or not isinstance(before, int | float):
            return ""
        period = _in_sentence(self.period.previous().label)
        if not before:
            return gettext("Nothing was recorded in the period before (%(period)s).", period=period)
        values = {
            "before": text_of(figure, before),
            "period": period,
            "difference": _distance(figure, abs(now - before)),
        }
        if self.is_running:
            return gettext(
                "The whole period before: %(number)s (%(period)s).",
                number=values["before"],
                period=values["period"],
            )
        if text_of(figure, now) == values["before"]:
            return gettext("The same as in the period before (%(period)s).", **values)
        if now > before:
            return gettext("Up by %(difference)s from %(before)s (%(period)s).", **values)
        return gettext("Down by %(difference)s from %(before)s (%(period)s).", **values)

    def _target(self, figure: Figure, now: Value) -> str:
        wanted = self._targets.get(figure.code)
        if not isinstance(wanted, int | float):
            return ""
        number = text_of(figure, wanted)
        if not isinstance(now, int | float) or not wanted:
            return gettext("Target: %(number)s.", number=number)
        if now >= wanted:
            return gettext("Target: %(number)s. Reached.", number=number)
        share = formats.number(100 * now / wanted, 0)
        return gettext("Target: %(number)s. %(share)s%% of it so far.", number=number, share=share)

    @cached_property
    def tables(self) -> list[BoardTable]:
        """Those that stand as bars; wards and months have sections of their own."""
        own = (Dimension.WARD, Dimension.MONTH, *LONG)
        return [table for table in self.board.tables if table.by not in own and table.lines]

    @property
    def maps(self) -> list[BoardTable]:
        """The wards on the maps of other days."""
        return [table for table in self.board.tables if table.by in LONG and table.lines]

    @property
    def wards(self) -> BoardTable | None:
        return self._of(Dimension.WARD)

    @property
    def months(self) -> BoardTable | None:
        return self._of(Dimension.MONTH)

    def _of(self, by: str) -> BoardTable | None:
        table = self.board.table(by)
        return table if table and table.lines else None

    def first_figure(self, table: BoardTable) -> Figure:
        return self.board.figures[table.columns[0]]

    def bars(self, table: BoardTable) -> list[tuple[str, float | None, str]]:
        """The first figure of each line, as the component wants it."""
        return [self._bar(table, line) for line in table.lines]

    def longest_bars(self, table: BoardTable) -> list[tuple[str, float | None, str]]:
        """The lines with the largest numbers, largest first."""
        known = [line for line in table.lines if line.spot and _number(line.values[0])]
        known = known or [line for line in table.lines if _number(line.values[0])]
        known.sort(key=lambda line: -_number(line.values[0]))
        return [self._bar(table, line) for line in known[:SHORT_LIST]]

    def _bar(self, table: BoardTable, line: Line) -> tuple[str, float | None, str]:
        value, figure = line.values[0], self.first_figure(table)
        number = value if isinstance(value, int | float) else None
        return line.name.text(), number, text_of(figure, value)

    def heads(self, table: BoardTable) -> list[str | dict[str, object]]:
        figures = [self.board.figures[column] for column in table.columns]
        return [
            table.name.text(),
            *({"text": figure.name.text(), "number": True} for figure in figures),
        ]

    def rows(self, table: BoardTable) -> list[list[str]]:
        figures = [self.board.figures[column] for column in table.columns]
        return [
            [
                line.name.text(),
                *(text_of(f, value) for f, value in zip(figures, line.values, strict=True)),
            ]
            for line in table.lines
        ]

    @cached_property
    def ward_map(self) -> WardMap | None:
        table = self.wards
        lines = [line for line in table.lines if line.spot] if table else []
        if table is None or len(lines) < _FEW_POINTS:
            return None
        figure = self.first_figure(table)
        ends = tile_map.steps([_number(line.values[0]) for line in lines])
        squares = [_square(figure, line, ends) for line in lines]
        least = min(filter(None, (_number(line.values[0]) for line in lines)), default=1)
        return WardMap(
            max(square.column for square in squares) + 1,
            max(square.row for square in squares) + 1,
            squares,
            _legend(figure, ends, squares, least),
        )

    @cached_property
    def chart(self) -> Chart | None:
        """The first figure month by month; hidden months leave a gap."""
        table = self.months
        if table is None or len(table.lines) < _FEW_POINTS:
            return None
        points = self._points(table)
        marks = self._breaks(table)
        strokes = [
            (one, other)
            for one, other in pairwise(points)
            if one and other and not any(one.x < mark < other.x for mark in marks)
        ]
        return Chart([p for p in points if p], strokes, marks, self._in_words(table))

    def _points(self, table: BoardTable) -> list[Point | None]:
        figure, last = self.first_figure(table), len(table.lines) - 1
        most = max(_number(line.values[0]) for line in table.lines) or 1
        return [
            Point(
                _across(at, last),
                round(_BOTTOM - (_BOTTOM - _TOP) * _number(line.values[0]) / most, 2),
                _short_month(line.code),
                text_of(figure, line.values[0]),
                at in (0, last // 2, last),
                "start" if at == 0 else "end" if at == last else "middle",
            )
            if line.values[0] != HIDDEN
            else None
            for at, line in enumerate(table.lines)
        ]

    def _breaks(self, table: BoardTable) -> list[float]:
        """Between the month before and the month from which it is another territory."""
        codes, last = [line.code for line in table.lines], len(table.lines) - 1
        found = [f"{day:%Y-%m}" for day in self.board.breaks]
        return [_across(codes.index(code) - 0.5, last) for code in found if code in codes[1:]]

    def _in_words(self, table: BoardTable) -> str:
        """The line in one sentence, for whoever does not see it."""
        shown = [line for line in table.lines if isinstance(line.values[0], int | float)]
        if not shown:
            return ""
        figure = self.first_figure(table)
        most = max(shown, key=lambda line: _number(line.values[0]))
        return gettext(
            "%(figure)s by month, from %(first)s to %(last)s. Most: %(number)s in %(month)s.",
            figure=figure.name.text(),
            first=_in_sentence(table.lines[0].name),
            last=_in_sentence(table.lines[-1].name),
            number=text_of(figure, most.values[0]),
            month=_in_sentence(most.name),
        )


def _first_sentence(text: str) -> str:
    first, stop, _rest = text.partition(". ")
    return f"{first}." if stop else text


def text_of(figure: Figure, value: Value) -> str:
    """A cell as people read it."""
    if value is None:
        return _NO_VALUE
    if isinstance(value, str):
        return HIDDEN_WORD.text()
    if figure.form == "percent":
        return f"{formats.number(float(value), 1)}%"
    if figure.form in ("per_100000", "ratio"):
        return formats.number(float(value), 2)
    return formats.number(round(value) or value, 0)


def unit_of(figure: Figure, value: Value) -> str:
    return figure.unit.text() if isinstance(value, int | float) else ""


def _distance(figure: Figure, difference: float) -> str:
    if figure.form == "percent":
        return gettext("%(number)s percentage points", number=formats.number(difference, 1))
    return text_of(figure, difference)


def _number(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _square(figure: Figure, line: Line, ends: Sequence[float]) -> Square:
    column, row = line.spot or (0, 0)
    value = line.values[0]
    step = tile_map.step_of(_number(value), ends)
    is_hidden = value == HIDDEN
    return Square(
        column,
        row,
        HIDDEN if is_hidden else str(step),
        MARK_OF_HIDDEN if is_hidden else str(step),
        f"{line.name.text()}: {text_of(figure, value)}",
    )


def _legend(
    figure: Figure, ends: Sequence[float], squares: list[Square], least: float
) -> list[Square]:
    """What each mark on the map means, from the least number shown; only those that are on it."""
    used = {square.step for square in squares}
    found = []
    if "0" in used:
        found.append(Square(0, 0, "0", "0", gettext("nobody")))
    for at, end in enumerate(ends, 1):
        words = gettext(
            "%(least)s to %(most)s %(unit)s",
            least=text_of(figure, least), most=text_of(figure, end), unit=figure.unit.text(),
        )  # fmt: skip
        found.append(Square(0, 0, str(at), str(at), words))
        least = end + 1
    if HIDDEN in used:
        words = gettext("hidden, because there are too few people")
        found.append(Square(0, 0, HIDDEN, MARK_OF_HIDDEN, words))
    return found


def _across(at: float, last: int) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * at / max(1, last), 2)


def _short_month(code: str) -> str:
    """2026-03 as 3/2026."""
    year, _, month = code.partition("-")
    return f"{int(month)}/{year}"


def _in_sentence(label: Bilingual) -> str:
    text = label.text()
    return text[:1].lower() + text[1:] if current_language() == "vi" else text
