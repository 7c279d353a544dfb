"""Who is to work here: a name, and one box for an e-mail address or a phone number."""

from typing import Any

from wtforms import StringField
from wtforms.validators import ValidationError

from app.accounts.contacts import Contact, ContactKind
from app.core.forms import BaseForm, TextField, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _


class WhoForm(BaseForm):
    """Who is meant; asked first, so wrong first."""

    display_name = TextField(_("Name"), [required(_("Enter the name."))])
    contact = StringField(
        _("E-mail or phone number"),
        [required(_("Enter an e-mail address or a phone number."))],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    email: str | None = None
    phone: str | None = None

    def validate_contact(self, field: Any) -> None:
        """One box for both."""
        found = Contact.read(field.data or "")
        if found is None:
            raise ValidationError(gettext("Enter an e-mail address or a phone number."))
        if found.kind is ContactKind.PHONE:
            self.phone = found.value
        else:
            self.email = found.value
