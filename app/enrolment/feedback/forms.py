"""The three questions as a form."""

from typing import Any

from wtforms import RadioField

from app.core.forms import BaseForm, ProseField, choice, choices, optional, required
from app.core.i18n import lazy as _
from app.enrolment.feedback.models import LONGEST_COMMENT
from app.enrolment.feedback.questions import COMMENT, SATISFACTION, USEFULNESS, Question


def _scale() -> RadioField:
    return RadioField("", [required(_("Choose one of the answers."))], choices=[])


class FeedbackForm(BaseForm):
    """Two answers and, for whoever wishes, a comment."""

    usefulness = _scale()
    satisfaction = _scale()
    comment = ProseField("", [optional()], longest=LONGEST_COMMENT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self.usefulness, USEFULNESS)
        _word(self.satisfaction, SATISFACTION)
        self.comment.label.text = COMMENT.text()


class DecideForm(BaseForm):
    """What becomes of a comment."""

    act = RadioField(choices=[choice("show", _("Show it")), choice("hide", _("Do not show it"))])


def _word(field: RadioField, question: Question) -> None:
    field.label.text = question.text.text()
    choices(field, [(str(number), words.text()) for number, words in question.scale()])
