"""A figure that stands in several tables of a report is shown in all of them or in none.

Each table is released by itself, and a cell that one of them hides to protect others may be the
total of another, or the same people under another name: those of 15 to 24 in a rate of all ages,
and all of a rate of 15 to 24. Whatever is hidden anywhere is hidden everywhere, and what then could
be worked out is hidden too, until nothing changes. It ends, because cells are only ever hidden.

Two rates compared tell one of them to whoever knows the other, so no comparison is shown of a count
that is hidden.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache

from app.indicators.measures.formula import Count, DividedBy, Form, What
from app.indicators.measures.results import ReleasedResult
from app.indicators.reports.gate import FIGURES, limits_of
from app.participation.disclosure import linkage, suppression, tells_apart
from app.participation.queries import Key

_Spot = tuple[str, frozenset[tuple[str, frozenset[str]]]]


def hide_alike(tables: Sequence[ReleasedResult], round_to: int) -> list[ReleasedResult]:
    """The same tables in the same order, with at least the same cells hidden.

    Args:
        tables: of one report.
        round_to: to multiples of this its figures are rounded.
    """
    found = list(tables)
    nearly = frozenset(_nearly_all(tables, round_to))
    while True:
        gone = {*nearly, *(spot for table in found for spot in _spots(table, _hidden(table)))}
        again = [_hide(table, gone) for table in found]
        if again == found:
            return found
        found = again


def _nearly_all(tables: Sequence[ReleasedResult], round_to: int) -> Iterator[_Spot]:
    """Counts that differ from one under fewer limits by a few people: as if 3 learned otherwise."""
    below = max((table.below for table in tables), default=0)
    if round_to >= below:
        return
    numbers = {each: number for table in tables for each, number in _numbers(table)}
    for (figure, where), number in numbers.items():
        wholes = (_sum(figure, less, numbers) for less in linkage.wider(dict(where)))
        if any(whole and tells_apart(whole, number, below, round_to) for whole in wholes):
            yield "people", where


_Number = tuple[str, frozenset[tuple[str, frozenset[str]]]]


def _numbers(table: ReleasedResult) -> Iterator[tuple[_Number, int]]:
    """Every count of people that a table shows, by its figure and all its limits."""
    formula = table.result.definition.formula
    for key, cell in table.cells.items() if not _is_ratio(table) else ():
        exact = table.result.cells[key]
        for count, number in (
            (formula.counted, exact.numerator),
            (formula.base, exact.denominator),
        ):
            if cell and count and number is not None and (figure := FIGURES.get(count.what)):
                where = {**_limits(count), **_where(table, key)}
                yield (figure, frozenset(where.items())), round(number)


def _sum(
    figure: str, where: Mapping[str, frozenset[str]], numbers: Mapping[_Number, int]
) -> int | None:
    """The number of a cell, or of all its parts where one breakdown tells these."""
    if (known := numbers.get((figure, frozenset(where.items())))) is not None:
        return known
    for axis, held in where.items():
        parts = [
            numbers.get((figure, frozenset({**where, axis: frozenset({value})}.items())))
            for value in (sorted(held) if len(held) > 1 else ())
        ]
        if any(each is not None for each in parts):
            return sum(each or 0 for each in parts)
    return None


def _hide(table: ReleasedResult, gone: AbstractSet[_Spot]) -> ReleasedResult:
    hidden = set(_hidden(table))
    wanted = {key for key in table.cells if not gone.isdisjoint(_told_by(table, key))}
    if wanted <= hidden:
        return table
    out = hidden | wanted
    if not _is_ratio(table):
        people = {key: cell.people for key, cell in table.result.cells.items()}
        out |= suppression.protect({suppression.PEOPLE: people}, table.below, out)
    cells = {key: None if key in out else cell for key, cell in table.cells.items()}
    return replace(table, cells=cells)


def _hidden(table: ReleasedResult) -> list[Key]:
    return [key for key, cell in table.cells.items() if cell is None]


def _spots(table: ReleasedResult, keys: Iterable[Key]) -> Iterator[_Spot]:
    """What is hidden with these cells."""
    for key in keys:
        yield _named(table, key)
        formula = table.result.definition.formula
        is_of_people = formula.counted.what is not What.HOURS or key in table.of_few
        if is_of_people and formula.divided_by is not DividedBy.COUNT:
            yield from () if _is_ratio(table) else _counts(table, key)


def _told_by(table: ReleasedResult, key: Key) -> Iterator[_Spot]:
    """What whoever sees the cell knows."""
    yield _named(table, key)
    yield from _counts(table, key)


def _is_ratio(table: ReleasedResult) -> bool:
    """Its cells do not add up to anything."""
    return table.result.definition.formula.form is Form.RATIO


def _named(table: ReleasedResult, key: Key) -> _Spot:
    """What the cell is about, whatever table of the same measure it stands in."""
    return table.result.definition.code, frozenset(_where(table, key).items())


def _counts(table: ReleasedResult, key: Key) -> Iterator[_Spot]:
    """The people behind the cell, whatever is told about them."""
    formula = table.result.definition.formula
    for count in filter(None, (formula.counted, formula.compared)):
        yield from _people(count, _where(table, key))
    if formula.base:
        undivided = {str(by) for by in formula.undivided}
        where = {by: held for by, held in _where(table, key).items() if by not in undivided}
        yield from _people(formula.base, where)


def _people(count: Count, where: Mapping[str, frozenset[str]]) -> Iterator[_Spot]:
    """Their number, their places and their attendances are hidden together."""
    if count.what.is_of_facts and count.what.is_about_people:
        limits = _limits(replace(count, what=What.PERSONS))
        yield "people", frozenset({**limits, **where}.items())


def _where(table: ReleasedResult, key: Key) -> dict[str, frozenset[str]]:
    pairs = zip(table.result.by, key, strict=True)
    return {str(by): frozenset({value}) for by, value in pairs if value is not None}


@cache
def _limits(count: Count) -> Mapping[str, frozenset[str]]:
    return limits_of(count, None)
