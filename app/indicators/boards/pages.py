"""A board as its page shows it: in words, in the page's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from app.core import formats
from app.core.i18n import Bilingual, gettext
from app.indicators.boards.board import Board, BoardTable, Figure, Line, Value
from app.indicators.boards.cells import distance, number_of, text_of, unit_of
from app.indicators.boards.month_line import Chart, month_line
from app.indicators.boards.ward_map import WardMap, ward_map
from app.participation import comparing, periods
from app.participation.dimensions import Dimension
from app.participation.periods import Period

SHORT_LIST = 10
LONG = ("own_map", "old_map")


@dataclass(frozen=True, slots=True)
class Tile:
    figure: Figure
    number: str
    unit: str
    change: str
    target: str


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
        period = self.period.previous()
        if not before:
            name = comparing.in_sentence(period.label)
            return gettext("Nothing was recorded in the period before (%(period)s).", period=name)
        if self.is_running:
            return comparing.beside_whole(period, text_of(figure, before))
        return comparing.change(
            period,
            text_of(figure, now),
            text_of(figure, before),
            distance(figure, abs(now - before)),
            is_more=now > before,
        )

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
        known = [line for line in table.lines if line.spot and number_of(line.values[0])]
        known = known or [line for line in table.lines if number_of(line.values[0])]
        known.sort(key=lambda line: -number_of(line.values[0]))
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
        return ward_map(table, self.first_figure(table)) if table else None

    @cached_property
    def chart(self) -> Chart | None:
        table = self.months
        return month_line(table, self.first_figure(table), self.board.breaks) if table else None


def _first_sentence(text: str) -> str:
    first, stop, _rest = text.partition(". ")
    return f"{first}." if stop else text
