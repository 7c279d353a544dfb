"""A figure month by month, as a line and in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from app.core.i18n import gettext
from app.indicators.boards.board import HIDDEN, BoardTable, Figure
from app.indicators.boards.cells import number_of, text_of
from app.participation.comparing import in_sentence

_FEWEST = 2
_LEFT, _RIGHT, _TOP, _BOTTOM = 4.0, 96.0, 14.0, 92.0


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


def month_line(table: BoardTable, figure: Figure, breaks: Sequence[date]) -> Chart | None:
    """Hidden months leave a gap; None where there are too few months for a line.

    Args:
        breaks: days from which the figure is of another territory.
    """
    if len(table.lines) < _FEWEST:
        return None
    points, marks = _points(table, figure), _breaks(table, breaks)
    strokes = [
        (one, other)
        for one, other in pairwise(points)
        if one and other and not any(one.x < mark < other.x for mark in marks)
    ]
    return Chart([p for p in points if p], strokes, marks, _in_words(table, figure))


def _points(table: BoardTable, figure: Figure) -> list[Point | None]:
    last = len(table.lines) - 1
    most = max(number_of(line.values[0]) for line in table.lines) or 1
    return [
        Point(
            _across(at, last),
            round(_BOTTOM - (_BOTTOM - _TOP) * number_of(line.values[0]) / most, 2),
            _short_month(line.code),
            text_of(figure, line.values[0]),
            at in (0, last // 2, last),
            "start" if at == 0 else "end" if at == last else "middle",
        )
        if line.values[0] != HIDDEN
        else None
        for at, line in enumerate(table.lines)
    ]


def _breaks(table: BoardTable, breaks: Sequence[date]) -> list[float]:
    """Between the month before and the month from which it is another territory."""
    codes, last = [line.code for line in table.lines], len(table.lines) - 1
    found = [f"{day:%Y-%m}" for day in breaks]
    return [_across(codes.index(code) - 0.5, last) for code in found if code in codes[1:]]


def _in_words(table: BoardTable, figure: Figure) -> str:
    """The line in one sentence, for whoever does not see it."""
    shown = [line for line in table.lines if isinstance(line.values[0], int | float)]
    if not shown:
        return ""
    most = max(shown, key=lambda line: number_of(line.values[0]))
    return gettext(
        "%(figure)s by month, from %(first)s to %(last)s. Most: %(number)s in %(month)s.",
        figure=figure.name.text(),
        first=in_sentence(table.lines[0].name),
        last=in_sentence(table.lines[-1].name),
        number=text_of(figure, most.values[0]),
        month=in_sentence(most.name),
    )


def _across(at: float, last: int) -> float:
    return round(_LEFT + (_RIGHT - _LEFT) * at / max(1, last), 2)


def _short_month(code: str) -> str:
    """2026-03 as 3/2026."""
    year, _, month = code.partition("-")
    return f"{int(month)}/{year}"
