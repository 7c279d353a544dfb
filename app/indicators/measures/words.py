"""Formulas in words: what forms offer, what a definition shows, how two versions differ."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from app.accounts.forms.words import EMPLOYMENTS, GROUPS, SEXES
from app.catalogue.models import Mode
from app.core import formats
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.indicators.measures.formula import Count, DividedBy, Form, Formula, Periods, What
from app.indicators.measures.results import Attendance, Cell, CountedResidents
from app.indicators.models import MeasureVersion, Status
from app.participation.queries import Residents
from app.places.models import Sex, UnitKind

WHAT: Mapping[str, str] = {
    What.PERSONS: _("persons"),
    What.ENROLMENTS: _("enrolments"),
    What.ATTENDANCES: _("attendances"),
    What.NAMED: _("attendances with a name"),
    What.HOURS: _("learner-hours"),
    What.SPACES: _("places with attendance"),
    What.EVENTS: _("sessions with attendance"),
    What.RUNS: _("runs with attendance"),
    What.COMPLETIONS: _("completed enrolments, of runs that ended"),
    What.FINISHED: _("used enrolments, of runs that ended"),
    What.RESOURCES: _("reviewed resources"),
    What.RETURNS: _("providers that certified the period"),
    What.PROVIDERS_DUE: _("providers that owe a return"),
    What.CERTIFICATES: _("certificates, first issued in the period and valid"),
    What.ANSWERS: _("answers of learners, about runs that ended"),
    What.GOOD_ANSWERS: _("satisfied answers of learners, about runs that ended"),
}
FORMS: Mapping[str, str] = {
    Form.NUMBER: _("A number"),
    Form.HOURS: _("Hours"),
    Form.PERCENT: _("Percent"),
    Form.PER_100000: _("Per 100,000"),
    Form.RATIO: _("Ratio of two rates"),
}
DIVIDED_BY: Mapping[str, str] = {
    DividedBy.NOTHING: _("Nothing"),
    DividedBy.POPULATION: _("Population of the same ages, sexes and units"),
    DividedBy.COUNT: _("Another count"),
}
PERIODS: Mapping[str, str] = {
    Periods.ANY: _("Any period"),
    Periods.TWELVE_MONTHS: _("Twelve months"),
    Periods.YEAR: _("A whole year"),
}
RESIDENTS: Mapping[str, str] = {
    Residents.ANY: _("Everybody, wherever they live"),
    Residents.CITY: _("Residents of the city"),
    Residents.PERMANENT: _("Permanent residents only"),
}
AREAS: Mapping[str, str] = {
    UnitKind.WARD: _("Wards (phường)"),
    UnitKind.COMMUNE: _("Communes (xã)"),
    UnitKind.SPECIAL_ZONE: _("Special zones (đặc khu)"),
}
FEES: Mapping[str, str] = {
    "free": _("Free for everybody"),
    "full": _("Full fee"),
    "reduced": _("Reduced fee"),
    "waived": _("Waived fee"),
}
MODES: Mapping[str, str] = {
    Mode.IN_PERSON: _("In person"),
    Mode.ONLINE: _("Online"),
    Mode.BLENDED: _("In person and online"),
    Mode.SELF_PACED: _("At your own pace"),
}
WHOM: Mapping[str, str] = {"": _("Everybody"), **GROUPS, **EMPLOYMENTS}
TWO_SEXES: Mapping[str, str] = {each: SEXES[each] for each in (Sex.FEMALE, Sex.MALE)}
STATUS: Mapping[str, str] = {
    Status.UNVERIFIED: _("Not verified"),
    Status.VERIFIED: _("Verified"),
}
COUNTED_RESIDENTS: Mapping[str, str] = {
    CountedResidents.ALL: _("People with permanent or temporary residence"),
    CountedResidents.PERMANENT: _("People with permanent residence only"),
}
ATTENDANCE: Mapping[str, str] = {
    Attendance.SESSION: _("One person at one session"),
    Attendance.COURSE: _("One person at one course"),
}
Part = tuple[str, str]
"""What a part of the definition is called, and what it says."""


def parts(formula: Formula) -> list[Part]:
    """Every part of a formula that says something, in reading order."""
    found: list[Part | None] = [
        (gettext("What is counted"), _count(formula.counted)),
        (gettext("Form of the result"), gettext(str(FORMS[formula.form]))),
        (gettext("Divided by"), _divisor(formula)) if _divides(formula) else None,
        (gettext("Compared with the rate of"), _count(formula.compared))
        if formula.compared
        else None,
        (gettext("Reviewed within"), gettext("%(num)s months", num=formula.reviewed_within))
        if formula.reviewed_within
        else None,
        (gettext("Periods"), str(PERIODS[formula.periods])),
        (gettext("Breakdowns"), _names(formula.by)) if formula.by else None,
        (gettext("Divisor not broken down by"), _names(formula.undivided))
        if formula.undivided
        else None,
    ]
    return [part for part in found if part]


def _divides(formula: Formula) -> bool:
    return formula.divided_by is not DividedBy.NOTHING


def _divisor(formula: Formula) -> str:
    if formula.base:
        return _count(formula.base)
    words = str(DIVIDED_BY[formula.divided_by])
    return f"{words}: {WHOM[formula.whom]}" if formula.whom else words


def _names(dimensions: Iterable[object]) -> str:
    return ", ".join(str(each.name_of) for each in dimensions)  # type: ignore[attr-defined]  # all are


def _count(count: Count) -> str:
    """What is counted and all that limits it, in one line."""
    where = count.where
    limits = [
        _ages(where.ages) if where.ages else "",
        _listed(where.sexes, TWO_SEXES),
        str(RESIDENTS[where.residents]) if where.residents is not Residents.ANY else "",
        _listed(count.areas, AREAS),
        _listed(where.groups, GROUPS),
        _none_of(count.none_of),
        gettext("whose answer about groups is known") if where.groups_known else "",
        _listed(where.employment, EMPLOYMENTS),
        _codes(gettext("CLA classes"), where.cla),
        _job_related(value=where.job_related),
        _listed(where.modes, MODES),
        _codes(gettext("subjects"), sorted(where.topics)),
        _codes(gettext("ISCED-F fields"), where.fields),
        _codes(gettext("provider types"), sorted(where.provider_types)),
        _listed(where.fees, FEES),
        _codes(gettext("campaign"), [where.campaign] if where.campaign else []),
        gettext("at least %(num)s minutes a week", num=where.min_weekly_minutes)
        if where.min_weekly_minutes
        else "",
    ]
    return "; ".join([str(WHAT[count.what]), *map(_within, filter(None, limits))])


def _within(text: str) -> str:
    """As it is written inside a sentence; abbreviations stay."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _none_of(groups: Collection[str]) -> str:
    return (
        gettext("in none of these groups: %(groups)s", groups=_listed(groups, GROUPS))
        if (groups)
        else ""
    )


def _ages(ages: tuple[int, int | None]) -> str:
    low, high = ages
    if high is None:
        return gettext("aged %(low)s and over", low=low)
    return gettext("aged %(low)s to %(high)s", low=low, high=high)


def _job_related(*, value: bool | None) -> str:
    if value is None:
        return ""
    return gettext("job-related") if value else gettext("not job-related")


def _listed(values: Collection[str], words: Mapping[str, str]) -> str:
    return ", ".join(str(text) for value, text in words.items() if value in values)


def _codes(label: str, values: Collection[str]) -> str:
    return f"{label}: {', '.join(values)}" if values else ""


@dataclass(frozen=True, slots=True)
class Difference:
    label: str
    before: str
    after: str


def differences(
    earlier: MeasureVersion, later: MeasureVersion, formulas: "Formulas"
) -> list[Difference]:
    """Every part of the definition that the later version says otherwise."""
    before, after = _all(earlier, formulas), _all(later, formulas)
    return [
        Difference(label, before.get(label, "–"), after.get(label, "–"))
        for label in dict.fromkeys([*before, *after])
        if before.get(label) != after.get(label)
    ]


Formulas = Mapping[int, Formula]
"""The formula of each version, by its number."""


def _all(version: MeasureVersion, formulas: Formulas) -> dict[str, str]:
    texts = {
        gettext("Name in Vietnamese"): version.name_vi,
        gettext("Name in English"): version.name_en,
        gettext("Meaning in Vietnamese"): version.meaning_vi,
        gettext("Meaning in English"): version.meaning_en,
        gettext("Source in Vietnamese"): version.source_vi,
        gettext("Source in English"): version.source_en,
    }
    return texts | dict(parts(formulas[version.number]))


def written(cell: Cell | None, form: Form) -> str:
    """The value of a cell as people read it."""
    if cell is None or cell.value is None:
        return "–"
    places = _PLACES[form]
    if places and 0 < abs(cell.value) < 1:
        places += _MORE_OF_LITTLE
    return f"{formats.number(cell.value, places)}{'%' if form is Form.PERCENT else ''}"


def written_part(cell: Cell | None, part: str, form: Form) -> str:
    """The numerator or the divisor of a cell."""
    number = getattr(cell, part) if cell else None
    if number is None:
        return "–"
    return f"{formats.number(number, 2)}%" if form is Form.RATIO else formats.number(number)


_MORE_OF_LITTLE = 2
_PLACES = {Form.NUMBER: 0, Form.HOURS: 1, Form.PERCENT: 2, Form.PER_100000: 2, Form.RATIO: 3}
