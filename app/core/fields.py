"""Boxes of the staff forms: one text box each, which reads the usual spellings."""

import re
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from wtforms import HiddenField, StringField
from wtforms.validators import StopValidation, ValidationError

from app.core.formats import number
from app.core.i18n import gettext

_DAY_FIRST = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_HOUR = re.compile(r"(\d{1,2})(?:[:h.g]\s*(\d{2})?)?", re.ASCII)
_BETWEEN_DAYS = re.compile(r"[,;\n]")
_LONG = 10
_BETWEEN_DIGITS = re.compile(r"[\s.,₫đ]")


class _Box(StringField):
    """A text box with its own look; an empty one is left alone."""

    look: dict[str, Any] = {}  # noqa: RUF012 - read only

    def __init__(self, label: str, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        look = {"autocomplete": "off", **self.look}
        super().__init__(label, list(validators), render_kw=look, **kwargs)

    def post_validate(self, _form: Any, validation_stopped: bool) -> None:  # noqa: FBT001 - WTForms
        text = (self.data or "").strip()
        if text and not validation_stopped:
            self.read(text)

    def read(self, text: str) -> None:
        """Understand what was typed, or raise `ValidationError`; every kind of box has its own."""
        raise NotImplementedError


class DayField(_Box):
    """A date as people write it, 25/11/2026; `value` is what was understood."""

    look = {"inputmode": "numeric", "size": 12}  # noqa: RUF012 - read only
    value: date | None = None

    def read(self, text: str) -> None:
        self.value = read_day(text)
        if self.value is None:
            raise ValidationError(_what_is_wrong(text))


class DaysField(_Box):
    """Several dates with commas between them; `value` is what was understood."""

    value: frozenset[date] = frozenset()

    def read(self, text: str) -> None:
        found: set[date] = set()
        for part in filter(None, (each.strip() for each in _BETWEEN_DAYS.split(text))):
            day = read_day(part)
            if day is None:
                raise ValidationError(_what_is_wrong(part))
            found.add(day)
        self.value = frozenset(found)


class TimeField(_Box):
    """An hour on the city's clock, 18:30 or 18h30; `value` is what was understood."""

    look = {"size": 6}  # noqa: RUF012 - read only
    value: time | None = None

    def read(self, text: str) -> None:
        self.value = read_time(text.lower())
        if self.value is None:
            raise ValidationError(gettext("Write the hour with minutes, for example 18:30."))


class CountField(_Box):
    """A whole number; `value` is None when the box stays empty."""

    look = {"inputmode": "numeric", "size": 8}  # noqa: RUF012 - read only
    value: int | None = None

    def __init__(
        self, label: str, validators: Sequence[Any] = (), *, most: int, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.most = most

    def read(self, text: str) -> None:
        digits = _BETWEEN_DIGITS.sub("", text.lower())
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONG) or (
            int(digits) > self.most
        ):
            wanted = gettext("Write a whole number from 0 to %(most)s.", most=number(self.most))
            raise ValidationError(wanted)
        self.value = int(digits)


class VersionField(HiddenField):
    """The version of what is being edited; `seen` is 0 when the form does not say."""

    @property
    def seen(self) -> int:
        sent = self.data or ""
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < _LONG else 0


class NeededUnless:
    """The box must be filled unless another field has this value; then it is not even read."""

    def __init__(self, name: str, value: str, message: str) -> None:
        self.name, self.value, self.message = name, value, message

    def __call__(self, form: Any, field: Any) -> None:
        if form[self.name].data == self.value:
            raise StopValidation
        if not (field.data or "").strip():
            raise StopValidation(str(self.message))


class NeededIf(NeededUnless):
    """The box must be filled if another field has this value; otherwise it is not even read."""

    def __call__(self, form: Any, field: Any) -> None:
        if form[self.name].data != self.value:
            raise StopValidation
        if not (field.data or "").strip():
            raise StopValidation(str(self.message))


def read_day(text: str) -> date | None:
    """A date in the order of Vietnam or of ISO 8601, or None."""
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = map(int, found.groups())
    elif found := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _what_is_wrong(text: str) -> str:
    """31/11/2026 is written well, but there is no such day."""
    if _DAY_FIRST.fullmatch(text):
        return gettext("There is no day %(day)s. Check day and month.", day=text)
    return gettext("Write the date as day/month/year, for example 25/11/2026.")


def read_time(text: str) -> time | None:
    """18:30, 18h30, 18h or 18, or None."""
    found = _HOUR.fullmatch(text)
    if found is None:
        return None
    try:
        return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        return None
