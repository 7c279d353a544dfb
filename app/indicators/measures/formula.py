"""How a figure is computed, as data: read from and written to the JSON of a definition.

A formula says what is counted, of whom, what it is divided by and in which form the result is
given. Nothing here computes anything; `indicators.engine` does.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.accounts.models import Employment, PriorityGroup
from app.catalogue.models import Mode
from app.core.i18n import lazy as _
from app.indicators.measures.errors import WrongFormula
from app.participation.dimensions import Dimension
from app.participation.periods import Kind, Period
from app.participation.queries import Filter, Residents
from app.places.models import Sex, UnitKind

OLDEST = 120
MOST_MONTHS, MOST_MINUTES = 120, 10_080
FEES = ("free", "full", "reduced", "waived")
AREAS = (UnitKind.WARD, UnitKind.COMMUNE, UnitKind.SPECIAL_ZONE)
WHOM = (*(each.value for each in PriorityGroup), *(each.value for each in Employment))
"""Parts of the population of which a city may bring a table of its own."""
_CLA = re.compile(r"[123](\.[0-9]){0,3}")
_FIELD = re.compile(r"[0-9]{2,4}")


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
        What.FINISHED,
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


def read(written: Mapping[str, Any]) -> Formula:
    """The formula of a definition.

    Raises:
        WrongFormula: with everything that is wrong with it.
    """
    try:
        formula = _read(written)
    except (KeyError, TypeError, ValueError) as error:
        raise WrongFormula(str(error)) from error
    if wrong := problems(formula):
        raise WrongFormula("; ".join(f"{name}: {message}" for name, message in wrong))
    return formula


def _read(written: Mapping[str, Any]) -> Formula:
    _only(written, Formula.__dataclass_fields__)
    return Formula(
        counted=_read_count(written["counted"]),
        form=Form(written.get("form", Form.NUMBER)),
        divided_by=DividedBy(written.get("divided_by", DividedBy.NOTHING)),
        base=_read_count(written["base"]) if written.get("base") else None,
        whom=str(written.get("whom", "")),
        compared=_read_count(written["compared"]) if written.get("compared") else None,
        periods=Periods(written.get("periods", Periods.ANY)),
        by=tuple(map(Dimension, written.get("by", ()))),
        undivided=tuple(map(Dimension, written.get("undivided", ()))),
        reviewed_within=written.get("reviewed_within"),
    )


def _only(written: Mapping[str, Any], known: Iterable[str]) -> None:
    if unknown := sorted(set(written) - set(known)):
        message = f"unknown part {', '.join(unknown)}"
        raise ValueError(message)


_SETS = (
    "sexes", "groups", "units", "modes", "topics", "provider_types", "provider_ids", "employment",
    "fees",
)  # fmt: skip
_TUPLES = ("cla", "fields")


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


def _read_count(written: Mapping[str, Any]) -> Count:
    given = dict(written)
    what = What(given.pop("what"))
    areas, none_of = (frozenset(given.pop(name, ())) for name in ("areas", "none_of"))
    _only(given, Filter.__dataclass_fields__)
    values: dict[str, Any] = {
        name: frozenset(value) if name in _SETS else tuple(value) if name in _TUPLES else value
        for name, value in given.items()
    }
    if "residents" in values:
        values["residents"] = Residents(values["residents"])
    if values.get("ages") is not None:
        low, high = values["ages"]
        values["ages"] = (int(low), None if high is None else int(high))
    return Count(what, Filter(**values), areas, none_of)


Problem = tuple[str, str]
"""The name of the part, and what is wrong with it."""


def problems(formula: Formula) -> list[Problem]:
    """Everything that keeps this formula from being computed."""
    found = [*_of_form(formula), *_of_breakdowns(formula)]
    for part, count in (
        ("counted", formula.counted), ("base", formula.base), ("compared", formula.compared),
    ):  # fmt: skip
        if count:
            found += [(f"{part}-{name}", text) for name, text in _of_count(count)]
    return found


def _of_form(formula: Formula) -> list[Problem]:
    divides = formula.divided_by is not DividedBy.NOTHING
    plain = formula.form in (Form.NUMBER, Form.HOURS)
    checks = (
        (plain and divides, "form", _("A number is divided by nothing. Choose percent instead.")),
        (not plain and not divides, "divided_by", _("Choose what this form is divided by.")),
        (
            (formula.divided_by is DividedBy.COUNT) != (formula.base is not None),
            "divided_by",
            _("A count to divide by belongs to “divided by another count”, and only there."),
        ),
        (
            (formula.form is Form.RATIO) != (formula.compared is not None),
            "form",
            _("A ratio compares two rates: say whose rate the first one is compared with."),
        ),
        (
            (formula.form is Form.HOURS) != (formula.counted.what is What.HOURS)
            and formula.form in (Form.HOURS, Form.NUMBER),
            "form",
            _("Hours are given as hours, and nothing else is."),
        ),
        (
            formula.whom != "" and (not formula.needs_population or formula.whom not in WHOM),
            "whom",
            _("A part of the population is known only to a figure divided by population."),
        ),
        (
            formula.needs_population and not formula.whom and _of_work(formula),
            "whom",
            _("Say of which part of the population: not everybody works, or looks for work."),
        ),
        (
            (formula.reviewed_within is not None) != (formula.counted.what is What.RESOURCES)
            or not 1 <= (formula.reviewed_within or 1) <= MOST_MONTHS,
            "reviewed_within",
            _("Resources need the number of months, from 1 to 120; nothing else has one."),
        ),
    )
    return [(name, text) for wrong, name, text in checks if wrong]


def _of_work(formula: Formula) -> bool:
    return any(count.where.employment for count in formula.counts)


def _of_breakdowns(formula: Formula) -> list[Problem]:
    able = breakdowns(formula)
    found = []
    if set(formula.by) - able:
        found.append(("by", _("The figure cannot be broken down by all of these.")))
    if set(formula.undivided) - set(formula.by) or (formula.undivided and not formula.base):
        found.append(
            ("undivided", _("Name only breakdowns of this figure that is divided by a count."))
        )
    return found


def breakdowns(formula: Formula) -> set[Dimension]:
    """By what the figure could be broken down."""
    able = set(Dimension)
    for count in formula.counts:
        if not count.what.is_of_facts:
            able &= _OF_RECORDS.get(count.what, frozenset())
        if count.what in _WITHOUT_PEOPLE:
            able -= OF_RESIDENTS
    if formula.needs_population:
        able &= OF_RESIDENTS
    return able


_OF_RECORDS: Mapping[What, frozenset[Dimension]] = {
    What.COMPLETIONS: OF_COURSES,
    What.FINISHED: OF_COURSES,
    What.RESOURCES: OF_RESOURCES,
}
_WITHOUT_PEOPLE = (What.SPACES, What.EVENTS, What.RUNS)
_BY_COURSE = frozenset(
    {"cla", "job_related", "modes", "topics", "provider_types", "fields", "provider_ids"}
)
_MAY_FILTER: Mapping[What, frozenset[str]] = {
    What.COMPLETIONS: _BY_COURSE,
    What.FINISHED: _BY_COURSE,
    What.RESOURCES: frozenset({"topics", "provider_types", "provider_ids", "fields"}),
}


def _of_count(count: Count) -> list[Problem]:
    where = count.where
    low, high = where.ages or (0, None)
    checks = (
        (
            not 0 <= low <= OLDEST or (high is not None and not low <= high <= OLDEST),
            "ages",
            _("Ages go from 0 to 120, the first not above the last."),
        ),
        (_beyond(where.sexes, (Sex.FEMALE, Sex.MALE)), "sexes", _UNKNOWN),
        (_beyond(where.groups, PriorityGroup), "groups", _UNKNOWN),
        (_beyond(where.modes, Mode), "modes", _UNKNOWN),
        (_beyond(where.employment, Employment), "employment", _UNKNOWN),
        (_beyond(where.fees, FEES), "fees", _UNKNOWN),
        (_beyond(count.areas, AREAS), "areas", _UNKNOWN),
        (_beyond(count.none_of, PriorityGroup), "none_of", _UNKNOWN),
        (
            bool(count.none_of) and (bool(where.groups) or count.what in _WITHOUT_PEOPLE),
            "none_of",
            _("Choose groups that people are in, or groups that they are not in."),
        ),
        (
            not all(_CLA.fullmatch(each) for each in where.cla),
            "cla",
            _("Write classes such as 1, 2.2 or 3.1.2, separated by blanks."),
        ),
        (
            not all(_FIELD.fullmatch(each) for each in where.fields),
            "fields",
            _("Write fields such as 06 or 061, separated by blanks."),
        ),
        (
            where.min_weekly_minutes is not None
            and (
                count.what is not What.PERSONS or not 1 <= where.min_weekly_minutes <= MOST_MINUTES
            ),
            "min_weekly_minutes",
            _("Least hours a week are for counts of persons: from 1 minute to 168 hours."),
        ),
        (
            bool(_used(count) - _MAY_FILTER.get(count.what, frozenset()))
            and not count.what.is_of_facts,
            "what",
            _("What is counted here cannot be limited like that."),
        ),
    )
    return [(name, text) for wrong, name, text in checks if wrong]


_UNKNOWN = _("One of these values is not known.")


def _beyond(values: Iterable[str], known: Iterable[str]) -> bool:
    return bool(set(values) - set(known))


def _used(count: Count) -> set[str]:
    """The parts of the filter that limit something."""
    empty = Filter()
    names = {n for n in Filter.__dataclass_fields__ if getattr(count.where, n) != getattr(empty, n)}
    return names | {each for each in ("areas", "none_of") if getattr(count, each)}
