"""Forms of the desk about one person: found, counted in a group, helped, reached elsewhere."""

from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.validators import DataRequired

from app.accounts.forms.sign_in import ContactForm
from app.accounts.forms.words import GROUPS
from app.accounts.models import PriorityGroup
from app.core.fields import DayField
from app.core.forms import BaseForm, PhoneField, TextField, choice, optional, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _


class FindForm(BaseForm):
    """A phone, a full name, or both: whoever has one of them is found."""

    phone = PhoneField(_("Phone number of the person"), [optional()])
    full_name = TextField(
        _("Full name of the person"), [optional()], longest=120, render_kw={"autocomplete": "off"}
    )

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        if self.phone.data or self.full_name.data:
            return is_right
        wrong = gettext("Enter the phone number or the full name.")
        self.phone.errors = [*self.phone.errors, wrong]
        return False


class GroupForm(BaseForm):
    """A group somebody belongs to by a decree, a list or a decision."""

    group = RadioField(
        _("Group"),
        [required(_("Choose the group."))],
        choices=[choice(*pair) for pair in GROUPS.items()],
    )
    standard = TextField(
        _("Decree, list or decision that says so"),
        [DataRequired(_("Enter the decree, list or decision."))],
    )
    valid_from = DayField(_("First day"), [required(_("Enter the first day."))])
    valid_to = DayField(_("Last day"), [optional()])

    @property
    def chosen(self) -> PriorityGroup:
        return PriorityGroup(self.group.data)


class EndGroupForm(BaseForm):
    valid_to = DayField(_("Last day"), [required(_("Enter the last day."))])


class HelperForm(BaseForm):
    """Who will help; the person helped has signed."""

    phone = PhoneField(
        _("Phone number of the helper's account"), [required(_("Enter the phone number."))]
    )
    signed = BooleanField(
        _("The person signed on paper that this helper may act for them"),
        [required(_("The person must sign first."))],
    )


class LostContactForm(ContactForm):
    """What the account is reached by from now on, and how staff made sure who asks."""

    name = TextField(
        _("New phone number or e-mail"),
        [required(_("Enter the new phone number or e-mail."))],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    reason = TextField(
        _("How you made sure who it is"), [DataRequired(_("Say how you made sure."))]
    )
