"""Form floor: token, Vietnamese input habits, errors that say what to do."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from http import HTTPStatus
from typing import Any, cast

from babel.support import NullTranslations, Translations
from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its types
from wtforms.i18n import messages_path
from wtforms.validators import InputRequired, Length, Optional, ValidationError

from app.core import clock, vi
from app.core.errors import DomainError
from app.core.formats import read_phone
from app.core.i18n import Bilingual, current_language, gettext
from app.core.i18n import lazy as _

FIRST_BIRTH_YEAR = 1900


@lru_cache(maxsize=2)
def _words_of_the_library(language: str) -> NullTranslations:
    return Translations.load(messages_path(), [language], "wtforms")


class BaseForm(FlaskForm):
    """Every form that changes something.

    Its token is written by `components/form.html` and checked before any view, so no field has it.
    """

    class Meta(FlaskForm.Meta):
        csrf = False

        def get_translations(self, _form: object) -> NullTranslations:
            return _words_of_the_library(current_language())

    refusals: list[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]  # flask_wtf has no types
        self.refusals = []
        self.wrong_status = int(HTTPStatus.UNPROCESSABLE_ENTITY)

    def submitted(self) -> bool:
        """Whether the form was sent and every field can be read."""
        return bool(self.validate_on_submit())  # type: ignore[no-untyped-call]  # as above

    def accepted(self, act: Callable[[], object]) -> bool:
        """Whether the form was sent and the operation took it; a refusal is shown in the form."""
        if not self.submitted():
            return False
        try:
            act()
        except DomainError as error:
            self.refuse(error)
            return False
        return True

    def refuse(self, error: DomainError) -> None:
        """Show the refusal of an operation beside its field, or above the form."""
        if error.status == HTTPStatus.TOO_MANY_REQUESTS:
            self.wrong_status = error.status
        target = self._fields.get(error.field) if error.field else None
        if target is None:
            self.refusals.append(str(error.message))
        else:
            target.errors = [*target.errors, str(error.message)]

    @property
    def is_wrong(self) -> bool:
        return bool(self.errors or self.refusals) or any(f.errors for f in self)

    @property
    def status(self) -> int:
        """422 for a form that cannot be taken, 429 for one that came too often, else 200."""
        return self.wrong_status if request.method == "POST" and self.is_wrong else 200


def _clean(value: str | None) -> str:
    return vi.clean(value) if isinstance(value, str) else ""


def _clean_lines(value: str | None) -> str:
    return vi.clean_lines(value) if isinstance(value, str) else ""


class TextField(StringField):
    """One line of text, NFC and without invisible characters."""

    def __init__(
        self, label: str, validators: Sequence[Any] = (), *, longest: int = 200, **kwargs: Any
    ) -> None:
        too_long = Length(max=longest, message=_("Write at most %(max)d characters."))
        super().__init__(label, [*validators, too_long], filters=[_clean], **kwargs)


class ProseField(TextAreaField):
    """Several lines of plain text."""

    def __init__(
        self, label: str, validators: Sequence[Any] = (), *, longest: int = 5000, **kwargs: Any
    ) -> None:
        too_long = Length(max=longest, message=_("Write at most %(max)d characters."))
        super().__init__(label, [*validators, too_long], filters=[_clean_lines], **kwargs)


class PhoneField(StringField):
    """A phone number in any usual spelling; `e164` is the stored form."""

    e164: str | None = None

    def __init__(self, label: str, validators: Sequence[Any] = (), **kwargs: Any) -> None:
        attributes = {"type": "tel", "autocomplete": "tel", "inputmode": "tel"}
        super().__init__(label, list(validators), filters=[_clean], render_kw=attributes, **kwargs)

    def post_validate(self, _form: Any, validation_stopped: bool) -> None:  # noqa: FBT001 - WTForms
        if validation_stopped or not self.data:
            return
        self.e164 = read_phone(self.data)
        if self.e164 is None:
            raise ValidationError(gettext("Enter a phone number, for example 0912 345 678."))


class DateParts(Form):
    """Day, month and year in three boxes; a whole date pasted into one box is understood."""

    day = StringField(_("Day"), render_kw={"inputmode": "numeric", "autocomplete": "bday-day"})
    month = StringField(
        _("Month"), render_kw={"inputmode": "numeric", "autocomplete": "bday-month"}
    )
    year = StringField(_("Year"), render_kw={"inputmode": "numeric", "autocomplete": "bday-year"})


class BirthField(FormField):  # type: ignore[type-arg]  # generic for the checker only
    """A birth date, or the year alone; `born_on` and `born_in` hold what was understood."""

    born_on: date | None = None
    born_in: int | None = None

    def __init__(self, label: str, **kwargs: Any) -> None:
        self._wrong: list[str] = []
        super().__init__(DateParts, label, **kwargs)

    @property  # type: ignore[override]  # one list for three boxes
    def errors(self) -> list[str]:
        """What is wrong with the date as a whole; its boxes have no errors of their own."""
        return self._wrong

    @errors.setter
    def errors(self, wrong: list[str]) -> None:
        self._wrong = wrong

    def validate(self, _form: Any, _extra_validators: Any = ()) -> bool:
        self.errors = []
        try:
            self._understand()
        except ValueError as error:
            self.errors = [str(error)]
        return not self.errors

    def _understand(self) -> None:
        numbers = self._numbers()
        if not numbers:
            raise ValueError(gettext("Enter your birth date, or the year alone, for example 1955."))
        year = numbers[-1]
        if not FIRST_BIRTH_YEAR <= year <= clock.today().year:
            raise ValueError(gettext("Check the year of birth: four digits, for example 1955."))
        self.born_in = year
        if len(numbers) == 3:  # noqa: PLR2004 - day, month, year
            self.born_on = _real_day(*numbers)

    def _numbers(self) -> list[int]:
        typed = [
            (part.data or "").strip() for part in (self.form.day, self.form.month, self.form.year)
        ]
        filled = [text for text in typed if text]
        if len(filled) == 1 and not filled[0].isdigit():
            filled = "".join(c if c.isdigit() else " " for c in filled[0]).split()
        if not all(text.isascii() and text.isdigit() and len(text) <= 4 for text in filled):  # noqa: PLR2004
            raise ValueError(gettext("Write day, month and year in digits, for example 27 3 1955."))
        if len(filled) not in (0, 1, 3):
            raise ValueError(gettext("Enter day, month and year, or the year alone."))
        return [int(text) for text in filled]


def _real_day(day: int, month: int, year: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError as error:
        wrong = gettext(
            "There is no %(day)d/%(month)d/%(year)d. Check day and month.",
            day=day,
            month=month,
            year=year,
        )
        raise ValueError(wrong) from error
    if found > clock.today():
        raise ValueError(gettext("The birth date lies in the future. Check it."))
    return found


def bilingual_columns(form: BaseForm, name: str) -> Bilingual:
    """The value of the field pair `name_vi`, `name_en`."""
    return Bilingual(form[f"{name}_vi"].data, form[f"{name}_en"].data)


def required(message: str) -> InputRequired:
    return InputRequired(message=message)


def optional() -> Optional:
    return Optional(strip_whitespace=True)


def choice(value: str | int, label: str) -> Any:
    """One choice of a select, radio or checkbox field."""
    return SelectChoice(value, label)


def choices(field: Field, pairs: Sequence[tuple[str, str]]) -> None:
    """Fill the choices of a select or radio field at request time."""
    cast("SelectField", field).choices = [choice(value, label) for value, label in pairs]
