"""A figure that stands in several tables of a report is shown in all of them or in none.

Each table is released by itself, and a cell that one of them hides to protect others may be the
total of another. Whatever is hidden anywhere is hidden everywhere, and what then could be worked
out is hidden too, until nothing changes. It ends, because cells are only ever hidden.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from app.indicators.measures.results import ReleasedResult
from app.participation.dimensions import Dimension
from app.participation.disclosure import suppression
from app.participation.queries import Key

_Spot = tuple[str, frozenset[tuple[Dimension, str]]]


def hide_alike(tables: Sequence[ReleasedResult]) -> list[ReleasedResult]:
    """The same tables in the same order, with at least the same cells hidden."""
    found = list(tables)
    while True:
        gone = {spot for table in found for spot in _spots(table, _hidden(table))}
        again = [_hide(table, gone) for table in found]
        if again == found:
            return found
        found = again


def _hide(table: ReleasedResult, gone: Collection[_Spot]) -> ReleasedResult:
    hidden = set(_hidden(table))
    wanted = {key for key in table.cells if _spot(table, key) in gone}
    if wanted <= hidden:
        return table
    people = {key: cell.people for key, cell in table.result.cells.items()}
    figures = {suppression.PEOPLE: people}
    out = wanted | suppression.protect(figures, table.below, hidden | wanted)
    cells = {key: None if key in out else cell for key, cell in table.cells.items()}
    return replace(table, cells=cells)


def _hidden(table: ReleasedResult) -> list[Key]:
    return [key for key, cell in table.cells.items() if cell is None]


def _spots(table: ReleasedResult, keys: Iterable[Key]) -> Iterable[_Spot]:
    return (_spot(table, key) for key in keys)


def _spot(table: ReleasedResult, key: Key) -> _Spot:
    """What the cell is about, whatever table it stands in."""
    pairs = zip(table.result.by, key, strict=True)
    values = frozenset((by, value) for by, value in pairs if value is not None)
    return table.result.definition.code, values
