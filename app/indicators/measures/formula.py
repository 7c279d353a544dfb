"""How a figure is computed, as data, and as the JSON of a definition.

A formula says what is counted, of whom, what it is divided by and in which form the result is
given. Nothing here computes anything; `measures.engine` does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.accounts.models import Employment, PriorityGroup
from app.participation.dimensions import Dimension
from app.participation.periods import Kind, Period
from app.participation.queries import Filter, Residents
from app.places.models import UnitKind

FEES = ("free", "full", "reduced", "waived")
AREAS = (UnitKind.WARD, UnitKind.COMMUNE, UnitKind.SPECIAL_ZONE)
WHOM = (*(each.value for each in PriorityGroup), *(each.value for each in Employment))
"""Parts of the population of which a city may bring a table of its own."""


class What(StrEnum):
    """What is counted."""

    PERSONS = "persons"
    ENROLMENTS = "enrolments"
    ATTENDANCES = "attendances"
    NAMED = "named_attendances"
    HOURS = "hours"
    SPACES = "spaces"  # venues with at least one attendance
    EVENTS = "events"  # sessions with at least one attendance
    RUNS = "runs"  # with at least one attendance
    COMPLETIONS = "completions"
    FINISHED = "finished_enrolments"  # those of which a completion could come
    RESOURCES = "resources"
    RETURNS = "returns"  # providers that certified the period, or that there was nothing
    PROVIDERS_DUE = "providers_due"
    CERTIFICATES = "certificates"
    ANSWERS = "answers"  # of learners to a feedback form
    GOOD_ANSWERS = "good_answers"

    @property
    def is_of_facts(self) -> bool:
        """Whether it is counted over participation facts, so that the past can be asked for."""
        return self in OF_FACTS

    @property
    def is_about_people(self) -> bool:
        """Whether a small number of it may tell something about somebody."""
        return self in _ABOUT_PEOPLE


OF_FACTS = frozenset(
    {
        What.PERSONS, What.ENROLMENTS, What.ATTENDANCES, What.NAMED, What.HOURS, What.SPACES,
        What.EVENTS, What.RUNS,
    }
)  # fmt: skip
_ABOUT_PEOPLE = frozenset(
    {
        What.PERSONS, What.ENROLMENTS, What.ATTENDANCES, What.NAMED, What.HOURS, What.COMPLETIONS,
        What.FINISHED, What.CERTIFICATES, What.ANSWERS, What.GOOD_ANSWERS,
    }
)  # fmt: skip
OF_COURSES = frozenset(
    {Dimension.PROVIDER, Dimension.PROVIDER_TYPE, Dimension.TOPIC, Dimension.FIELD, Dimension.MODE}
)
"""Breakdowns of what is counted over enrolments themselves."""
OF_RESOURCES = frozenset(
    {Dimension.PROVIDER, Dimension.PROVIDER_TYPE, Dimension.TOPIC, Dimension.FIELD}
)
OF_RESIDENTS = frozenset(each for each in Dimension if each.is_of_person)
"""Breakdowns that a table of the population can follow."""


class Form(StrEnum):
    """In which form the result is given."""

    NUMBER = "number"
    HOURS = "hours"
    PERCENT = "percent"
    PER_100000 = "per_100000"
    RATIO = "ratio"  # of two rates

    @property
    def times(self) -> int:
        """What a quotient is multiplied by."""
        return _TIMES.get(self, 1)


_TIMES = {Form.PERCENT: 100, Form.PER_100000: 100_000}


class DividedBy(StrEnum):
    NOTHING = "nothing"
    POPULATION = "population"
    COUNT = "count"


class Periods(StrEnum):
    """For which periods the figure makes sense."""

    ANY = "any"
    TWELVE_MONTHS = "twelve_months"  # a year, a school year or twelve months to a day
    YEAR = "year"

    def fit(self, period: Period) -> bool:
        return self is Periods.ANY or period.kind in _FITTING[self]


_FITTING: Mapping[Periods, tuple[Kind, ...]] = {
    Periods.TWELVE_MONTHS: (Kind.YEAR, Kind.SCHOOL_YEAR, Kind.TWELVE_MONTHS),
    Periods.YEAR: (Kind.YEAR, Kind.SCHOOL_YEAR, Kind.TWELVE_MONTHS),
}


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things that pass a filter."""

    what: What
    where: Filter = field(default_factory=Filter)
    areas: frozenset[str] = frozenset()  # kinds of units of residence: only wards, only communes
    none_of: frozenset[str] = frozenset()  # groups: people whose answer is known, in none of them


@dataclass(frozen=True, slots=True)
class Formula:
    """All parts of a definition that change its figure."""

    counted: Count
    form: Form = Form.NUMBER
    divided_by: DividedBy = DividedBy.NOTHING
    base: Count | None = None  # what it is divided by, if that is a count
    whom: str = ""  # of which part of the population; "" all
    compared: Count | None = None  # whose rate the first one is divided by, in a ratio
    periods: Periods = Periods.ANY
    by: tuple[Dimension, ...] = ()  # breakdowns that make sense
    undivided: tuple[Dimension, ...] = ()  # of these, what the divisor is not broken down by
    reviewed_within: int | None = None  # months; of resources

    @property
    def counts(self) -> tuple[Count, ...]:
        return tuple(each for each in (self.counted, self.base, self.compared) if each)

    @property
    def is_of_facts(self) -> bool:
        """Whether "as known on a day" can be asked."""
        return all(each.what.is_of_facts for each in self.counts)

    @property
    def needs_population(self) -> bool:
        return self.divided_by is DividedBy.POPULATION

    def as_json(self) -> dict[str, Any]:
        """What differs from the empty formula, in a form that is always the same."""
        written: dict[str, Any] = {
            "counted": _count_as_json(self.counted),
            "form": self.form.value,
            "divided_by": self.divided_by.value,
            "base": _count_as_json(self.base) if self.base else None,
            "whom": self.whom,
            "compared": _count_as_json(self.compared) if self.compared else None,
            "periods": self.periods.value,
            "by": [each.value for each in self.by],
            "undivided": [each.value for each in self.undivided],
            "reviewed_within": self.reviewed_within,
        }
        return {name: value for name, value in written.items() if value not in (None, "", [])}


def _count_as_json(count: Count) -> dict[str, Any]:
    found: dict[str, Any] = {"what": count.what.value}
    for name in Filter.__dataclass_fields__:
        value = getattr(count.where, name)
        if name == "residents":
            value = "" if value is Residents.ANY else value.value
        elif isinstance(value, frozenset):
            value = sorted(value)
        elif isinstance(value, tuple):
            value = list(value)
        is_unset = value is None or value in ("", []) or (name == "groups_known" and not value)
        if not is_unset:
            found[name] = value
    for name in ("areas", "none_of"):
        if values := getattr(count, name):
            found[name] = sorted(values)
    return found
