"""What staff fill in about one place."""

from wtforms import RadioField, SelectMultipleField

from app.core.formats import read_row
from app.core.forms import BaseForm, TextField, choice, choices, optional, required
from app.core.i18n import lazy as _

LONGEST_REASON = 200
ASKED, ENDED = "asked", "ended"


def row_number(text: str) -> int:
    """The number of a row; what no row can have is nobody's."""
    number = read_row(text)
    if number is None:
        raise ValueError
    return number


def _reason() -> TextField:
    words = _("Write the reason. The person is told.")
    return TextField(_("Reason"), [required(words)], longest=LONGEST_REASON)


class ApproveForm(BaseForm):
    """Everybody who is marked."""

    marked = SelectMultipleField(_("Marked"), coerce=row_number, validate_choice=False, choices=[])


class RefuseForm(BaseForm):
    """Why somebody is not accepted."""

    why = _reason()


class EndForm(BaseForm):
    """Whose wish it is that a place ends, and why."""

    wish = RadioField(
        _("Who wants it?"),
        [required(_("Choose who wants it."))],
        choices=[
            choice(ASKED, _("The person gives the place up")),
            choice(ENDED, _("We end the place")),
        ],
    )
    reason = _reason()


class MoveForm(BaseForm):
    """Which other run of the course."""

    run_id = RadioField(
        _("To which class?"), [required(_("Choose a class."))], coerce=str, choices=[]
    )

    def offer(self, runs: list[tuple[str, str]]) -> None:
        choices(self.run_id, runs)


class PaidForm(BaseForm):
    """Everybody who has paid."""

    paid = SelectMultipleField(_("Paid"), coerce=row_number, validate_choice=False, choices=[])


class FeeForm(BaseForm):
    """What happened with the fee of one person."""

    what = RadioField(_("What happened?"), [required(_("Choose what happened."))], choices=[])
    reason = TextField(_("Reason"), [optional()], longest=LONGEST_REASON)

    def offer(self, acts: list[tuple[str, str]]) -> None:
        choices(self.what, acts)


class ResultsForm(BaseForm):
    """Who has completed the class."""

    completed = SelectMultipleField(
        _("Completed"), coerce=row_number, validate_choice=False, choices=[]
    )
    reason = TextField(_("Why the rule does not hold for them"), [optional()])
