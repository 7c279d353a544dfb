"""What city staff ask for, as it stands in the address."""

from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, SelectField
from wtforms.widgets import TextInput

from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.participation import periods
from app.participation.dimensions import MOST, Dimension, read
from app.participation.errors import NotAPeriod
from app.participation.periods import Kind, Period
from app.participation.queries import Question

OTHER_DATES = "dates"
_WRITTEN = ["%d/%m/%Y", "%Y-%m-%d"]


class AskForm(Form):
    """A period by name or by two days, and up to two breakdowns. Sent by GET."""

    period = SelectField(_("Period"), validate_choice=False)
    first = DateField(_("First day"), name="from", format=_WRITTEN, widget=TextInput())
    last = DateField(_("Last day"), name="to", format=_WRITTEN, widget=TextInput())
    by = SelectField(_("Broken down by"), validate_choice=False)
    then = SelectField(_("And by"), validate_choice=False)

    refusals: tuple[str, ...] = ()

    @classmethod
    def of_address(
        cls, given: MultiDict[str, str], today: date
    ) -> "tuple[AskForm, Question | None]":
        """The form filled in, and its question; no question when something is wrong with it."""
        form = cls(given)
        usual = periods.usual(today)
        try:
            question = Question(_period(form, given, usual[0]), _breakdowns(given), spaces=False)
        except DomainError as error:
            question = None
            form[error.field].errors = [str(error.message)]
        form._offer(usual, question)
        return form, question

    def _offer(self, usual: list[Period], question: Question | None) -> None:
        asked = question.period if question else None
        shown = list(usual)
        if asked and asked.kind is not Kind.DAYS and asked not in usual:
            shown.append(asked)
        self.period.choices = [
            *((each.code, f"{each.label} ({each.code})") for each in shown),
            (OTHER_DATES, gettext("Other dates, below")),
        ]
        breakdowns = [(each.value, str(each.name_of)) for each in Dimension]
        self.by.choices = self.then.choices = [("", gettext("Nothing")), *breakdowns]
        if asked and question:
            self._show(asked, [*question.by, "", ""])

    def _show(self, asked: Period, by: list[str]) -> None:
        """What was understood, however it was written in the address."""
        free = asked.kind is Kind.DAYS
        self.period.data = OTHER_DATES if free else asked.code
        if free:
            self.first.data, self.last.data = asked.first, asked.last
        self.by.data, self.then.data = by[:MOST]


def _breakdowns(given: MultiDict[str, str]) -> tuple[Dimension, ...]:
    return read([*given.getlist("by"), *given.getlist("then")])


def _period(form: AskForm, given: MultiDict[str, str], default: Period) -> Period:
    name = given.get("period", "")
    days = given.get("from", ""), given.get("to", "")
    if name and name != OTHER_DATES:
        return periods.parse(name)
    if not name and not any(days):
        return default
    if form.first.data is None or form.last.data is None:
        raise NotAPeriod(
            _("Enter both days, for example 01/01/2026 and 30/06/2026."), field="first"
        )
    if form.last.data < form.first.data:
        raise NotAPeriod(_("The last day must not be before the first day."), field="last")
    return periods.between(form.first.data, form.last.data)
