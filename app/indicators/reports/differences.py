"""Which figures differ between two reports of one period."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.core.tables import Value
from app.indicators.reports.content import Frozen, Key, Part, Spot, Table
from app.indicators.reports.rows import figure
from app.participation.dimensions import Dimension

_Place = tuple[tuple[Dimension, ...], Key]


@dataclass(frozen=True, slots=True)
class Change:
    """One cell before and after; None where there was no such cell."""

    measure: str
    by: tuple[Dimension, ...]
    key: Key
    before: Value
    after: Value


def changes(earlier: Frozen, later: Frozen, part: Part) -> list[Change]:
    """The cells that differ, in the order of the tables; what stands in several is told once."""
    return list(_unlike(earlier.tables(part), later.tables(part)))


def reasons(earlier: Frozen, later: Frozen) -> list[str]:
    """What is behind the changes besides what people say, by codes."""
    found = []
    if earlier.facts != later.facts:
        found.append("facts")
    if earlier.stated.definitions != later.stated.definitions:
        found.append("definitions")
    if dict(earlier.stated.parameters) != dict(later.stated.parameters):
        found.append("parameters")
    return found


def _unlike(before: tuple[Table, ...], after: tuple[Table, ...]) -> Iterator[Change]:
    was, now = _figures(before), _figures(after)
    for spot in [*was, *(each for each in now if each not in was)]:
        (by, key), old = was.get(spot) or (now[spot][0], None)
        new = now[spot][1] if spot in now else None
        if old != new:
            yield Change(spot[0], by, key, old, new)


def _figures(tables: tuple[Table, ...]) -> dict[Spot, tuple[_Place, Value]]:
    """Every figure or sign once, with the first place where it stands."""
    found: dict[Spot, tuple[_Place, Value]] = {}
    for table in tables:
        for cell in table.cells:
            found.setdefault(table.spot(cell), ((table.by, cell.key), figure(cell)))
    return found
