"""Public boards as the disclosure auditor takes them: every count that readers have or can tell.

Of a rate by population it is the numerator, because the population is public too. A share of
attendances is made of rounded numbers beside it and left out.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.indicators.boards import making as boards
from app.indicators.boards.board import HIDDEN, Board, BoardTable, Value
from app.indicators.boards.making import Maker
from app.indicators.measures.formula import DividedBy
from app.indicators.measures.results import CountedResidents, Definition
from app.indicators.reports import gate
from app.participation import labels
from app.participation.dimensions import NOT_STATED, OUTSIDE, Dimension
from app.participation.disclosure.audit import PublishedTable
from app.participation.periods import Period
from app.participation.queries import Key

_WARD, _AGE = Dimension.WARD, Dimension.AGE_BAND


@dataclass(slots=True)
class Told:
    """What the boards of one period tell."""

    maker: Maker
    below: int
    round_to: int
    _raw: dict[str, str] = field(init=False)
    _units: dict[str, frozenset[str]] = field(init=False)

    def __post_init__(self) -> None:
        found = {str(each) for each in self.maker.city.wards}
        for code in boards.COUNTED:
            found |= self._wards_of(code, self.maker.period)
            found |= self._wards_of(code, self.maker.period.previous())
        values = labels.values_of(_WARD, found, self.maker.city.today)
        self._raw = {each.code: each.raw or "" for each in values}
        self._units = self._consisting_of(found)

    def tables(self, city: Board, wards: Mapping[int, Board]) -> Iterator[PublishedTable]:
        """Of the board of the city and those of its wards; what was left out tells nothing."""
        now, before = self.maker.period, self.maker.period.previous()
        yield from self._totals(city.total, now)
        yield from self._totals(city.before or (), before)
        for table in city.tables:
            yield from self._breakdown(table)
        yield from self._totals_of_wards({b.place_code: b.total for b in wards.values()}, now)
        totals = {b.place_code: b.before or () for b in wards.values()}
        yield from self._totals_of_wards(totals, before)
        yield from self._ages_of_wards(wards)

    def _totals(self, values: tuple[Value, ...], period: Period) -> Iterator[PublishedTable]:
        for definition, value in zip(self.maker.definitions, values, strict=False):
            yield from self._table(definition, (), period, {(): value})

    def _breakdown(self, table: BoardTable) -> Iterator[PublishedTable]:
        by = (Dimension(table.by),)
        for place, column in enumerate(table.columns):
            cells: dict[Key, Value] = {(line.code,): line.values[place] for line in table.lines}
            yield from self._table(self.maker.definitions[column], by, self.maker.period, cells)

    def _totals_of_wards(
        self, totals: Mapping[str, tuple[Value, ...]], period: Period
    ) -> Iterator[PublishedTable]:
        for at, definition in enumerate(self.maker.definitions):
            cells: dict[Key, Value] = {
                (code,): values[at] for code, values in totals.items() if values
            }
            if cells:
                yield from self._table(definition, (_WARD,), period, cells, partial=(_WARD,))

    def _ages_of_wards(self, wards: Mapping[int, Board]) -> Iterator[PublishedTable]:
        cells: dict[Key, Value] = {
            (board.place_code, line.code): line.values[0]
            for board in wards.values()
            if (table := board.table(_AGE.value)) and table.columns
            for line in table.lines
        }
        if cells:
            persons = next(d for d in self.maker.definitions if d.code == boards.PERSONS)
            yield from self._table(
                persons, (_WARD, _AGE), self.maker.period, cells, partial=(_WARD,)
            )

    def _table(
        self,
        definition: Definition,
        by: tuple[Dimension, ...],
        period: Period,
        shown: Mapping[Key, Value],
        partial: Sequence[Dimension] = (),
    ) -> Iterator[PublishedTable]:
        count = definition.formula.counted
        figure = gate.FIGURES.get(count.what)
        if figure is None or definition.formula.divided_by is DividedBy.COUNT:
            return
        readable = {key: value for key, value in shown.items() if value is not None}
        released = self.maker.released(definition, by, period)
        exact = self.maker.result(definition, by, period)
        raw = {key: self._raw_key(by, key) for key in readable}
        few = {
            key
            for key, value in readable.items()
            if value == HIDDEN
            and exact
            and (cell := exact.cells.get(raw[key]))
            and 0 < cell.people < self.below
        }
        numbers: dict[Key, int | None] = {}
        for key, value in readable.items():
            cell = released.get(raw[key]) if released else None
            numbers[key] = None if value == HIDDEN else int(cell.numerator) if cell else 0
        rules = exact.rules if exact else None
        everybody = rules is not None and rules.residents is CountedResidents.ALL
        of_city = frozenset().union(*(self._units[c] for c in self._raw)) if everybody else None
        yield PublishedTable(
            name=f"{period.code} {definition.code} {'-'.join(by)}".strip(),
            figure=figure,
            first=period.first,
            last=period.last,
            by=tuple(map(str, by)),
            cells=numbers,
            round_to=self.round_to,
            least=self.below,
            small=frozenset(few),
            units=self._units if _WARD in by else {},
            only=gate.limits_of(count, of_city),
            complete=len(readable) == len(shown),
            partial=tuple(map(str, partial)),
        )

    def _wards_of(self, code: str, period: Period) -> set[str]:
        definition = next((d for d in self.maker.definitions if d.code == code), None)
        found = self.maker.result(definition, (_WARD,), period) if definition else None
        return {key[0] for key in found.cells if key[0] is not None} if found else set()

    def _raw_key(self, by: tuple[Dimension, ...], key: Key) -> Key:
        return tuple(
            self._raw.get(value, value) if axis is _WARD and value is not None else value
            for axis, value in zip(by, key, strict=True)
        )

    def _consisting_of(self, found: set[str]) -> dict[str, frozenset[str]]:
        """Reports count by the units as recorded; each ward of today is several of these."""
        of_line: dict[str, set[str]] = {raw: {raw} for raw in found}
        for unit, line in self.maker.city.of_today:
            of_line.setdefault(str(line), {str(line)}).add(str(unit))
        every = set().union(*of_line.values())
        day = self.maker.period.reference_date
        named = {each.raw: each.code for each in labels.values_of(_WARD, every, day)}
        return {
            code: frozenset(named.get(each, each) for each in of_line.get(raw, {raw}))
            for code, raw in self._raw.items()
        }


def written(table: PublishedTable) -> dict[str, Any]:
    """As it is kept."""
    return {
        "name": table.name,
        "figure": table.figure,
        "first": table.first.isoformat(),
        "last": table.last.isoformat(),
        "by": list(table.by),
        "cells": [[*key, number] for key, number in table.cells.items()],
        "round_to": table.round_to,
        "least": table.least,
        "small": sorted(map(list, table.small)),
        "units": {code: sorted(units) for code, units in table.units.items()},
        "only": {axis: sorted(values) for axis, values in table.only.items()},
        "complete": table.complete,
        "partial": list(table.partial),
    }


def read(kept: Mapping[str, Any], name: str) -> PublishedTable:
    """What `written` has kept."""
    return PublishedTable(
        name=f"{name} {kept['name']}",
        figure=kept["figure"],
        first=date.fromisoformat(kept["first"]),
        last=date.fromisoformat(kept["last"]),
        by=tuple(kept["by"]),
        cells={tuple(cell[:-1]): cell[-1] for cell in kept["cells"]},
        round_to=kept["round_to"],
        least=kept["least"],
        small=frozenset(map(tuple, kept["small"])),
        units={code: frozenset(units) for code, units in kept["units"].items()},
        only=_limits(kept["only"]),
        complete=kept["complete"],
        partial=tuple(kept.get("partial", _partial(kept))),
    )


def _partial(kept: Mapping[str, Any]) -> Iterator[str]:
    """Version 0.2 did not keep that the pages of wards do not list who lives in none."""
    axes = list(kept["by"])
    if _WARD in axes:
        listed = {cell[axes.index(_WARD)] for cell in kept["cells"]}
        yield from () if listed & {NOT_STATED, OUTSIDE} else (str(_WARD),)


def _limits(kept: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Version 0.2 kept all limits of a table as one."""
    found: dict[str, frozenset[str]] = {}
    for axis, values in kept.items():
        if axis.startswith("{"):
            each = json.loads(axis)
            del each["what"]  # boards tell no figure that is a part of itself
            found |= dict.fromkeys(gate.axes_of(each), frozenset(values))
        else:
            found[axis] = frozenset(values)
    return found
