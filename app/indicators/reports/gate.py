"""Nothing is published before the disclosure auditor has looked at all releases together.

Every count of people that a report shows or hides becomes a published table of the auditor, under
the days and the limits it was counted with: of rates both the numerator and the divisor, where that
is a count. Ages and sexes of a definition are told as values of the breakdown, so that a rate hangs
together with the counts of its ages; any other limit is an axis of its own, of which the auditor
knows only that its people are some of all. So those of a rate are some of its divisor, and these
some of all who learned: what two of them differ by is a number of people as well.

Rates are made of the rounded numbers beside them, so they tell no more than these. A ratio of two
rates is shown without any count, of counts rounded to `SMALL_CELL_BELOW` at least.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.indicators.measures.formula import Count, DividedBy, Formula, What
from app.indicators.measures.reading import read as read_formula
from app.indicators.reports import parameters
from app.indicators.reports.content import Cell, Frozen, Sign, Table
from app.indicators.reports.errors import WouldReveal
from app.participation.dimensions import AGE_BANDS, TOTAL, Dimension, band_code
from app.participation.disclosure import audit
from app.participation.disclosure.audit import PublishedTable
from app.participation.disclosure.linkage import (
    ATTENDANCES,
    ENROLMENTS,
    FINISHED,
    HOURS,
    PERSONS,
    limit,
)
from app.participation.queries import Filter, Key, Residents

FIGURES = {
    What.PERSONS: PERSONS,
    What.ENROLMENTS: ENROLMENTS,
    What.ATTENDANCES: ATTENDANCES,
    What.NAMED: ATTENDANCES,
    What.HOURS: HOURS,
    What.COMPLETIONS: FINISHED,
    What.FINISHED: FINISHED,
}
_SOME_OF_THEIR_FIGURE = frozenset({What.NAMED, What.COMPLETIONS})
Only = Mapping[str, frozenset[str]]


def let_through(
    published: Iterable[tuple[str, Frozen]],
    name: str,
    report: Frozen,
    boards: Iterable[PublishedTable] = (),
) -> None:
    """Refuse a report from which, with those published before, a hidden figure could be told.

    Args:
        published: every report that is or was in force, by the name a message calls it.
        name: what a message calls the new one.
        report: the new one.
        boards: what public boards have told under the limits of the new one.

    Raises:
        WouldReveal: the message names the tables, never a figure.
    """
    tables = [*boards]
    for known, frozen in (*published, (name, report)):
        tables += tables_of(known, frozen)
    below = int(report.stated.parameters[parameters.BELOW])
    if leaks := audit.find_leaks(tables, below):
        raise WouldReveal(list(dict.fromkeys(leak.table for leak in leaks)))


def tables_of(name: str, report: Frozen) -> Iterator[PublishedTable]:
    """What readers of this report have, as the auditor wants it."""
    exact = {(table.measure, table.by): table for table in report.internal}
    for table in report.public:
        formula = read_formula(json.loads(report.definition(table.measure).formula))
        one = _OfTable(name, report, table, exact[table.measure, table.by], formula)
        yield from one.tables()


class _OfTable:
    """One table of a report, of which one or two counts can be read."""

    def __init__(
        self, name: str, report: Frozen, table: Table, exact: Table, formula: Formula
    ) -> None:
        self._name = f"{name} {table.name}"
        self._report, self._table, self._formula = report, table, formula
        self._exact = {cell.key: cell for cell in exact.cells}
        given = report.stated.parameters
        self._below, self._round_to = int(given[parameters.BELOW]), int(given[parameters.ROUND_TO])

    def tables(self) -> Iterator[PublishedTable]:
        formula = self._formula
        if formula.compared is not None:
            return
        is_share = formula.divided_by is DividedBy.COUNT
        counted = self._of(formula.counted, "numerator")
        if counted:
            yield replace(counted, may_hide_nobody=is_share)
        if is_share and formula.base:
            divisor = self._of(formula.base, "denominator")
            if divisor:
                yield replace(divisor, small=())

    def _of(self, count: Count, number: str) -> PublishedTable | None:
        figure = FIGURES.get(count.what)
        if figure is None:
            return None
        period, only = self._report.stated.period, self._only(count)
        cells = [cell for cell in self._table.cells if self._is_of(cell, only)]
        readable = [cell for cell in cells if cell.sign is not Sign.NONE]
        return PublishedTable(
            name=self._name,
            figure=figure,
            first=period.first,
            last=period.last,
            by=tuple(map(str, self._table.by)),
            cells={
                _key(cell): None if cell.sign is Sign.HIDDEN else int(getattr(cell, number) or 0)
                for cell in readable
            },
            round_to=self._round_to,
            least=self._below,
            small=frozenset(_key(cell) for cell in readable if self._is_small(cell)),
            only=only,
            complete=len(readable) == len(self._table.cells),
        )

    def _is_small(self, cell: Cell) -> bool:
        people = self._exact[cell.key].people
        return cell.sign is Sign.HIDDEN and people is not None and 0 < people < self._below

    def _only(self, count: Count) -> Only:
        is_everybody = self._report.stated.parameters[parameters.RESIDENTS] == "all"
        wards = frozenset(self._report.stated.names.get(Dimension.WARD, {}))
        return limits_of(count, wards if is_everybody else None)

    def _is_of(self, cell: Cell, only: Only) -> bool:
        """Whether the cell is one that the limits of the count leave anybody in."""
        pairs = zip(self._table.by, cell.key, strict=True)
        return all(code == TOTAL or code in only.get(by, {code}) for by, code in pairs)


def limits_of(count: Count, wards: frozenset[str] | None) -> Only:
    """Ages and sexes as values of their breakdowns, each of the rest as an axis of its own.

    Args:
        count: what is counted.
        wards: all there are, where whoever lives in one is a resident; None where not.
    """
    only: dict[str, frozenset[str]] = {}
    where, rest = count.where, count.where
    bands = _bands(where)
    if bands:
        only[Dimension.AGE_BAND], rest = bands, replace(rest, ages=None)
    if where.sexes:
        only[Dimension.SEX], rest = frozenset(where.sexes), replace(rest, sexes=frozenset())
    if where.residents is Residents.CITY and wards:
        only[Dimension.WARD], rest = wards, replace(rest, residents=Residents.ANY)
    for axis in _axes(replace(count, where=rest)):
        only[axis] = frozenset({"yes"})
    return {str(axis): values for axis, values in only.items()}


def _axes(count: Count) -> Iterator[str]:
    """The same limits have the same axes in every report: whoever passes several passes each."""
    written = Formula(counted=count).as_json()["counted"]
    if count.what not in _SOME_OF_THEIR_FIGURE:
        del written["what"]
    yield from axes_of(written)


def axes_of(written: Mapping[str, Any]) -> Iterator[str]:
    for name, value in written.items():
        yield limit(name, json.dumps(value, sort_keys=True))


def _bands(where: Filter) -> frozenset[str]:
    """The bands that are these ages exactly; none where the ages cut one."""
    if where.ages is None:
        return frozenset()
    low, high = where.ages
    within = [
        band
        for band in AGE_BANDS
        if band[0] >= low and (high is None or (band[1] is not None and band[1] <= high))
    ]
    exact = within and within[0][0] == low and within[-1][1] == high
    return frozenset(band_code(*band) for band in within) if exact else frozenset()


def _key(cell: Cell) -> Key:
    return tuple(None if code == TOTAL else code for code in cell.key)
