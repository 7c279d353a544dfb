"""Forms of one's phone and mailbox."""

from typing import Any

from app.accounts.contacts import ContactKind
from app.accounts.forms.sign_in import ContactForm, code_field
from app.core.forms import BaseForm, TextField, required
from app.core.i18n import gettext
from app.core.i18n import lazy as _


class NewContactForm(ContactForm):
    """A phone number or an e-mail address, whichever is asked for."""

    name = TextField(
        _("New one"),
        [required(_("Enter the new one."))],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )

    def __init__(self, kind: ContactKind, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind
        is_phone = kind is ContactKind.PHONE
        self.name.label.text = gettext("New phone number") if is_phone else gettext("New e-mail")
        look = {
            "autocomplete": "tel" if is_phone else "email",
            "type": "tel" if is_phone else "email",
        }
        self.name.render_kw = {**(self.name.render_kw or {}), **look}

    def validate(self, extra_validators: Any = None) -> bool:
        is_right = super().validate(extra_validators)
        if self.contact is not None and self.contact.kind is not self.kind:
            wrong = {
                ContactKind.PHONE: gettext("Enter a phone number, for example 0912 345 678."),
                ContactKind.EMAIL: gettext("Enter an e-mail address, for example hoa@example.org."),
            }[self.kind]
            self.name.errors = [*self.name.errors, wrong]
            return False
        return is_right


class OneCodeForm(BaseForm):
    code = code_field()


class TwoCodesForm(BaseForm):
    """Both must be right."""

    code = code_field(_("Code sent to the new one"))
    old_code = code_field(_("Code sent to the present one"))
