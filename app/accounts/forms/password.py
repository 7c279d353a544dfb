"""Forms of one's password."""

from wtforms import PasswordField

from app.accounts.passwords import LONGEST
from app.core.forms import BaseForm, required
from app.core.i18n import lazy as _


class FirstPasswordForm(BaseForm):
    """For an account that had none."""

    password = PasswordField(
        _("New password"),
        [required(_("Enter a new password."))],
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST},
    )


class PasswordForm(BaseForm):
    current = PasswordField(
        _("Current password"),
        [required(_("Enter your current password."))],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _("New password"),
        [required(_("Enter a new password."))],
        render_kw={"autocomplete": "new-password", "maxlength": LONGEST},
    )
