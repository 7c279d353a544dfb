"""Working days in Vietnam: neither weekends nor public holidays, Tết included."""

from datetime import date, timedelta
from functools import lru_cache

import holidays

_SATURDAY = 5
_A_DAY = timedelta(days=1)


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after `day`, which itself is never counted."""
    while n > 0:
        day += _A_DAY
        n -= is_working_day(day)
    return day


def add_days(day: date, n: int) -> date:
    """`n` days of the calendar later; a time that ends on a day off ends with the next working day.

    So says article 148 of the Civil Code of 2015.
    """
    day += timedelta(days=n)
    return day if is_working_day(day) else add_working_days(day, 1)


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    """Days off of one year, those given for holidays that fell on a weekend too."""
    return frozenset(holidays.country_holidays("VN", years=year))
