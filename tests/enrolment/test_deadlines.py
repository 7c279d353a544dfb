"""Until when an offer may be answered, on the city's clock."""

from datetime import date, datetime, time, timedelta

import pytest

from app.core import clock
from app.enrolment.operations.deadlines import SHORTEST, offer_until

MONDAY = date(2026, 11, 23)


def at(days: int, hour: int, minute: int = 0) -> datetime:
    return clock.at(MONDAY + timedelta(days=days), time(hour, minute))


@pytest.mark.parametrize(
    ("now", "begins", "until"),
    [
        (at(0, 9), at(9, 18), at(2, 20)),  # far away: the evening in two days
        (at(0, 23, 59), at(9, 18), at(2, 20)),
        (at(0, 9), at(3, 8), at(2, 20)),  # twelve hours before it begins
        (at(0, 9), at(3, 7), at(1, 20)),  # less than twelve: an evening earlier
        (at(0, 9), at(1, 18), at(1, 1)),  # half of what is left, to the full hour
        (at(0, 9), at(0, 11), at(0, 10)),
        (at(0, 9), at(0, 10), at(0, 10)),  # the first full hour that is an hour away
        (at(0, 9, 1), at(0, 10, 30), None),
        (at(0, 9, 30), at(0, 11), at(0, 11)),
        (at(0, 9), at(0, 9, 59), None),
        (at(0, 9), at(-1, 9), None),  # it has begun
    ],
)
def test_an_offer_ends_at_an_hour_people_understand(now, begins, until):
    assert offer_until(now, begins) == until


def test_whoever_is_asked_has_an_hour_and_answers_before_it_begins():
    begins = at(3, 18)
    for minutes in range(0, 4 * 24 * 60, 7):
        now = at(0, 0) + timedelta(minutes=minutes)
        until = offer_until(now, begins)
        assert until is None or (now + SHORTEST <= until <= begins)
        assert until is not None or begins - now < 2 * SHORTEST
