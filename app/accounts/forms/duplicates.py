"""Deciding whether two rows are one human."""

from wtforms import RadioField

from app.accounts.forms.roles import ReasonForm
from app.core.forms import choice, required
from app.core.i18n import lazy as _

FIRST, SECOND, DIFFERENT = "first", "second", "different"


class DecideForm(ReasonForm):
    """`decision` says which row stays, or that there are two people."""

    decision = RadioField(
        _("What did you find?"),
        [required(_("Choose what you found."))],
        choices=[
            choice(FIRST, _("One person: keep the first record")),
            choice(SECOND, _("One person: keep the second record")),
            choice(DIFFERENT, _("Two different people")),
        ],
    )
