"""What somebody fills in who brings a group."""

import secrets
from typing import Any

from wtforms import HiddenField
from wtforms.validators import ValidationError

from app.accounts.contacts import Contact, ContactKind
from app.core.fields import CountField
from app.core.forms import BaseForm, PhoneField, TextField, optional, required
from app.core.i18n import current_language, gettext
from app.core.i18n import lazy as _
from app.enrolment.operations.groups import Group

MOST = 500


def _learners() -> CountField:
    words = _("Enter how many learners come, for example 34.")
    return CountField(_("How many learners?"), [required(words)], most=MOST)


def _adults() -> CountField:
    return CountField(_("How many adults come along?"), [optional()], most=MOST)


class NumbersForm(BaseForm):
    """How many come."""

    learners = _learners()
    adults = _adults()

    def validate_learners(self, field: Any) -> None:
        if field.data and field.data.strip() in ("0", "00"):
            raise ValidationError(gettext("A group has at least one learner."))

    @property
    def numbers(self) -> tuple[int, int]:
        """Learners and adults of a valid form."""
        return self.learners.value or 0, self.adults.value or 0


class GroupForm(NumbersForm):
    """Who comes, how many, and whom to call."""

    organisation = TextField(
        _("School or organisation, and the class"),
        [required(_("Enter the school or organisation, for example Lê Lợi school, class 5A."))],
        render_kw={"autocomplete": "organization"},
    )
    learners = _learners()
    adults = _adults()
    contact_name = TextField(
        _("Your full name"),
        [required(_("Enter your full name."))],
        longest=120,
        render_kw={"autocomplete": "name", "autocapitalize": "words"},
    )
    phone = PhoneField(
        _("Your phone number"),
        [required(_("Enter a phone number, for example 0912 345 678."))],
    )
    email = TextField(
        _("Your e-mail"),
        [optional()],
        render_kw={"type": "email", "autocomplete": "email", "spellcheck": "false"},
    )
    form_key = HiddenField(default=lambda: secrets.token_urlsafe(18))

    def validate_email(self, field: Any) -> None:
        contact = Contact.read(field.data or "")
        if contact is None or contact.kind is not ContactKind.EMAIL:
            raise ValidationError(gettext("Enter an e-mail address, for example hoa@example.org."))

    def group(self) -> Group:
        """The answers of a valid form."""
        contact = Contact.read(self.email.data or "")
        learners, adults = self.numbers
        return Group(
            organisation=self.organisation.data or "", contact_name=self.contact_name.data or "",
            phone=self.phone.e164 or "", email=contact.value if contact else None,
            learners=learners, adults=adults, language=current_language(),
        )  # fmt: skip
