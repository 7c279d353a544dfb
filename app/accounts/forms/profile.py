"""What people may say about themselves."""

from datetime import date
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField

from app.accounts.forms.person import full_name_field, sex_field
from app.accounts.forms.ward import (
    WardForm,
    outside_field,
    ward_answers,
    ward_code_field,
    ward_field,
)
from app.accounts.forms.words import EMPLOYMENTS, GROUPS, LANGUAGES, RESIDENCE_KINDS
from app.accounts.models import Employment, Person, PriorityGroup, Residence, ResidenceKind
from app.accounts.operations import Home, Profile
from app.core.fields import DayField
from app.core.forms import BaseForm, BirthField, TextField, choice, optional, required
from app.core.i18n import lazy as _
from app.places.models import Sex

REMIND, NO_REMINDERS = "yes", "no"


class ProfileForm(WardForm):
    """Everything about one person; `seen` is the version the form was filled with."""

    full_name = full_name_field()
    birth = BirthField(_("Birth date"))
    sex = sex_field()
    ward = ward_field()
    ward_code = ward_code_field()
    outside = outside_field()
    kind = RadioField(
        _("How the residence is registered"),
        choices=[choice(*pair) for pair in RESIDENCE_KINDS.items()],
        default=ResidenceKind.NOT_STATED.value,
    )
    since = DayField(_("Living there since"), [optional()])
    employment = SelectField(
        _("Work"),
        [optional()],
        choices=[choice("", _("Prefer not to say")), *(choice(*p) for p in EMPLOYMENTS.items())],
    )
    language = RadioField(
        _("Language of our letters and texts"),
        choices=[choice(*pair) for pair in LANGUAGES.items()],
        default="vi",
    )
    reminders = RadioField(
        _("Reminders the evening before a class"),
        choices=[choice(REMIND, _("Yes, remind me")), choice(NO_REMINDERS, _("No reminders"))],
        default=REMIND,
    )
    seen = HiddenField()

    def profile(self) -> Profile:
        """The answers of a valid form."""
        return Profile(
            full_name=self.full_name.data or "",
            born_in=self.birth.born_in or 0,
            born_on=self.birth.born_on,
            sex=Sex(self.sex.data),
            language=self.language.data,
            employment=Employment(self.employment.data) if self.employment.data else None,
            reminders=self.reminders.data == REMIND,
            home=Home(
                unit_id=self.unit_id, kind=ResidenceKind(self.kind.data), since=self.since.value
            ),
        )


def profile_answers(person: Person, home: Residence | None, seen: str) -> dict[str, Any]:
    """What the form holds before anybody types."""
    unit = home.unit if home else None
    return {
        "full_name": person.full_name,
        "birth": birth_answers(person.born_on, person.born_in),
        "sex": person.sex.value,
        "kind": home.kind.value if home else ResidenceKind.NOT_STATED.value,
        "employment": person.employment.value if person.employment else "",
        "language": person.language,
        "reminders": NO_REMINDERS if person.no_reminders_since else REMIND,
        "seen": seen,
        **ward_answers(unit, is_known=home is not None),
    }


def birth_answers(born_on: date | None, born_in: int | None) -> dict[str, str]:
    """The three boxes of a birth date, or the year alone."""
    if born_on is None:
        return {"year": str(born_in)} if born_in else {}
    return {"day": str(born_on.day), "month": str(born_on.month), "year": str(born_on.year)}


class NationalIdForm(BaseForm):
    national_id = TextField(
        _("Identification number"),
        [required(_("Enter the 12 digits of the identity card."))],
        longest=20,
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


class GroupsForm(BaseForm):
    """Nothing is ticked beforehand but what the person said before."""

    groups = SelectMultipleField(
        _("Which of these are you?"),
        choices=[choice(*pair) for pair in GROUPS.items()],
    )
    agree = BooleanField(_("I agree"))

    @property
    def chosen(self) -> list[PriorityGroup]:
        return [PriorityGroup(value) for value in self.groups.data or ()]
