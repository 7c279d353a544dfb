"""The wards as a map of equal squares, with its legend."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.i18n import gettext
from app.indicators.boards import tile_map
from app.indicators.boards.board import HIDDEN, BoardTable, Figure, Line
from app.indicators.boards.cells import number_of, text_of

MARK_OF_HIDDEN = "*"
_FEWEST = 2


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


def ward_map(table: BoardTable, figure: Figure) -> WardMap | None:
    """The map of this figure; None where too few wards have a place on it."""
    lines = [line for line in table.lines if line.spot]
    if len(lines) < _FEWEST:
        return None
    ends = tile_map.steps([number_of(line.values[0]) for line in lines])
    squares = [_square(figure, line, ends) for line in lines]
    least = min(filter(None, (number_of(line.values[0]) for line in lines)), default=1)
    return WardMap(
        max(square.column for square in squares) + 1,
        max(square.row for square in squares) + 1,
        squares,
        _legend(figure, ends, squares, least),
    )


def _square(figure: Figure, line: Line, ends: Sequence[float]) -> Square:
    column, row = line.spot or (0, 0)
    value = line.values[0]
    step = tile_map.step_of(number_of(value), ends)
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
