"""Forms of signing in."""

from wtforms import HiddenField, PasswordField

from app.accounts.passwords import LONGEST
from app.core.forms import BaseForm, TextField, required
from app.core.i18n import lazy as _


class SignInForm(BaseForm):
    name = TextField(
        _("E-mail or phone number"),
        [required(_("Enter your e-mail address or phone number."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _("Password"),
        [required(_("Enter your password."))],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST},
    )
    next = HiddenField()
