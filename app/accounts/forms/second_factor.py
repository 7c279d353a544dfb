"""Forms of the second factor, and of showing again that one is there."""

from wtforms import HiddenField, PasswordField

from app.accounts.passwords import LONGEST
from app.core.forms import BaseForm, TextField, required
from app.core.i18n import lazy as _


class SecondFactorForm(BaseForm):
    code = TextField(
        _("Code of your app"),
        [required(_("Enter the code."))],
        longest=30,
        render_kw={
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )
    next = HiddenField()


class RecoveryCodeForm(SecondFactorForm):
    """The same field for letters too."""

    code = TextField(
        _("Recovery code"),
        [required(_("Enter the code."))],
        longest=30,
        render_kw={
            "autocomplete": "off",
            "autocapitalize": "characters",
            "spellcheck": "false",
        },
    )


class SentCodeForm(SecondFactorForm):
    """The same field for a code in a message."""

    code = TextField(
        _("Code in the message"),
        [required(_("Enter the code."))],
        longest=30,
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ConfirmPasswordForm(BaseForm):
    password = PasswordField(
        _("Password"),
        [required(_("Enter your password."))],
        render_kw={"autocomplete": "current-password", "maxlength": LONGEST},
    )
    next = HiddenField()


class IdentityForm(BaseForm):
    """Setting out to sign in elsewhere."""

    purpose = HiddenField()
    next = HiddenField()
