"""What people fill in to get a place, and what staff fill in about a class."""

import secrets
from typing import Any

from flask import request
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from app.accounts.models import Person
from app.accounts.operations import Guest
from app.core.formats import phone, short_date
from app.core.forms import BaseForm, BirthField, PhoneField, TextField, choice, choices, required
from app.core.i18n import current_language, gettext
from app.core.i18n import lazy as _
from app.core.vi import fold, name_match_key
from app.places.models import AdminUnit, Sex, UnitLevel
from app.places.queries import find_wards, unit

SEXES: dict[str, str] = {
    Sex.FEMALE.value: _("Female"),
    Sex.MALE.value: _("Male"),
    Sex.NOT_STATED.value: _("Prefer not to say"),
}
MOST_WARDS = 30
_EMPTY = _("Enter the ward or commune, or tick that it is outside the city.")
_UNKNOWN = _("We know no ward of this name. Try the old name, or the old district.")
_SEVERAL = _("Several wards fit. Choose one of the list.")
MOST_UNNAMED = 5000
LONGEST_CODE = 20


class PersonForm(BaseForm):
    """Five questions that make a place; nothing is chosen beforehand.

    The ward is typed in any way people call it, old names and districts too. Where several of
    today's wards fit, `ward_code` offers them; after validation `unit` is the one that was meant.
    """

    full_name = TextField(
        _("Full name"),
        [required(_("Enter the full name, as on the identity card."))],
        longest=120,
        render_kw={"autocomplete": "name", "autocapitalize": "words"},
    )
    phone = PhoneField(
        _("Phone number"),
        [required(_("Enter a phone number, for example 0912 345 678."))],
    )
    birth = BirthField(_("Birth date"))
    ward = TextField(_("Ward or commune where you live"), longest=100)
    ward_code = RadioField(_("Which of these wards?"), validate_choice=False, choices=[])
    outside = BooleanField(_("Outside the city"))
    sex = RadioField(
        _("Sex"),
        [required(_("Choose one; you may prefer not to say."))],
        choices=[choice(*pair) for pair in SEXES.items()],
    )

    unit: AdminUnit | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        shape_is_right = bool(super().validate(extra_validators))
        ward_is_right = bool(self.outside.data) or self._find_ward()
        return shape_is_right and ward_is_right

    def _find_ward(self) -> bool:
        """Understand the ward, or say beside it what to do."""
        text = self.ward.data or ""
        found = find_wards(text, limit=MOST_WARDS)
        self.unit = _chosen(found, text, self.ward_code.data or "") or _named(found, text)
        if self.unit is None:
            field, wrong = (self.ward_code, _SEVERAL) if found else (self.ward, _UNKNOWN)
            wrong = wrong if text else _EMPTY
            choices(self.ward_code, [(ward.code, ward.full_name.text()) for ward in found])
            field.errors = [*field.errors, str(wrong)]
        return self.unit is not None

    @property
    def residence(self) -> str:
        """The ward as understood, in words."""
        if self.outside.data:
            return gettext("Outside the city")
        return self.unit.full_name.text() if self.unit else ""

    def answers(self) -> list[tuple[str, str]]:
        """Each question with the answer of a valid form, as understood."""
        born = short_date(self.birth.born_on) if self.birth.born_on else str(self.birth.born_in)
        sex = str(SEXES[self.sex.data])
        values = (self.full_name.data or "", phone(self.phone.e164), born, self.residence, sex)
        labels = (self.full_name, self.phone, self.birth, self.ward, self.sex)
        return [(str(field.label.text), value) for field, value in zip(labels, values, strict=True)]

    def guest(self) -> Guest:
        """The answers of a valid form."""
        return Guest(
            full_name=self.full_name.data or "",
            phone=self.phone.e164 or "",
            born_in=self.birth.born_in or 0,
            born_on=self.birth.born_on,
            sex=Sex(self.sex.data),
            unit_id=self.unit.id if self.unit else None,
            language=current_language(),
        )


def _chosen(found: list[AdminUnit], text: str, code: str) -> AdminUnit | None:
    """The unit picked from a list for this very text, not one left over from another text."""
    picked = unit(code) if code else None
    if picked is None or picked.level is not UnitLevel.COMMUNE:
        return None
    fits = picked in found or any(fold(text).startswith(name) for name in _names(picked))
    return picked if fits else None


def _named(found: list[AdminUnit], text: str) -> AdminUnit | None:
    """The only unit that fits, or the only one of those whose own name this is."""
    own = [ward for ward in found if fold(text) in _names(ward)]
    fitting = own or found
    return fitting[0] if len(fitting) == 1 else None


def _names(ward: AdminUnit) -> set[str]:
    return {fold(name) for name in (ward.name_vi, ward.full_name_vi, ward.full_name_en) if name}


class EnrolForm(PersonForm):
    """The two pages of an enrolment; the second carries the answers of the first along."""

    CHECK, SEND = "check", "send"

    form_key = HiddenField(default=lambda: secrets.token_urlsafe(18))
    queue = HiddenField()  # "1": agreed to wait when there is no seat

    @property
    def step(self) -> str:
        return request.form.get("step", self.CHECK)

    @property
    def agrees_to_wait(self) -> bool:
        return bool(self.queue.data == "1")

    def is_about(self, person: Person) -> bool:
        """Whether the answers are those of the account's owner and not of somebody else."""
        same_name = name_match_key(self.full_name.data or "") == name_match_key(person.full_name)
        born = (self.birth.born_on, self.birth.born_in)
        same_birth = born in ((person.born_on, person.born_in), (None, person.born_in))
        return same_name and same_birth and self.phone.e164 == person.phone


def answers_of(person: Person, unit: AdminUnit | None) -> dict[str, Any]:
    """What an account's owner need not type again."""
    day = person.born_on
    birth = {"year": person.born_in} | ({"day": day.day, "month": day.month} if day else {})
    return {
        "full_name": person.full_name,
        "phone": person.phone,
        "birth": {part: str(number) for part, number in birth.items() if number},
        "ward": unit.full_name.text() if unit else "",
        "ward_code": unit.code if unit else "",
        "sex": person.sex.value,
    }


def _phone_of_place() -> PhoneField:
    """The last field of each form that has it: errors are told in the order of the page."""
    words = _("Enter the phone number given with the enrolment.")
    return PhoneField(_("Phone number"), [required(words)])


class OpenPlaceForm(BaseForm):
    """The phone that belongs to a place."""

    phone = _phone_of_place()


class FindPlaceForm(OpenPlaceForm):
    code = TextField(
        _("Code of the place"),
        [required(_("Enter the code: ten letters and digits."))],
        longest=LONGEST_CODE,
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    phone = _phone_of_place()


class LostCodeForm(OpenPlaceForm):
    full_name = TextField(
        _("Full name"),
        [required(_("Enter the full name given with the enrolment."))],
        longest=120,
        render_kw={"autocomplete": "name"},
    )
    phone = _phone_of_place()


class RegisterForm(BaseForm):
    """Who came; `present` holds enrolments, `version` the register the sheet was made from."""

    present = SelectMultipleField(_("Present"), coerce=int, validate_choice=False, choices=[])
    headcount = IntegerField(
        _("People without a place"),
        [
            InputRequired(message=_("Enter a number; 0 if everybody is on the list.")),
            NumberRange(0, MOST_UNNAMED, message=_("Enter a number from 0 to 5000.")),
        ],
        default=0,
        render_kw={"inputmode": "numeric"},
    )
    version = IntegerField(widget=HiddenInput(), validators=[NumberRange(0)], default=0)
