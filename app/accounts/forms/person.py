"""Name and sex, asked in the same words wherever a form makes or describes a person."""

from wtforms import RadioField

from app.accounts.forms.words import SEXES
from app.core.forms import TextField, choice, required
from app.core.i18n import lazy as _


def full_name_field() -> TextField:
    return TextField(
        _("Full name"),
        [required(_("Enter the full name, as on the identity card."))],
        longest=120,
        render_kw={"autocomplete": "name", "autocapitalize": "words"},
    )


def sex_field() -> RadioField:
    """Nothing is chosen beforehand."""
    return RadioField(
        _("Sex"),
        [required(_("Choose one; you may prefer not to say."))],
        choices=[choice(*pair) for pair in SEXES.items()],
    )
