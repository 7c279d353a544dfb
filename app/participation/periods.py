"""Spans of days over which figures are counted, and how they are written in addresses and files."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.core.i18n import Bilingual
from app.participation.errors import NotAPeriod

SCHOOL_YEAR_BEGINS = (9, 1)
"""Month and day; the school year ends on the day before, a year later."""
FIRST_YEAR, LAST_YEAR = 2000, 2199
_ONE_DAY = timedelta(days=1)


class Kind(StrEnum):
    HALF_YEAR = "half_year"
    YEAR = "year"
    SCHOOL_YEAR = "school_year"
    TWELVE_MONTHS = "twelve_months"
    TWO_YEARS = "two_years"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Period:
    """The days `first` to `last`, both included. `code` is its name in addresses and files."""

    code: str
    kind: Kind
    first: date
    last: date

    @property
    def reference_date(self) -> date:
        """The day on which age and residence are taken."""
        return self.last

    @property
    def label(self) -> Bilingual:
        return _LABELS[self.kind](self)

    def previous(self) -> "Period":
        """The span of the same kind that ends on the day before."""
        return _BEFORE[self.kind](self)


def parse(text: str) -> Period:
    """The period of this name.

    Raises:
        NotAPeriod: there is no such name, or no such day.
    """
    for pattern, make in _FORMS:
        if found := pattern.fullmatch(text.strip()):
            return _checked(make, found)
    raise NotAPeriod


def between(first: date, last: date) -> Period:
    """Any span of days.

    Raises:
        NotAPeriod: it ends before it begins, or lies outside the years the product knows.
    """
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    if last < first or first.year not in years or last.year not in years:
        raise NotAPeriod
    return Period(f"{first}/{last}", Kind.DAYS, first, last)


def half_year(year: int, half: int) -> Period:
    first, last = (
        (date(year, 1, 1), date(year, 6, 30))
        if half == 1
        else (date(year, 7, 1), date(year, 12, 31))
    )
    return Period(f"{year}-H{half}", Kind.HALF_YEAR, first, last)


def calendar_year(year: int) -> Period:
    return Period(f"{year}", Kind.YEAR, date(year, 1, 1), date(year, 12, 31))


def school_year(year: int) -> Period:
    """The school year that begins in this year."""
    first, next_first = date(year, *SCHOOL_YEAR_BEGINS), date(year + 1, *SCHOOL_YEAR_BEGINS)
    return Period(f"{year}-{year + 1}", Kind.SCHOOL_YEAR, first, next_first - _ONE_DAY)


def twelve_months(last: date) -> Period:
    return Period(f"12M-{last}", Kind.TWELVE_MONTHS, year_before(last) + _ONE_DAY, last)


def two_years(year: int) -> Period:
    """The two calendar years that end with this one."""
    return Period(f"2Y-{year}", Kind.TWO_YEARS, date(year - 1, 1, 1), date(year, 12, 31))


def usual(today: date) -> list[Period]:
    """What is asked for most, the running half-year first."""
    half = half_year(today.year, 1 if today.month <= 6 else 2)  # noqa: PLR2004 - June
    year = calendar_year(today.year)
    begun = (today.month, today.day) >= SCHOOL_YEAR_BEGINS
    school = school_year(today.year if begun else today.year - 1)
    rolling = twelve_months(today.replace(day=1) - _ONE_DAY)
    pairs = (half, year, school, two_years(today.year))
    return [
        half,
        half.previous(),
        rolling,
        *(p for each in pairs[1:] for p in (each, each.previous())),
    ]


def year_before(day: date, years: int = 1) -> date:
    """The same day so many years earlier; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _checked(make: Callable[[re.Match[str]], Period], found: re.Match[str]) -> Period:
    try:
        period = make(found)
    except ValueError as error:
        raise NotAPeriod from error
    if period.first.year < FIRST_YEAR or period.last.year > LAST_YEAR:
        raise NotAPeriod
    return period


def _school_year_named(found: re.Match[str]) -> Period:
    if int(found[2]) != int(found[1]) + 1:
        raise NotAPeriod
    return school_year(int(found[1]))


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Period]], ...] = (
    (re.compile(r"([0-9]{4})-H([12])"), lambda m: half_year(int(m[1]), int(m[2]))),
    (re.compile(r"([0-9]{4})"), lambda m: calendar_year(int(m[1]))),
    (re.compile(r"([0-9]{4})-([0-9]{4})"), _school_year_named),
    (
        re.compile(r"12M-([0-9]{4}-[0-9]{2}-[0-9]{2})"),
        lambda m: twelve_months(date.fromisoformat(m[1])),
    ),
    (re.compile(r"2Y-([0-9]{4})"), lambda m: two_years(int(m[1]))),
    (
        re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{4}-[0-9]{2}-[0-9]{2})"),
        lambda m: between(date.fromisoformat(m[1]), date.fromisoformat(m[2])),
    ),
)


def _half_before(period: Period) -> Period:
    year = period.first.year
    return half_year(year, 1) if period.code.endswith("H2") else half_year(year - 1, 2)


def _days_before(period: Period) -> Period:
    length = period.last - period.first
    last = period.first - _ONE_DAY
    return between(last - length, last)


_BEFORE: dict[Kind, Callable[[Period], Period]] = {
    Kind.HALF_YEAR: _half_before,
    Kind.YEAR: lambda p: calendar_year(p.first.year - 1),
    Kind.SCHOOL_YEAR: lambda p: school_year(p.first.year - 1),
    Kind.TWELVE_MONTHS: lambda p: twelve_months(p.first - _ONE_DAY),
    Kind.TWO_YEARS: lambda p: two_years(p.last.year - 2),
    Kind.DAYS: _days_before,
}


def _written(day: date) -> Bilingual:
    return Bilingual(f"{day:%d/%m/%Y}", f"{day.day} {day:%b %Y}")


def _half_label(period: Period) -> Bilingual:
    year = period.first.year
    if period.code.endswith("H1"):
        return Bilingual(f"6 tháng đầu năm {year}", f"First half of {year}")
    return Bilingual(f"6 tháng cuối năm {year}", f"Second half of {year}")


def _days_label(period: Period) -> Bilingual:
    first, last = _written(period.first), _written(period.last)
    return Bilingual(f"Từ {first.vi} đến {last.vi}", f"From {first.en} to {last.en}")


def _months_label(period: Period) -> Bilingual:
    last = _written(period.last)
    return Bilingual(f"12 tháng đến {last.vi}", f"12 months to {last.en}")


def _school_label(period: Period) -> Bilingual:
    return Bilingual(f"Năm học {period.code}", f"School year {period.code}")


def _pair_label(period: Period) -> Bilingual:
    first, last = period.first.year, period.last.year
    return Bilingual(f"Hai năm {first} và {last}", f"The two years {first} and {last}")


_LABELS: dict[Kind, Callable[[Period], Bilingual]] = {
    Kind.HALF_YEAR: _half_label,
    Kind.YEAR: lambda p: Bilingual(f"Năm {p.code}", f"Year {p.code}"),
    Kind.SCHOOL_YEAR: _school_label,
    Kind.TWELVE_MONTHS: _months_label,
    Kind.TWO_YEARS: _pair_label,
    Kind.DAYS: _days_label,
}
