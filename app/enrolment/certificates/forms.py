"""What staff fill in about certificates."""

from wtforms import RadioField, SelectMultipleField

from app.core.forms import BaseForm, TextField, choice, required
from app.core.i18n import lazy as _
from app.enrolment.certificates.models import Languages
from app.enrolment.desk_forms import LONGEST_REASON, row_number


class IssueForm(BaseForm):
    """Everybody who is marked, and the language of the paper."""

    marked = SelectMultipleField(_("Marked"), coerce=row_number, validate_choice=False, choices=[])
    languages = RadioField(
        _("In which language?"),
        choices=[
            choice(Languages.BOTH.value, _("Vietnamese and English")),
            choice(Languages.VI.value, _("Vietnamese")),
            choice(Languages.EN.value, _("English")),
        ],
        default=Languages.BOTH.value,
    )


class RevokeForm(BaseForm):
    """Why a certificate holds no longer."""

    reason = TextField(
        _("Reason"), [required(_("Write the reason. The person is told."))], longest=LONGEST_REASON
    )
