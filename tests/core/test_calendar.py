from datetime import date

import pytest

from app.core.calendar import add_days, add_working_days, is_working_day


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 11, 23), 2, date(2026, 11, 25)),  # Monday to Wednesday
        (date(2026, 11, 26), 2, date(2026, 11, 30)),  # over a weekend
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # over Tết 2026
        (date(2026, 2, 18), 1, date(2026, 2, 23)),  # begun within Tết
        (date(2026, 4, 24), 2, date(2026, 4, 29)),  # the Hùng Kings' day fell on a Sunday
        (date(2026, 4, 29), 2, date(2026, 5, 5)),  # 30 April and 1 May
    ],
)
def test_working_days_skip_weekends_and_public_holidays(start, n, end):
    assert add_working_days(start, n) == end


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (date(2026, 11, 20), 15, date(2026, 12, 7)),  # the 15th day is a Saturday
        (date(2026, 2, 2), 15, date(2026, 2, 23)),  # the 15th day is in Tết
        (date(2026, 11, 2), 15, date(2026, 11, 17)),
    ],
)
def test_a_time_that_ends_on_a_day_off_ends_with_the_next_working_day(start, n, end):
    assert add_days(start, n) == end


def test_tet_of_every_year_is_known():
    mornings_of_the_first = [
        date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26),
    ]  # fmt: skip
    assert not any(is_working_day(day) for day in mornings_of_the_first)
