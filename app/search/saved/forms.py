"""What the pages of kept questions send."""

from wtforms import RadioField

from app.core.forms import BaseForm, TextField, choice, required
from app.core.i18n import lazy as _
from app.search.models import Letters
from app.search.saved.question import LONGEST_NAME

RHYTHMS: dict[Letters, str] = {
    Letters.NONE: _("No letters"),
    Letters.DAILY: _("Every day, if there is something new"),
    Letters.WEEKLY: _("Every week, if there is something new"),
}


class SavedSearchForm(BaseForm):
    """What the question is called, and how often its owner hears what is new."""

    name = TextField(_("Name of this search"), [required(_("Write a name."))], longest=LONGEST_NAME)
    letters = RadioField(
        _("Letters about what is new"),
        [required(_("Choose how often we write to you, or that we do not."))],
        choices=[choice(rhythm.value, words) for rhythm, words in RHYTHMS.items()],
    )

    @property
    def rhythm(self) -> Letters:
        return Letters(self.letters.data)
