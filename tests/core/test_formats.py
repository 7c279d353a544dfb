from datetime import UTC, date, datetime

import pytest

from app.core import formats

pytestmark = pytest.mark.on_any_database

EVENING = datetime(2026, 12, 1, 11, 30, tzinfo=UTC)
NEXT_DAY_HERE = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("function", "value", "vi", "en"),
    [
        (formats.long_date, date(2026, 12, 1), "thứ Ba, 01/12/2026", "Tuesday, 1 Dec 2026"),
        (formats.long_date, date(2026, 11, 22), "Chủ nhật, 22/11/2026", "Sunday, 22 Nov 2026"),
        (formats.short_date, NEXT_DAY_HERE, "01/12/2026", "1 Dec 2026"),
        (formats.clock_time, EVENING, "18:30", "18:30"),
        (
            formats.date_time,
            EVENING,
            "18:30 thứ Ba, 01/12/2026",
            "18:30 Tuesday, 1 Dec 2026",
        ),
        (formats.number, 1234567.5, "1.234.567,5", "1,234,567.5"),
        (formats.number, 0, "0", "0"),
        (formats.money, 1500000, "1.500.000\u00a0₫", "1,500,000\u00a0₫ (VND)"),
        (formats.money, 0, "Miễn phí", "Free of charge"),
        (formats.money, None, "Miễn phí", "Free of charge"),
        (formats.phone, "+84912345678", "0912 345 678", "0912 345 678"),
        (formats.phone, "+442079460018", "+44 20 7946 0018", "+44 20 7946 0018"),
        (formats.phone, None, "", ""),
    ],
)
def test_values_are_written_as_readers_of_each_language_expect(in_page, function, value, vi, en):
    assert (in_page("vi", function, value), in_page("en", function, value)) == (vi, en)


def test_digits_after_the_comma_can_be_fixed(in_page):
    assert in_page("vi", formats.number, 12.345, 1) == "12,3"
    assert in_page("en", formats.number, 1234, 0) == "1,234"


@pytest.mark.parametrize(
    ("value", "digits", "vi", "en"),
    [
        (0.000036, 2, "dưới 0,01", "< 0.01"),
        (0.004, 2, "dưới 0,01", "< 0.01"),
        (0.006, 2, "0,01", "0.01"),
        (0.3, 0, "dưới 1", "< 1"),
        (0.0, 2, "0,00", "0.00"),
        (0, 1, "0,0", "0.0"),
    ],
)
def test_what_is_not_0_never_reads_as_0(in_page, value, digits, vi, en):
    written = (in_page(language, formats.number, value, digits) for language in ("vi", "en"))
    assert tuple(written) == (vi, en)


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "+84 912 345 678",
        "84912345678",
        "0912.345.678",
        "(091) 2345678",
    ],
)
def test_a_phone_number_is_read_in_every_usual_spelling(typed):
    assert formats.read_phone(typed) == "+84912345678"


def test_a_foreign_number_keeps_its_country():
    assert formats.read_phone("+44 20 7946 0018") == "+442079460018"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0912",
        "01234567890",
        "abc",
        "0912345678 0912345679",
        "9" * 400,
        "1900 1234",
        "+449098790000",
    ],
)
def test_what_cannot_be_a_phone_number_is_not_one(typed):
    assert formats.read_phone(typed) is None
