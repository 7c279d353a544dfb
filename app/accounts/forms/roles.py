"""Forms by which administrators give and withdraw roles."""

from typing import Any

from wtforms import RadioField, SelectField
from wtforms.validators import ValidationError

from app.accounts.forms.who import WhoForm
from app.accounts.operations import Office
from app.accounts.role_words import ROLES
from app.core.access import CityRole
from app.core.fields import DayField
from app.core.forms import BaseForm, TextField, choice, optional, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _

COMMUNE = "commune"


class ReasonForm(BaseForm):
    """Why; it is kept, and the person concerned may read it."""

    reason = TextField(
        _("Reason"), [required(_("Enter the reason."))], longest=200, render_kw={"size": 60}
    )


class OfficeForm(BaseForm):
    """A role at the city or one commune, and its last day."""

    role = RadioField(
        _("Role"),
        [required(_("Choose a role."))],
        choices=[choice(role.value, label) for role, label in ROLES.items()]
        + [choice(COMMUNE, _("Officer of a commune"))],
    )
    commune = SelectField(_("Ward or commune"), [optional()], choices=[])
    until = DayField(_("Last day"), [optional()])

    def fill(self, wards: list[tuple[str, str]]) -> None:
        """Give the drop-down its communes."""
        empty = [choice("", gettext("Choose a ward or commune"))]
        self.commune.choices = empty + [choice(value, label) for value, label in wards]

    def validate_commune(self, field: Any) -> None:
        """Needed by officers of a commune alone."""
        if self.role.data == COMMUNE and not field.data:
            raise ValidationError(gettext("Choose the ward or commune."))

    @property
    def office(self) -> Office:
        if self.role.data == COMMUNE:
            return Office(commune_id=int(self.commune.data))
        return Office(CityRole(self.role.data))


class GrantForm(OfficeForm):
    reason = TextField(_("Reason"), [required(_("Enter the reason."))], longest=200)


class NewAccountForm(WhoForm, GrantForm):
    """Somebody who has no account yet."""


class DecisionForm(BaseForm):
    agree = RadioField(
        _("Your decision"),
        [required(_("Choose yes or no."))],
        choices=[choice("yes", _("Yes, I agree")), choice("no", _("No"))],
    )
