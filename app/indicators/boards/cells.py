"""A cell of a board as people read it."""

from app.core import formats
from app.core.i18n import gettext
from app.indicators.boards.board import Figure, Value
from app.participation.shown import HIDDEN

_NO_VALUE = "–"


def text_of(figure: Figure, value: Value) -> str:
    """The figure, or the word or sign that stands instead."""
    if value is None:
        return _NO_VALUE
    if isinstance(value, str):
        return HIDDEN.text()
    if figure.form == "percent":
        return f"{formats.number(float(value), 1)}%"
    if figure.form in ("per_100000", "ratio"):
        return formats.number(float(value), 2)
    return formats.number(round(value) or value, 0)


def unit_of(figure: Figure, value: Value) -> str:
    return figure.unit.text() if isinstance(value, int | float) else ""


def distance(figure: Figure, difference: float) -> str:
    if figure.form == "percent":
        return gettext("%(number)s percentage points", number=formats.number(difference, 1))
    return text_of(figure, difference)


def number_of(value: Value) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
