"""What people fill in to get back to a place, and what staff fill in about a class."""

from wtforms import IntegerField, RadioField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange
from wtforms.widgets import HiddenInput

from app.core.forms import (
    FIRST_BIRTH_YEAR,
    BaseForm,
    PhoneField,
    TextField,
    choice,
    required,
)
from app.core.i18n import lazy as _
from app.enrolment.operations.claims import Whose

MOST_UNNAMED = 5000
LONGEST_CODE = 20


def _phone_of_place() -> PhoneField:
    """The last field of each form that has it: errors are told in the order of the page."""
    words = _("Enter the phone number given with the enrolment.")
    return PhoneField(_("Phone number"), [required(words)])


def _code_of_place() -> TextField:
    return TextField(
        _("Code of the place"),
        [required(_("Enter the code: ten letters and digits."))],
        longest=LONGEST_CODE,
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class OpenPlaceForm(BaseForm):
    """The phone that belongs to a place."""

    phone = _phone_of_place()


class FindPlaceForm(OpenPlaceForm):
    code = _code_of_place()
    phone = _phone_of_place()


class ClaimForm(OpenPlaceForm):
    """A place made without an account, by whoever has its phone."""

    code = _code_of_place()
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
