"""What somebody fills in about a place they have, or would like to have."""

from typing import Any

from wtforms.validators import ValidationError

from app.accounts.contacts import Contact, ContactKind
from app.accounts.forms.contact import TwoCodesForm
from app.accounts.forms.sign_in import CodeForm, ContactForm
from app.core.forms import BaseForm, PhoneField, TextField, optional, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _

__all__ = ["AlertForm", "CodeForm", "EmailForm", "NewPhoneForm", "TwoCodesForm"]


def _present() -> PhoneField:
    words = _("Enter the phone number given with the enrolment.")
    return PhoneField(_("Present phone number"), [required(words)])


class AlertForm(ContactForm):
    """Where somebody wants to hear of a free seat."""


class EmailForm(BaseForm):
    """The mailbox letters go to as well, empty for none; the present number gets a code."""

    email = TextField(
        _("E-mail"),
        [optional()],
        render_kw={"type": "email", "autocomplete": "email", "spellcheck": "false"},
    )
    old = _present()

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
    """The present number and the new one; both get a code."""

    old = _present()
    new = PhoneField(
        _("New phone number"),
        [required(_("Enter a phone number, for example 0912 345 678."))],
    )

    def validate_new(self, field: Any) -> None:
        if field.e164 and field.e164 == self.old.e164:
            raise ValidationError(gettext("This is the present number. Enter the new one."))
