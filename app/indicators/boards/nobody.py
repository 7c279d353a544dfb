"""The board of whoever taught nobody: the same figures, and none of them counts anybody."""

from dataclasses import replace

from app.core.i18n import Bilingual
from app.indicators.boards.board import Board, Figure, Value

_COUNTED = frozenset({"number", "hours"})


def board(city: Board, place: Bilingual, code: str) -> Board:
    """Zero for what is counted, nothing for shares and rates.

    Args:
        city: exact figures of the whole city, which say what is counted and by which definitions.
        code: of the place, as files name it.
    """
    nothing = tuple(map(_nothing, city.figures, city.total))
    return replace(
        city, place=place, place_code=code, unit_id=None, is_internal=True, total=nothing,
        before=nothing, tables=(), breaks=(),
    )  # fmt: skip


def _nothing(figure: Figure, of_city: Value) -> Value:
    """What cannot be said of the city cannot be said of one of its providers."""
    return 0 if figure.form in _COUNTED and of_city is not None else None
