"""Forms of the ways in."""

from typing import Any

from flask import request
from wtforms import BooleanField, Field, HiddenField, PasswordField

from app.accounts.contacts import Contact
from app.accounts.forms.person import full_name_field, sex_field
from app.accounts.forms.ward import WardForm, outside_field, ward_code_field, ward_field
from app.accounts.operations import Newcomer
from app.accounts.passwords import LONGEST
from app.core.forms import BaseForm, BirthField, TextField, required
from app.core.i18n import current_language
from app.core.i18n import lazy as _
from app.places.models import Sex

_NO_CONTACT = _("Enter a phone number, for example 0912 345 678, or an e-mail address.")


def name_field() -> TextField:
    return TextField(
        _("Phone number or e-mail"),
        [required(_("Enter your phone number or e-mail address."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


def code_field(label: str = _("Code")) -> TextField:
    return TextField(
        label,
        [required(_("Enter the code of 6 digits."))],
        longest=20,
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "size": 8},
    )


class ContactForm(BaseForm):
    """A form whose `name` must be a phone number or e-mail address; `contact` is what was meant."""

    name = name_field()
    contact: Contact | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        self.contact = Contact.read(self.name.data or "")
        if self.name.data and self.contact is None:
            self.name.errors = [*self.name.errors, str(_NO_CONTACT)]
        return is_right and self.contact is not None


class SignInForm(BaseForm):
    """One form, two buttons: with the password, or with a code that is sent."""

    BY_CODE = "code"

    name = name_field()
    password = PasswordField(
        _("Password"), render_kw={"autocomplete": "current-password", "maxlength": LONGEST}
    )
    stay = BooleanField(_("Stay signed in on this device"))
    next = HiddenField()
    contact: Contact | None = None

    @property
    def by_code(self) -> bool:
        return request.form.get("how") == self.BY_CODE

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = bool(super().validate(extra_validators))
        if self.by_code:
            self.contact = Contact.read(self.name.data or "")
            wrong = _NO_CONTACT if self.name.data and not self.contact else ""
        else:
            wrong = "" if self.password.data else _("Enter your password, or take a code.")
        if wrong:
            field: Field = self.name if self.by_code else self.password
            field.errors = [*field.errors, str(wrong)]
        return is_right and not wrong


class CodeForm(BaseForm):
    code = code_field()


class NewPasswordByCodeForm(BaseForm):
    code = code_field()
    password = PasswordField(
        _("New password"),
        [required(_("Enter a new password."))],
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST},
    )


class NewAccountForm(WardForm):
    """What an account needs to know; nothing is chosen beforehand."""

    full_name = full_name_field()
    birth = BirthField(_("Birth date"))
    ward = ward_field()
    ward_code = ward_code_field()
    outside = outside_field()
    sex = sex_field()

    def newcomer(self) -> Newcomer:
        """The answers of a valid form."""
        return Newcomer(
            full_name=self.full_name.data or "",
            born_in=self.birth.born_in or 0,
            born_on=self.birth.born_on,
            sex=Sex(self.sex.data),
            unit_id=self.unit.id if self.unit else None,
            language=current_language(),
        )
