"""How dates, numbers, money and phone numbers are shown in each language, and read from people."""

from datetime import date, datetime

import phonenumbers
from babel.numbers import format_decimal

from app.core import clock
from app.core.i18n import current_language, gettext

_WEEKDAYS = {
    "vi": ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_REGION = "VN"
_NOBODY_S = frozenset(
    {
        phonenumbers.PhoneNumberType.UNKNOWN,  # no valid number
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PAGER,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.VOICEMAIL,
    }
)
"""Numbers of services: a text to one reaches no person, and whoever owns it may be paid for it."""
_LAST_ROW = 2**31 - 1


def read_whole(text: str, most: int) -> int | None:
    """A number from 1 to `most` written in digits alone, or None."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    return int(text) if is_number and 1 <= int(text) <= most else None


def read_row(text: str) -> int | None:
    """The number of a row, or None: no row has another."""
    return read_whole(text, _LAST_ROW)


def weekday(day: date, language: str | None = None) -> str:
    return _WEEKDAYS[language or current_language()][day.weekday()]


def long_date(day: date | datetime) -> str:
    """thứ Ba, 01/12/2026 · Tuesday, 1 Dec 2026."""
    day = _local_day(day)
    return f"{weekday(day)}, {short_date(day)}"


def short_date(day: date | datetime) -> str:
    """01/12/2026 · 1 Dec 2026."""
    day = _local_day(day)
    if current_language() == "vi":
        return f"{day:%d/%m/%Y}"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def clock_time(moment: datetime) -> str:
    """18:30 on the city's clock."""
    return f"{clock.local(moment):%H:%M}"


def date_time(moment: datetime) -> str:
    return f"{clock_time(moment)} {long_date(moment)}"


def deadline(moment: datetime) -> str:
    """20:00 thứ Năm, 26/11/2026 · 20:00 on Thursday 26 November."""
    if current_language() == "vi":
        return date_time(moment)
    day = _local_day(moment)
    return f"{clock_time(moment)} on {weekday(day)} {day.day} {_LONG_MONTHS[day.month - 1]}"


def number(value: float, digits: int | None = None) -> str:
    """1.234.567,5 · 1,234,567.5; with fixed digits what is not 0 never reads as 0: < 0.01."""
    if isinstance(value, int) and not digits:  # by far the most frequent, and Babel is slow
        return f"{value:,}".replace(",", "." if current_language() == "vi" else ",")
    if digits is None:
        return format_decimal(value, locale=current_language())
    found, least = _with_digits(value, digits), 10.0**-digits
    if not 0 < value < least or found != _with_digits(0, digits):
        return found
    return gettext("< %(number)s", number=_with_digits(least, digits))


def _with_digits(value: float, digits: int) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return format_decimal(value, format=pattern, locale=current_language())


def money(dong: int | None) -> str:
    """Miễn phí · 1.500.000 ₫ · 1,500,000 ₫ (VND)."""
    if not dong:
        return gettext("Free of charge")
    unit = "₫" if current_language() == "vi" else "₫ (VND)"
    return f"{number(dong)}\N{NO-BREAK SPACE}{unit}"


def read_phone(text: str) -> str | None:
    """E.164 of a phone number in any usual spelling, or None when it cannot be one."""
    try:
        parsed = phonenumbers.parse(text, _REGION)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.number_type(parsed) in _NOBODY_S:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def phone(e164: str | None) -> str:
    """0912 345 678; a foreign number keeps its country code."""
    if not e164:
        return ""
    parsed = phonenumbers.parse(e164, _REGION)
    home = parsed.country_code == phonenumbers.country_code_for_region(_REGION)
    style = (
        phonenumbers.PhoneNumberFormat.NATIONAL
        if home
        else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return phonenumbers.format_number(parsed, style)


def _local_day(day: date | datetime) -> date:
    return clock.local(day).date() if isinstance(day, datetime) else day
