"""Whether all that was ever published, taken together, tells about too few people.

For whoever publishes figures::

    leaks = audit.find_leaks([*published_before, *about_to_go_out], below=5)
    if leaks:
        refuse  # each names the table, the cell, and what a reader can work out

Keep every `PublishedTable` with the report it went out in (`published` makes them of a released
table), and audit all of them together each time: months with quarters and the year to date, the old
map with the new one, revision 2 with revision 1, one breakdown with another.

**The rule.** A reader knows every figure shown (a rounded one as the span it stands for), that
hidden figures are not 0, how cells add up, and which people are a part of which others: of all
ages, of all wards, or without one of the limits of a figure (`linkage.limit`). From that every
unknown has a least and a greatest value. It is a leak when a count of people that is not 0 may be
below `below`, and has fewer than `below` possible values: then the reader knows more than the mark
"hidden" says. So a hidden count may always be `below` or more, and is never known to one or two
persons. This holds for hidden cells, for what two published cells differ by, and for how much a
cell has changed between two reports. What the people of a `small` cell did (places, attendances,
hours) must be uncertain by half of its least value too.

**What is assumed.** Attendances and hours add up over everything, enrolments over all but time,
persons over ward, sex and age band; otherwise a whole has at least as many persons as each of its
parts and at most as many as they have together. People in several groups add up to nothing. There
are never more persons than their places or attendances can be in any one sum.
Published figures may contradict each other (somebody moved between two periods, a correction came
between two reports): then the reader is taken to believe the fewest corrections that reconcile
them. What follows from three breakdowns of the same people two by two is not looked for.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.participation.disclosure import Released, reader
from app.participation.disclosure.linkage import (
    ATTENDANCES,
    COUNTS,
    ENROLMENTS,
    FINISHED,
    HOURS,
    PERSONS,
    Box,
    Values,
    box,
    link,
)
from app.participation.disclosure.reader import Leak, Sight, is_told, label
from app.participation.disclosure.rounding import span
from app.participation.queries import Key

__all__ = [
    "ATTENDANCES", "ENROLMENTS", "FINISHED", "HOURS", "PERSONS", "Leak", "PublishedTable",
    "find_leaks", "published",
]  # fmt: skip
_MONTH = "month"
_ONE_DAY = timedelta(days=1)
_A_MONTH_AND_MORE = timedelta(days=31)
_HOUR = 60
_SHOWN = {PERSONS: "persons", ENROLMENTS: "enrolments", ATTENDANCES: "named", HOURS: "minutes"}
Only = Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class PublishedTable:
    """One figure of one table, as readers have it or are about to have it.

    Args:
        name: what a leak calls it.
        figure: `PERSONS`, `ENROLMENTS`, `ATTENDANCES`, `FINISHED` or `HOURS`.
        first, last: the days it counts, both included.
        by: the breakdowns, in the order of the keys.
        cells: the figures as shown, None where hidden; keys as in `queries.Table`.
        round_to: the multiple to which the figures shown were rounded; 1: they are exact.
        least: what a shown figure that is not 0 is known to be at least, as persons are.
        small: the hidden cells of too few people (not those hidden for their sake); never shown.
        units: of which units a ward on this table's map consists, where another map differs.
        only: what the whole table is limited to, as {"provider": {"7"}}.
        complete: whether a cell that is not among `cells` is known to be 0.
        partial: the breakdowns of which it lists some values only, however complete the others.
        may_hide_nobody: whether a hidden figure may be 0, as where small bases hide whole shares.
    """

    name: str
    figure: str
    first: date
    last: date
    cells: Mapping[Key, int | None]
    by: tuple[str, ...] = ()
    round_to: int = 1
    least: int = 1
    small: Collection[Key] = ()
    units: Mapping[str, Values] = field(default_factory=dict)
    only: Mapping[str, Values] = field(default_factory=dict)
    complete: bool = True
    partial: Collection[str] = ()
    may_hide_nobody: bool = False


def find_leaks(tables: Sequence[PublishedTable], below: int) -> list[Leak]:
    """All that readers of all these tables can work out about fewer than `below` people.

    The same tables give the same answer, in the order of the tables.
    """
    sights = [sight for table in tables for sight in _sights(table)]
    linkage = link(dict.fromkeys(sight.box for sight in sights), _told(tables))
    sights += [Sight(each, 0, 0, "") for each in linkage.empty]
    leaks = [*_changes(sights, below), *reader.leaks(sights, linkage, below)]
    place = {table.name: at for at, table in enumerate(tables)}
    return sorted(dict.fromkeys(leaks), key=lambda leak: (place[leak.table], str(leak)))


def published(released: Released, name: str, *, only: Only | None = None) -> list[PublishedTable]:
    """A released table as the auditor takes it: one for each figure.

    Attendances are those with a name: the share that has one is published beside them.
    """
    question = released.table.question
    found = []
    for figure, attribute in _SHOWN.items():
        unit = _HOUR if figure == HOURS else 1
        found.append(
            PublishedTable(
                name,
                figure,
                question.period.first,
                question.period.last,
                {
                    key: None if counts is None else getattr(counts, attribute)
                    for key, counts in released.cells.items()
                },
                tuple(dimension.value for dimension in question.by),
                round_to=unit * released.round_to if released.round_to > 1 else 1,
                least=1 if figure == HOURS else released.below,
                small=released.small,
                only=only or {},
            )
        )
    return found


def _sights(table: PublishedTable) -> Iterator[Sight]:
    small = frozenset(table.small)
    for key, shown in table.cells.items():
        if shown is None:
            least = 0 if table.may_hide_nobody else 1
            yield Sight(
                _box(table, key), least, math.inf, table.name, is_hidden=True, is_small=key in small
            )
        else:
            yield Sight(_box(table, key), *span(shown, table.round_to, table.least), table.name)
    if table.complete and _MONTH in table.by:
        named = {_box(table, key).days for key in table.cells}
        for days in _months(table):
            if (days,) not in named:
                yield Sight(box(table.figure, (days,), table.only), 0, 0, table.name)


def _box(table: PublishedTable, key: Key) -> Box:
    days = (table.first, table.last)
    where = dict(table.only)
    for axis, value in zip(table.by, key, strict=True):
        if axis == _MONTH and value is not None:
            days = _within(table, date.fromisoformat(f"{value}-01"))
        elif value is not None:
            where[axis] = table.units.get(value, frozenset({value}))
    return box(table.figure, (days,), where)


def _months(table: PublishedTable) -> Iterator[tuple[date, date]]:
    month = table.first.replace(day=1)
    while month <= table.last:
        yield _within(table, month)
        month = (month + _A_MONTH_AND_MORE).replace(day=1)


def _within(table: PublishedTable, month: date) -> tuple[date, date]:
    """The days of a month that the table counts."""
    last = (month + _A_MONTH_AND_MORE).replace(day=1) - _ONE_DAY
    return max(table.first, month), min(table.last, last)


def _told(tables: Iterable[PublishedTable]) -> dict[tuple[Box, str], Values]:
    """Of which totals a complete table lists all the values there are.

    One map lists former units with those they went into, another one does not list them at all:
    where several tables are complete, only what all of them list can be anybody's.
    """
    told: dict[tuple[Box, str], Values] = {}
    for table in tables:
        for spot, values in _listed(table).items() if table.complete else ():
            told[spot] = told.get(spot, values) & values
    return told


def _listed(table: PublishedTable) -> dict[tuple[Box, str], Values]:
    """The values of each breakdown that a table has, by the total they belong to."""
    listed: dict[tuple[Box, str], Values] = {}
    for key in table.cells:
        cell = _box(table, key)
        for axis, value in zip(table.by, key, strict=True):
            if axis != _MONTH and value is not None and axis not in table.partial:
                spot = cell.without(axis), axis
                listed[spot] = listed.get(spot, frozenset()) | dict(cell.where)[axis]
    return listed


def _changes(sights: Iterable[Sight], below: int) -> Iterator[Leak]:
    """Cells published twice whose change is a number of people too small to be told."""
    seen: dict[Box, Sight] = {}
    for sight in sights:
        if sight.is_hidden or sight.box.figure not in COUNTS:
            continue
        before = seen.get(sight.box)
        seen[sight.box] = sight
        if before is None:
            continue
        spans = (sight.low - before.high, sight.high - before.low)
        low, high = spans if spans[0] >= 0 else (-spans[1], -spans[0])
        if is_told(low, high, below, is_small=False):
            cell = f"{label(sight.box)}, changed since {before.table}"
            yield Leak(sight.table, sight.box.figure, cell, round(low), round(high))
