"""Forms about who works at a provider."""

from typing import Any

from wtforms import RadioField, StringField
from wtforms.validators import ValidationError

from app.accounts.contacts import Contact
from app.core.access import ProviderRole
from app.core.fields import DayField
from app.core.forms import BaseForm, choice, optional, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.providers.words import ROLES


class _ToForm(BaseForm):
    """Who is meant; asked first, so wrong first."""

    contact = StringField(
        _("E-mail or phone number"),
        [required(_("Enter an e-mail address or a phone number."))],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    found: Contact | None = None

    def validate_contact(self, field: Any) -> None:
        """One box for both."""
        self.found = Contact.read(field.data or "")
        if self.found is None:
            raise ValidationError(gettext("Enter an e-mail address or a phone number."))

    @property
    def to(self) -> Contact:
        """Who was meant; of a valid form only."""
        if self.found is None:
            raise LookupError
        return self.found


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


class InviteForm(_ToForm, MemberForm):
    """Somebody who is to come and work here."""
