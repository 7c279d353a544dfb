"""Adding people to one's family."""

from typing import Any

from wtforms import IntegerField, RadioField
from wtforms.validators import InputRequired, NumberRange

from app.accounts.forms.person import sex_field
from app.accounts.forms.ward import (
    WardForm,
    outside_field,
    ward_answers,
    ward_code_field,
    ward_field,
)
from app.accounts.forms.words import BONDS, SEXES
from app.accounts.models import Residence
from app.accounts.operations import Child, Guest
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
from app.places.models import Sex

_SEX_OF_CHILD = {**SEXES, Sex.FEMALE.value: _("Girl"), Sex.MALE.value: _("Boy")}
LONGEST_CODE = 20


def _bond_field() -> RadioField:
    return RadioField(
        _("Who are you to the child?"),
        [required(_("Choose who you are to the child."))],
        choices=[choice(*pair) for pair in BONDS.items()],
    )


def _name_field(label: str) -> TextField:
    return TextField(
        label,
        [required(_("Enter the full name, as on the identity card."))],
        longest=120,
        render_kw={"autocomplete": "off", "autocapitalize": "words"},
    )


class ChildForm(WardForm):
    """A child; the ward is the parent's unless something else is written."""

    full_name = _name_field(_("Full name of the child"))
    birth = BirthField(_("Birth date of the child"))
    sex = RadioField(
        _("Sex"),
        [required(_("Choose one; you may prefer not to say."))],
        choices=[choice(*pair) for pair in _SEX_OF_CHILD.items()],
    )
    bond = _bond_field()
    ward = ward_field(_("Ward or commune where the child lives"))
    ward_code = ward_code_field()
    outside = outside_field()

    def child(self) -> Child:
        """The answers of a valid form."""
        return Child(
            full_name=self.full_name.data or "",
            born_in=self.birth.born_in or 0,
            born_on=self.birth.born_on,
            sex=Sex(self.sex.data),
            unit_id=self.unit_id,
            language=current_language(),
        )


class JoinForm(BaseForm):
    """The second parent's way to the same child."""

    code = TextField(
        _("Code from the other parent"),
        [required(_("Enter the code: ten letters and digits."))],
        longest=LONGEST_CODE,
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    born_in = IntegerField(
        _("Birth year of the child"),
        [
            InputRequired(message=_("Enter the birth year of the child, for example 2016.")),
            NumberRange(
                FIRST_BIRTH_YEAR,
                2200,
                message=_("Check the year of birth: four digits, for example 1955."),
            ),
        ],
        render_kw={"inputmode": "numeric"},
    )
    bond = _bond_field()


class HelpedForm(WardForm):
    """A grown person who wants help; their phone gets the code."""

    full_name = _name_field(_("Full name of the person"))
    phone = PhoneField(
        _("Phone number of the person"),
        [required(_("Enter a phone number, for example 0912 345 678."))],
    )
    birth = BirthField(_("Birth date of the person"))
    sex = sex_field()
    ward = ward_field(_("Ward or commune where the person lives"))
    ward_code = ward_code_field()
    outside = outside_field()

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


class AgreeForm(BaseForm):
    """The code that came to the other person's phone."""

    code = TextField(
        _("Code from their phone"),
        [required(_("Enter the six digits of the text message."))],
        longest=LONGEST_CODE,
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


def same_ward(home: Residence | None) -> dict[str, Any]:
    """The family lives together unless somebody says otherwise."""
    return ward_answers(home.unit if home else None, is_known=home is not None)
