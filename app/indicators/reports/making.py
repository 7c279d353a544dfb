"""The figures of a report: a fixed set of tables of every measure in force, exact and released.

What is counted over the facts is counted as known at the cut-off. Names of places are brought to
official codes, and every table has every code that occurs in the report, so that nobody stands
as 0 and no file has fewer lines than another.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from app.core.i18n import Bilingual
from app.indicators.measures import engine
from app.indicators.measures.counting import Counter
from app.indicators.measures.formula import DividedBy, Form, Formula, What
from app.indicators.measures.releasing import release
from app.indicators.measures.results import Cell as Computed
from app.indicators.measures.results import Definition, ReleasedResult, Result
from app.indicators.reports import canonical, joined, parameters
from app.indicators.reports.content import NOTHING_SAID, Cell, Sign, Table
from app.participation import labels
from app.participation.dimensions import NOT_STATED, OUTSIDE, TOTAL, Dimension
from app.participation.periods import Period
from app.participation.queries import Key

SINGLE = (
    Dimension.WARD,
    Dimension.SEX,
    Dimension.AGE_BAND,
    Dimension.PROVIDER_TYPE,
    Dimension.TOPIC,
)
SEX_BY_AGE = (Dimension.SEX, Dimension.AGE_BAND)
WARD_BY_AGE = (Dimension.WARD, Dimension.AGE_BAND)
"""Told by public boards, not by reports; the totals that it hides are hidden in reports too."""
_HUNDREDTH = Decimal("0.01")
_CLOSED = (Dimension.SEX, Dimension.AGE_BAND)
"""Breakdowns whose values are known before anybody has one."""
Codes = Mapping[Dimension, Mapping[str, str]]
"""The official code of each raw value."""


@dataclass(frozen=True, slots=True)
class Made:
    """The tables of both parts, and the names of the codes in them."""

    public: tuple[Table, ...]
    internal: tuple[Table, ...]
    names: Mapping[Dimension, Mapping[str, Bilingual]]


def breakdowns(formula: Formula) -> list[tuple[Dimension, ...]]:
    """The fixed tables of a measure: the city, each breakdown that makes sense, sex by age."""
    found: list[tuple[Dimension, ...]] = [(), *((each,) for each in SINGLE if each in formula.by)]
    is_of_persons = formula.counted.what is What.PERSONS
    if is_of_persons and formula.base is None and set(SEX_BY_AGE) <= set(formula.by):
        found.append(SEX_BY_AGE)
    return found


def _is_on_boards(formula: Formula) -> bool:
    is_plain = formula.divided_by is DividedBy.NOTHING and formula.counted.what is What.PERSONS
    return is_plain and set(WARD_BY_AGE) <= set(formula.by)


def is_recounted(formula: Formula) -> bool:
    """Whether its figure can be made again as it was: from facts, and from a divisor that is known.

    A ratio of two rates keeps neither of its divisors.
    """
    return formula.is_of_facts and not (formula.needs_population and formula.form is Form.RATIO)


def make(
    definitions: Iterable[Definition],
    period: Period,
    cut_off: datetime,
    given: Mapping[str, str],
    frozen: Sequence[Table] = (),
) -> Made:
    """Count and release everything; definitions come ordered by code.

    Args:
        definitions: of the versions the report has.
        period: the days.
        cut_off: the moment by which the facts were known.
        given: the parameters of the report, which may not be those of today.
        frozen: exact tables whose divisors from the population are used again.
    """
    counter, rules = Counter(), parameters.rules(given)
    results = [
        engine.compute(definition, period, by=by, as_known=cut_off, rules=rules, counter=counter)
        for definition in definitions
        for by in breakdowns(definition.formula)
    ]
    codes, names = _codes(results, period)
    if frozen:
        tables = {(table.measure, table.by): table for table in frozen}
        results = [
            _with_divisors(each, tables.get((each.definition.code, each.by)), codes)
            for each in results
        ]
    below, round_to = int(given[parameters.BELOW]), int(given[parameters.ROUND_TO])
    most = parameters.most_of_one_provider(given)
    on_boards = [
        engine.compute(
            each, period, by=WARD_BY_AGE, as_known=cut_off, rules=rules, counter=counter
        )
        for each in definitions
        if _is_on_boards(each.formula)
    ]  # fmt: skip
    public = joined.hide_alike(
        [
            release(result, public=True, below=below, round_to=round_to, most=most)
            for result in [*results, *on_boards]
        ],
        round_to,
    )
    return Made(
        tuple(_released(each, codes) for each in public[: len(results)]),
        tuple(_exact(each, codes) for each in results),
        names,
    )


def _with_divisors(result: Result, frozen: Table | None, codes: Codes) -> Result:
    """The same people divided by the residents that were known then."""
    formula = result.definition.formula
    if frozen is None or not formula.needs_population or not is_recounted(formula):
        return result
    kept = {cell.key: cell.denominator for cell in frozen.cells}
    cells = {
        key: _divided(cell, formula, kept.get(_coded(result.by, key, codes)))
        for key, cell in result.cells.items()
    }
    source, missing = frozen.denominator_source or None, frozen.missing or None
    return replace(result, cells=cells, denominator_source=source, missing=missing)


def _divided(cell: Computed, formula: Formula, divisor: Decimal | None) -> Computed:
    if not divisor:
        return replace(cell, denominator=None, value=None)
    below = float(divisor)
    return replace(cell, denominator=below, value=cell.numerator * formula.form.times / below)


def _codes(
    results: Sequence[Result], period: Period
) -> tuple[Codes, dict[Dimension, dict[str, Bilingual]]]:
    """Codes and names of all values that occur anywhere in the report."""
    raw: dict[Dimension, set[str]] = defaultdict(set)
    for result in results:
        for key in result.cells:
            for dimension, value in zip(result.by, key, strict=True):
                raw[dimension] |= set() if value is None else {value}
    codes: dict[Dimension, dict[str, str]] = {}
    names: dict[Dimension, dict[str, Bilingual]] = {}
    for dimension in {*raw, *_CLOSED}:
        values = labels.values_of(dimension, raw[dimension], period.reference_date)
        codes[dimension] = {str(each.raw): each.code for each in values}
        names[dimension] = {
            each.code: each.label for each in values if each.code not in (OUTSIDE, NOT_STATED)
        }
    return codes, names


def _exact(result: Result, codes: Codes) -> Table:
    return _table(result, codes, {key: _cell(cell) for key, cell in result.cells.items()})


def _released(released: ReleasedResult, codes: Codes) -> Table:
    exact = released.result.cells
    cells = {key: _public(cell, exact.get(key)) for key, cell in released.cells.items()}
    return _table(released.result, codes, cells)


def _public(cell: Computed | None, exact: Computed | None) -> Cell:
    """A percentage of too few people has no value though there is one: it is hidden too.

    The share with a name is told in whole percent: more digits would tell the counts.
    """
    if exact is None or exact.value is None:
        return Cell((), Sign.NONE)
    if cell is None or cell.value is None:
        return Cell((), Sign.HIDDEN)
    found = _cell(cell)
    share = (
        None if found.identified is None else found.identified.quantize(_HUNDREDTH, ROUND_HALF_EVEN)
    )
    return replace(found, people=None, identified=share)


def _cell(cell: Computed) -> Cell:
    if cell.value is None:
        return Cell((), Sign.NONE, people=Decimal(cell.people))
    return Cell(
        (),
        Sign.SHOWN,
        value=_decimal(cell.value),
        numerator=_decimal(cell.numerator),
        denominator=_decimal(cell.denominator),
        identified=_decimal(cell.identified_share),
        people=Decimal(cell.people),
    )


def _decimal(value: float | None) -> Decimal | None:
    text = canonical.number(value)
    return None if text is None else Decimal(text)


def _table(result: Result, codes: Codes, cells: Mapping[Key, Cell]) -> Table:
    """In the order of the codes, with all codes of the report, totals last."""
    coded = {_coded(result.by, key, codes): cell for key, cell in cells.items()}
    nobody = _nobody(result)
    ordered = [replace(coded.get(key, nobody), key=key) for key in _keys(result.by, codes)]
    return Table(
        result.definition.code,
        result.by,
        tuple(ordered),
        result.denominator_source or NOTHING_SAID,
        result.missing or NOTHING_SAID,
    )


def _nobody(result: Result) -> Cell:
    if result.definition.formula.divided_by is not DividedBy.NOTHING or result.missing:
        return Cell((), Sign.NONE)
    return Cell((), Sign.SHOWN, value=Decimal(0), numerator=Decimal(0))


def _coded(by: Sequence[Dimension], key: Key, codes: Codes) -> tuple[str, ...]:
    return tuple(
        TOTAL if value is None else codes[dimension][value]
        for dimension, value in zip(by, key, strict=True)
    )


def _keys(by: Sequence[Dimension], codes: Codes) -> list[tuple[str, ...]]:
    keys: list[tuple[str, ...]] = [()]
    for dimension in by:
        values = [*sorted(codes[dimension].values()), TOTAL]
        keys = [(*key, value) for key in keys for value in values]
    return keys
