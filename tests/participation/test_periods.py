from datetime import date

import pytest

from app.core.i18n import speaking
from app.participation import periods
from app.participation.errors import NotAPeriod


@pytest.mark.parametrize(
    ("name", "first", "last", "before"),
    [
        ("2026-H1", "2026-01-01", "2026-06-30", "2025-H2"),
        ("2026-H2", "2026-07-01", "2026-12-31", "2026-H1"),
        ("2026", "2026-01-01", "2026-12-31", "2025"),
        ("2025-2026", "2025-09-01", "2026-08-31", "2024-2025"),
        ("12M-2026-06-30", "2025-07-01", "2026-06-30", "12M-2025-06-30"),
        ("12M-2024-02-29", "2023-03-01", "2024-02-29", "12M-2023-02-28"),
        ("12M-2025-02-28", "2024-02-29", "2025-02-28", "12M-2024-02-28"),
        ("2Y-2026", "2025-01-01", "2026-12-31", "2Y-2024"),
        ("2026-02-10/2026-02-19", "2026-02-10", "2026-02-19", "2026-01-31/2026-02-09"),
        (" 2026 ", "2026-01-01", "2026-12-31", "2025"),
    ],
)
def test_a_period_has_its_days_and_the_one_before(name, first, last, before):
    period = periods.parse(name)
    assert (str(period.first), str(period.last)) == (first, last)
    assert period.reference_date == period.last
    assert period.previous().code == before
    assert periods.parse(period.code) == period


@pytest.mark.parametrize(
    "name",
    ["", "2026-H3", "26", "2026-2028", "2026-2025", "12M-2026-02-30", "12M-2026", "2Y-26", "1999",
     "2200", "2026-06-30/2026-01-01", "2026-13-01/2026-13-02", "٢٠٢٦", "2026-h1", "2026;DROP"],
)  # fmt: skip
def test_anything_else_is_no_period(name):
    with pytest.raises(NotAPeriod):
        periods.parse(name)


def test_usual_periods_start_with_the_running_half_year():
    named = [period.code for period in periods.usual(date(2026, 11, 22))]
    assert named == [
        "2026-H2", "2026-H1", "12M-2026-10-31", "2026", "2025", "2026-2027", "2025-2026",
        "2Y-2026", "2Y-2024",
    ]  # fmt: skip
    assert periods.usual(date(2026, 8, 31))[5].code == "2025-2026"


@pytest.mark.parametrize(
    "name",
    [
        "2026-H1",
        "2026-H2",
        "2026",
        "2025-2026",
        "2Y-2026",
        "12M-2026-06-30",
        "2026-02-10/2026-02-19",
    ],
)
def test_every_period_has_two_names(app, name):
    label = periods.parse(name).label
    assert label.vi
    assert label.en
    with speaking("en"):
        assert str(label) == label.en
