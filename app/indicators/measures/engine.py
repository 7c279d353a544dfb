"""Exact figures by their definitions, for those who may see them.

Persons are counted anew in every cell; a rate has the divisor of its own cell, or none.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import chain

from app.core.i18n import Bilingual
from app.indicators.measures.counting import Asked, Counter, Number, Numbers
from app.indicators.measures.denominators import Ages, Population
from app.indicators.measures.errors import NoSuchBreakdown
from app.indicators.measures.formula import AREAS, Count, DividedBy, Form, Formula, Periods, What
from app.indicators.measures.results import Cell, Definition, ReleasedResult, Result, Rules, Scope
from app.indicators.queries.definitions import definition, in_force
from app.indicators.queries.rules import current_rules
from app.participation.dimensions import (
    AGE_BANDS,
    MOST,
    NO_GROUP,
    NO_VENUE,
    NOT_STATED,
    OUTSIDE,
    Dimension,
    band_code,
)
from app.participation.periods import Period
from app.participation.queries import Counts, Key, Table

__all__ = [
    "Cell",
    "Definition",
    "ReleasedResult",
    "Result",
    "Rules",
    "Scope",
    "compute",
    "definition",
    "in_force",
]

_WITHOUT_POPULATION = frozenset({NOT_STATED, OUTSIDE, NO_GROUP, NO_VENUE})
_PLACES = (Dimension.WARD, Dimension.VENUE_WARD)
_BANDS: Mapping[str, Ages] = {band_code(*band): band for band in AGE_BANDS}


def compute(
    definition: Definition,
    period: Period,
    *,
    by: tuple[Dimension, ...] = (),
    scope: Scope = Scope(),  # noqa: B008 - frozen
    as_known: datetime | None = None,
    rules: Rules | None = None,
    counter: Counter | None = None,
) -> Result:
    """The exact figure of every cell that is not empty, with all totals.

    Args:
        definition: of any version.
        period: the days, and the reference date.
        by: breakdowns the definition allows, at most two.
        scope: whose figure.
        as_known: by the facts as they were known at this moment; now when not given.
        rules: what the city decided; as it is decided now when not given.
        counter: of several figures in a row, so that none is counted twice.

    Raises:
        NoSuchBreakdown: the definition does not allow it.
        NotReady: there are no files of facts yet.
    """
    formula = definition.formula
    if set(by) - set(formula.by):
        raise NoSuchBreakdown
    rules = rules or current_rules()
    asked = Asked(period, by, scope, as_known, rules.of(formula), formula.reviewed_within)
    work = _Work(formula, asked, counter or Counter())
    cells = work.cells()
    return Result(
        definition, period, by, scope, cells, work.as_of,
        denominator_source=_joined(work.sources), missing=_joined(work.missing),
        notes=rules.notes(formula), rules=rules, tables=tuple(work.tables),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Rate:
    """The numerators of one group of people, and what each is divided by."""

    numbers: Numbers
    divisor: Callable[[Key], float | None]
    base: Callable[[Key], Number | None]
    """What is divided by, where that is a count."""

    def at(self, key: Key) -> float | None:
        below = self.divisor(key)
        return self.numbers.at(key).number * Form.PERCENT.times / below if below else None


class _Work:
    """One figure being computed."""

    def __init__(self, formula: Formula, asked: Asked, counter: Counter) -> None:
        self._formula, self._asked, self._counter = formula, asked, counter
        self._populations: dict[str, Population] = {}
        self._said: dict[Bilingual, None] = {}
        self._bases: list[Numbers] = []
        self.as_of: datetime | None = None
        self.tables: list[Table] = []

    @property
    def sources(self) -> Iterable[Bilingual]:
        return dict.fromkeys(chain.from_iterable(p.sources for p in self._populations.values()))

    @property
    def missing(self) -> Iterable[Bilingual]:
        problems = chain.from_iterable(p.problems for p in self._populations.values())
        return dict.fromkeys(chain(self._said, problems))

    def cells(self) -> dict[Key, Cell]:
        formula = self._formula
        fits = formula.periods.fit(self._asked.period)
        if not fits:
            self._said[_WRONG_PERIOD[formula.periods]] = None
        rate = self._rate(formula.counted)
        other = self._rate(formula.compared) if formula.compared else None
        attendances, largest = self._attendances(), self._largest_shares()
        found = {}
        for key in self._keys(rate, other):
            cell = self._compared(key, rate, other) if other else self._cell(key, rate)
            came = attendances(key)
            found[key] = replace(
                cell,
                value=cell.value if fits else None,
                identified_share=came.identified if came else None,
                attendances=(came.named, came.attendances) if came else None,
                largest_share=largest.get(key),
            )
        return found

    def _keys(self, *rates: _Rate | None) -> Iterable[Key]:
        """Every cell with a number or with something to divide 0 by, and the total."""
        filled = [rate.numbers for rate in rates if rate]
        keys = dict.fromkeys(chain.from_iterable(numbers.cells for numbers in filled))
        if all(numbers.missing is None for numbers in filled):
            keys |= {key: None for base in self._bases for key in base.cells if base.at(key).number}
            keys.setdefault((None,) * len(self._asked.by))
        return keys

    def _cell(self, key: Key, rate: _Rate) -> Cell:
        number, below, base = rate.numbers.at(key), rate.divisor(key), rate.base(key)
        value: float | None = number.number
        if self._formula.divided_by is not DividedBy.NOTHING:
            value = number.number * self._formula.form.times / below if below else None
        if below is not None and not below:
            self._said[_NOTHING_TO_DIVIDE_BY] = None
        return Cell(
            number.number, below, value, number.people, base_people=base.people if base else None
        )

    def _compared(self, key: Key, rate: _Rate, other: _Rate) -> Cell:
        """One rate divided by another."""
        above, below = rate.at(key), other.at(key)
        numbers = [each.numbers.at(key) for each in (rate, other)]
        people = [each.people for each in numbers]
        value = above / below if above is not None and below else None
        divisors = [each.divisor(key) or 0 for each in (rate, other)]
        rates = [(each.number, by) for each, by in zip(numbers, divisors, strict=True)]
        if below == 0:
            self._said[_NOTHING_TO_DIVIDE_BY] = None
        fewest = min(filter(None, people), default=0)
        return Cell(above or 0, below, value, fewest, rates=tuple(rates))

    def _attendances(self) -> Callable[[Key], Counts | None]:
        if self._formula.counted.what.is_of_facts:
            return self._counter.attendances(self._formula.counted, self._asked)
        return lambda _key: None

    def _largest_shares(self) -> Mapping[Key, float]:
        """Of hours; a provider's own figures are its own."""
        count, asked = self._formula.counted, self._asked
        is_of_one = asked.scope.provider_id is not None or Dimension.PROVIDER in asked.by
        if count.what is not What.HOURS or is_of_one or len(asked.by) >= MOST:
            return {}
        return self._counter.largest_shares(count, asked, self._units(count) or frozenset())

    def _rate(self, count: Count) -> _Rate:
        units = self._units(count)
        numbers = self._count(count, self._asked, units)
        if self._formula.divided_by is DividedBy.POPULATION:
            return _Rate(numbers, lambda key: self._residents(count, units, key), _no_base)
        if self._formula.base is None:
            return _Rate(numbers, lambda _key: None, _no_base)
        base = self._base(self._formula.base)
        return _Rate(numbers, lambda key: base(key).number, base)

    def _base(self, count: Count) -> Callable[[Key], Number]:
        """What is divided by, in the cells of the breakdowns that divide it too."""
        all_by = self._asked.by
        by = tuple(each for each in all_by if each not in self._formula.undivided)
        numbers = self._count(count, replace(self._asked, by=by), self._units(count))
        if by == all_by:
            self._bases.append(numbers)
        places = [all_by.index(each) for each in by]
        return lambda key: numbers.at(tuple(key[place] for place in places))

    def _count(self, count: Count, asked: Asked, units: frozenset[int] | None) -> Numbers:
        if units is not None and not units:
            return Numbers({}, missing=_NO_SUCH_AREA)
        numbers = self._counter.count(count, asked, units or frozenset())
        if numbers.missing:
            self._said[numbers.missing] = None
        if numbers.table:
            self.as_of = self.as_of or numbers.table.as_of
            if asked.by == self._asked.by:
                self.tables.append(numbers.table)
        return numbers

    def _units(self, count: Count) -> frozenset[int] | None:
        """The units whose residents alone count; None: wherever they live."""
        own = self._asked.scope.unit_id
        chosen = frozenset({own}) if own is not None else None
        if not count.areas:
            return chosen
        of_kind = self._of("").wards_of_kind(count.areas)
        return of_kind if chosen is None else of_kind & chosen

    def _of(self, whom: str) -> Population:
        if whom not in self._populations:
            day = self._asked.period.reference_date
            self._populations[whom] = Population(day, whom)
        return self._populations[whom]

    def _residents(self, count: Count, units: frozenset[int] | None, key: Key) -> int | None:
        """The residents whom the people of this cell are a part of."""
        values: dict[str, str] = {
            by: value for by, value in zip(self._asked.by, key, strict=True) if value
        }
        if _WITHOUT_POPULATION & set(values.values()):
            return None
        if self._asked.scope.provider_id is not None:
            self._said[_NO_RATE_OF_A_PROVIDER] = None
            return None
        if count.none_of:
            return self._others(count, units, key)
        whom = self._whom(count, values.get(Dimension.GROUP))
        if whom is None:
            self._said[_GROUPS_OVERLAP] = None
            return None
        return self._living(self._of(whom), count, units, values)

    def _living(
        self,
        population: Population,
        count: Count,
        units: frozenset[int] | None,
        values: Mapping[str, str],
    ) -> int | None:
        """Those of the ages, sexes and units of a cell."""
        ages = _common(count.where.ages, _BANDS.get(values.get(Dimension.AGE_BAND, "")))
        sex = values.get(Dimension.SEX)
        sexes = frozenset({sex}) if sex else count.where.sexes
        if ward := next((values[each] for each in _PLACES if each in values), None):
            population.get_ready(self._wards_asked_for)
            return population.of_units({int(ward)}, ages, sexes)
        if units is None:
            return population.of_city(ages, sexes)
        return population.of_units(units, ages, sexes)

    def _others(self, count: Count, units: frozenset[int] | None, key: Key) -> int | None:
        """All residents less those of the group, where there is a table of both."""
        everybody = self._residents(replace(count, none_of=frozenset()), units, key)
        where = replace(count.where, groups=count.none_of)
        of_group = self._residents(replace(count, where=where, none_of=frozenset()), units, key)
        return None if everybody is None or of_group is None else everybody - of_group

    def _whom(self, count: Count, group: str | None) -> str | None:
        """The part of the population; None where several groups overlap."""
        whom = self._formula.whom or group
        if whom or not count.where.groups:
            return whom or ""
        return next(iter(count.where.groups)) if len(count.where.groups) == 1 else None

    @cached_property
    def _wards_asked_for(self) -> frozenset[int]:
        return self._of("").wards_of_kind(AREAS)


def _no_base(_key: Key) -> None:
    return None


def _common(first: Ages | None, second: Ages | None) -> Ages | None:
    """The ages in both."""
    if first is None or second is None:
        return first or second
    ends = [end for end in (first[1], second[1]) if end is not None]
    return max(first[0], second[0]), min(ends, default=None)


def _joined(texts: Iterable[Bilingual]) -> Bilingual | None:
    known = list(texts)
    if not known:
        return None
    return Bilingual(" ".join(t.vi for t in known), " ".join(t.en for t in known))


_WRONG_PERIOD = {
    Periods.TWELVE_MONTHS: Bilingual(
        "Tỷ lệ này chỉ tính cho 12 tháng: một năm, một năm học hoặc 12 tháng đến một ngày.",
        "This rate is for twelve months: a year, a school year, or twelve months to a day.",
    ),
    Periods.YEAR: Bilingual(
        "Số liệu này chỉ tính cho trọn một năm.", "This figure is for a whole year."
    ),
}
_NOTHING_TO_DIVIDE_BY = Bilingual(
    "Mẫu số bằng 0 nên không tính tỷ lệ.", "The denominator is 0, so there is no rate."
)
_NO_SUCH_AREA = Bilingual(
    "Thành phố không có đơn vị hành chính thuộc loại này ở nơi được hỏi.",
    "There is no unit of this kind where the figure is asked for.",
)
_NO_RATE_OF_A_PROVIDER = Bilingual(
    "Một đơn vị không có dân số riêng nên chỉ có số đếm, không có tỷ lệ.",
    "A provider has no population of its own, so there is a count and no rate.",
)
_GROUPS_OVERLAP = Bilingual(
    "Các nhóm có người trùng nhau nên chỉ tính tỷ lệ cho từng nhóm.",
    "Groups share people, so there is a rate of each group only.",
)
