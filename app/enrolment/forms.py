"""What people fill in to get a place, and what staff fill in about a class."""

import secrets

from flask import request
from wtforms import HiddenField, IntegerField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from app.accounts.forms.person import full_name_field, sex_field
from app.accounts.forms.ward import WardForm, outside_field, ward_code_field, ward_field
from app.accounts.forms.words import SEXES
from app.accounts.models import Person
from app.accounts.operations import Guest
from app.core.formats import phone, short_date
from app.core.forms import (
    FIRST_BIRTH_YEAR,
    BaseForm,
    BirthField,
    PhoneField,
    TextField,
    choice,
    required,
)
from app.core.i18n import current_language
from app.core.i18n import lazy as _
from app.core.vi import name_match_key
from app.enrolment.operations.claims import Whose
from app.places.models import Sex

MOST_UNNAMED = 5000
LONGEST_CODE = 20


class PersonForm(WardForm):
    """Five questions that make a place; nothing is chosen beforehand."""

    full_name = full_name_field()
    phone = PhoneField(
        _("Phone number"),
        [required(_("Enter a phone number, for example 0912 345 678."))],
    )
    birth = BirthField(_("Birth date"))
    ward = ward_field()
    ward_code = ward_code_field()
    outside = outside_field()
    sex = sex_field()

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
            unit_id=self.unit_id,
            language=current_language(),
        )


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


class OwnForm(BaseForm):
    """Who of the family will learn; everything else is known."""

    who = RadioField(
        _("Who will learn?"), [required(_("Choose who will learn."))], choices=[], coerce=str
    )
    form_key = HiddenField(default=lambda: secrets.token_urlsafe(18))
    queue = HiddenField()  # "1": agreed to wait when there is no seat

    @property
    def agrees_to_wait(self) -> bool:
        return bool(self.queue.data == "1")


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


class ClaimForm(OpenPlaceForm):
    """A place made without an account, by whoever has its phone."""

    code = TextField(
        _("Code of the place"),
        [required(_("Enter the code: ten letters and digits."))],
        longest=LONGEST_CODE,
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    phone = _phone_of_place()
    born_in = IntegerField(
        _("Birth year of whoever learns"),
        [
            InputRequired(message=_("Enter the birth year, for example 1955.")),
            NumberRange(
                FIRST_BIRTH_YEAR,
                2200,
                message=_("Check the year of birth: four digits, for example 1955."),
            ),
        ],
        render_kw={"inputmode": "numeric"},
    )
    whose = RadioField(
        _("Whose place is it?"),
        [required(_("Choose whose place it is."))],
        choices=[
            choice(Whose.MINE.value, _("Mine")),
            choice(Whose.PARENT.value, _("My child's")),
            choice(Whose.GUARDIAN.value, _("A child's whose guardian I am by law")),
            choice(Whose.HELPED.value, _("A grown person's whom I help")),
        ],
    )


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
