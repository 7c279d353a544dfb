"""What keeps a formula from being computed, in words for whoever writes it."""

import re
from collections.abc import Iterable, Mapping

from app.accounts.models import Employment, PriorityGroup
from app.catalogue.models import Mode
from app.core.i18n import lazy as _
from app.indicators.measures.formula import (
    AREAS,
    FEES,
    OF_COURSES,
    OF_RESIDENTS,
    OF_RESOURCES,
    WHOM,
    Count,
    DividedBy,
    Form,
    Formula,
    What,
)
from app.participation.dimensions import Dimension
from app.participation.queries import Filter
from app.places.models import Sex

OLDEST = 120
MOST_MONTHS, MOST_MINUTES = 120, 10_080
_CLA = re.compile(r"[123](\.[0-9]){0,3}")
_FIELD = re.compile(r"[0-9]{2,4}")

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
        able &= OF_RESIDENTS | {Dimension.VENUE_WARD}
        if not all(count.what in _WITHOUT_PEOPLE for count in formula.counts):
            able -= {Dimension.VENUE_WARD}
    return able


_OF_RECORDS: Mapping[What, frozenset[Dimension]] = {
    What.COMPLETIONS: OF_COURSES,
    What.FINISHED: OF_COURSES,
    What.CERTIFICATES: OF_COURSES,
    What.RESOURCES: OF_RESOURCES,
}
_WITHOUT_PEOPLE = (What.SPACES, What.EVENTS, What.RUNS)
_BY_COURSE = frozenset(
    {"cla", "job_related", "modes", "topics", "provider_types", "fields", "provider_ids"}
)
_MAY_FILTER: Mapping[What, frozenset[str]] = {
    What.COMPLETIONS: _BY_COURSE,
    What.FINISHED: _BY_COURSE,
    What.CERTIFICATES: _BY_COURSE,
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
