"""What somebody fills in about a place they have, or would like to have."""

from typing import Any

from wtforms.validators import ValidationError

from app.accounts.contacts import Contact, ContactKind
from app.accounts.forms.sign_in import CodeForm, ContactForm
from app.core.forms import BaseForm, PhoneField, TextField, optional, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _

__all__ = ["AlertForm", "CodeForm", "EmailForm", "NewPhoneForm"]


class AlertForm(ContactForm):
    """Where somebody wants to hear of a free seat."""


class EmailForm(BaseForm):
    """The mailbox letters go to as well; empty for none."""

    email = TextField(
        _("E-mail"),
        [optional()],
        render_kw={"type": "email", "autocomplete": "email", "spellcheck": "false"},
    )

    @property
    def value(self) -> str | None:
        """The address of a valid form."""
        contact = Contact.read(self.email.data or "")
        return contact.value if contact else None

    def validate_email(self, field: Any) -> None:
        contact = Contact.read(field.data or "")
        if contact is None or contact.kind is not ContactKind.EMAIL:
            raise ValidationError(gettext("Enter an e-mail address, for example hoa@example.org."))


class NewPhoneForm(BaseForm):
    """The present number, which shows who asks, and the new one."""

    old = PhoneField(
        _("Present phone number"),
        [required(_("Enter the phone number given with the enrolment."))],
    )
    new = PhoneField(
        _("New phone number"),
        [required(_("Enter a phone number, for example 0912 345 678."))],
    )
