"""Forms about who works at a provider."""

from wtforms import RadioField

from app.accounts.forms.who import WhoForm
from app.core.access import ProviderRole
from app.core.fields import DayField
from app.core.forms import BaseForm, choice, optional, required
from app.core.i18n import lazy as _
from app.providers.words import ROLES


class MemberForm(BaseForm):
    """A role here and its last day."""

    role = RadioField(
        _("Role"),
        [required(_("Choose a role."))],
        choices=[choice(role.value, label) for role, label in ROLES.items()],
    )
    until = DayField(_("Last day"), [optional()])

    @property
    def chosen(self) -> ProviderRole:
        return ProviderRole(self.role.data)


class NewMemberForm(WhoForm, MemberForm):
    """Somebody who comes to work here."""
