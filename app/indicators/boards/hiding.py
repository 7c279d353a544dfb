"""Which cells of a figure are hidden, worked out once for the same counts.

Hiding takes longer than counting, and depends on nothing but the exact counts, the limit and the
programs. So what was hidden is kept under all of these: never is it decided from other counts than
those of the board, and with other programs it is worked out anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.indicators.measures import counting, engine, formula, releasing, results
from app.indicators.measures.results import Result
from app.participation import dimensions, disclosure, queries, shelf
from app.participation.disclosure import rounding, suppression
from app.participation.queries import Key
from app.participation.shelf import Shelf

_MINE = shelf.programs((
    counting, dimensions, disclosure, engine, formula, queries, releasing, results, rounding,
    suppression,
))  # fmt: skip


@dataclass
class Hiding:
    """Asked for the same figure by several boards, and again when the facts around it changed."""

    kept: Shelf
    _known: dict[str, frozenset[Key]] = field(default_factory=dict)

    def hidden(self, result: Result, below: int, round_to: int | None) -> frozenset[Key]:
        """As `releasing.hidden`."""
        name = _name(result, below, round_to)
        if name not in self._known:
            found = self.kept.get(name)
            if found is None:
                out = releasing.hidden(result, below, round_to)
                found = sorted(out, key=suppression.order)
                self.kept.put(name, found)
            self._known[name] = frozenset(map(tuple, found))
        return self._known[name]


def _name(result: Result, below: int, round_to: int | None) -> str:
    """Of everything it may depend on: the limits, the definition, every count and every cell."""
    tables = [(table.question.by, _sorted(table.cells)) for table in result.tables]
    formula = result.definition.formula.as_json()
    return shelf.digest(
        "hidden", _MINE, below, round_to, formula, result.by, tables, _sorted(result.cells)
    )


def _sorted(cells: Mapping[Key, Any]) -> list[tuple[Any, ...]]:
    found = ((key, *_told(each)) for key, each in cells.items())
    return sorted(found, key=lambda cell: suppression.order(cell[0]))


def _told(cell: Any) -> list[Any]:
    return [getattr(cell, name) for name in cell.__slots__]
