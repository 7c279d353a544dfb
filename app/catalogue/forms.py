"""Forms of provider staff."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, SelectField, SelectMultipleField
from wtforms.validators import NumberRange

from app.catalogue.cards import MODES
from app.catalogue.models import Course, Mode, Run
from app.catalogue.operations import CourseFields, RunFields
from app.catalogue.repeats import MOST_MEETINGS, Repeat
from app.catalogue.words import LANGUAGES
from app.core import clock
from app.core.errors import DomainError
from app.core.fields import CountField, DayField, NeededIf, NeededUnless, TimeField, VersionField
from app.core.formats import weekday
from app.core.forms import (
    BaseForm,
    ProseField,
    TextField,
    bilingual_columns,
    choice,
    choices,
    optional,
    required,
)
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.places.models import Venue
from app.providers.words import CLA

MOST_SEATS = 100_000
MOST_DONG = 1_000_000_000
_MONDAY = date(2024, 1, 1)


def _options(words: Mapping[Any, str]) -> list[Any]:
    return [choice(str(code), label) for code, label in words.items()]


class CourseForm(BaseForm):
    """The words of a course in both languages; English may stay empty."""

    title_vi = TextField(_("Title in Vietnamese"), [required(_("Enter a title in Vietnamese."))])
    title_en = TextField(_("Title in English"), [optional()])
    summary_vi = ProseField(
        _("In two sentences (Vietnamese)"),
        [required(_("Say in one or two sentences what the course is about."))],
        longest=600,
    )
    summary_en = ProseField(_("In two sentences (English)"), [optional()], longest=600)
    learn_vi = ProseField(_("What people learn (Vietnamese)"), [optional()])
    learn_en = ProseField(_("What people learn (English)"), [optional()])
    for_whom_vi = ProseField(_("For whom it is (Vietnamese)"), [optional()], longest=1000)
    for_whom_en = ProseField(_("For whom it is (English)"), [optional()], longest=1000)
    bring_vi = ProseField(_("What to bring (Vietnamese)"), [optional()], longest=1000)
    bring_en = ProseField(_("What to bring (English)"), [optional()], longest=1000)
    topic_id = SelectField(
        _("Subject"), [NumberRange(min=1, message=_("Choose a subject."))], coerce=int
    )
    audience_ids = SelectMultipleField(_("Meant for"), coerce=int)
    cla = SelectField(_("Kind of learning"), choices=_options(CLA))
    job_related = BooleanField(_("It helps people at work or in finding work"))
    version = VersionField()

    def show(self, course: Course) -> None:
        """Fill the boxes with the course as it is."""
        self.process(obj=course, audience_ids=[audience.id for audience in course.audiences])

    def fields(self) -> CourseFields:
        """What was sent, for the operations."""
        return CourseFields(
            title=bilingual_columns(self, "title"),
            summary=bilingual_columns(self, "summary"),
            learn=bilingual_columns(self, "learn"),
            for_whom=bilingual_columns(self, "for_whom"),
            bring=bilingual_columns(self, "bring"),
            topic_id=self.topic_id.data,
            audience_ids=frozenset(self.audience_ids.data or ()),
            cla=self.cla.data,
            job_related=self.job_related.data,
        )


class RulesForm(BaseForm):
    """Places, fee, place and enrolment days of a run."""

    enrol_from = DayField(
        _("Enrolment opens on"), [required(_("Enter the first day of enrolment."))]
    )
    enrol_until = DayField(
        _("Last day to enrol"), [required(_("Enter the last day of enrolment."))]
    )
    capacity = CountField(_("Number of places"), most=MOST_SEATS)
    waiting_capacity = CountField(_("Places on the waiting list"), most=MOST_SEATS)
    fee = CountField(_("Fee for the whole run, in dong"), most=MOST_DONG)
    mode = SelectField(_("How people learn"), choices=_options(MODES))
    language = SelectField(_("Language of teaching"), choices=_options(LANGUAGES))
    venue_id = SelectField(_("Place"), coerce=int)
    online_link = TextField(_("Link for online sessions"), [optional()])
    teacher = TextField(_("Teacher"), [optional()])

    def offer(self, venues: list[Venue]) -> None:
        """The places one can choose."""
        none = ("0", gettext("No place (online)"))
        mine = ((str(venue.id), venue.name.text()) for venue in venues)
        choices(self.venue_id, [none, *mine])

    def show(self, run: Run) -> None:
        """Fill the boxes with the run as it is."""
        days = {name: f"{getattr(run, name):%d/%m/%Y}" for name in ("enrol_from", "enrol_until")}
        numbers = {
            name: "" if getattr(run, name) is None else str(getattr(run, name))
            for name in ("capacity", "waiting_capacity", "fee")
        }
        same = {name: getattr(run, name) for name in ("mode", "language", "online_link", "teacher")}
        self.process(data={**days, **numbers, **same, "venue_id": run.venue_id or 0})

    def fields(self) -> RunFields:
        """What was sent, for the operations."""
        first, last = self.enrol_from.value, self.enrol_until.value
        return RunFields(
            enrol_from=first or clock.today(),
            enrol_until=last or clock.today(),
            capacity=self.capacity.value,
            waiting_capacity=self.waiting_capacity.value,
            fee=self.fee.value or 0,
            mode=Mode(self.mode.data),
            language=self.language.data,
            venue_id=self.venue_id.data or None,
            online_link=self.online_link.data or "",
            teacher=self.teacher.data or "",
        )


def _needed(message: str) -> NeededUnless:
    return NeededUnless("mode", Mode.SELF_PACED, message)


class MeetingsForm(BaseForm):
    """When sessions are: weekdays, hours, how many from a first day."""

    first_day = DayField(_("First day"), [required(_("Enter the first day."))])
    weekdays = SelectMultipleField(_("Weekdays"), coerce=int)
    begins = TimeField(_("From"), [required(_("Enter when a session begins."))])
    ends = TimeField(_("To"), [required(_("Enter when a session ends."))])
    meetings = CountField(
        _("How many sessions"),
        [required(_("Enter how many sessions there are."))],
        most=MOST_MEETINGS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self.weekdays, weekday_choices())

    def repeat(self) -> Repeat:
        return _repeat(self)


class RunForm(RulesForm):
    """A new run: its rules and its sessions, or its days when people learn at their own pace."""

    first_day = DayField(_("First day"), [required(_("Enter the first day."))])
    weekdays = SelectMultipleField(_("Weekdays"), coerce=int)
    begins = TimeField(_("From"), [_needed(_("Enter when a session begins."))])
    ends = TimeField(_("To"), [_needed(_("Enter when a session ends."))])
    meetings = CountField(
        _("How many sessions"),
        [_needed(_("Enter how many sessions there are."))],
        most=MOST_MEETINGS,
    )
    ends_on = DayField(_("Last day"), [NeededIf("mode", Mode.SELF_PACED, _("Enter the last day."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self.weekdays, weekday_choices())

    def __iter__(self) -> Iterator[Field]:
        """As on the page: first when it is, then its rules."""
        rules = {name for name in self._fields if hasattr(RulesForm, name)} - {"mode"}
        return iter(sorted(self._fields.values(), key=lambda field: field.short_name in rules))

    def when(self) -> Repeat | tuple[date, date]:
        """The repeat rule, or the first and last day."""
        first = self.first_day.value or clock.today()
        return (first, self.ends_on.value) if self.ends_on.value else _repeat(self)


def _repeat(form: MeetingsForm | RunForm) -> Repeat:
    if form.first_day.value is None or form.begins.value is None or form.ends.value is None:
        raise DomainError  # a form that was validated has all three
    return Repeat(
        first_day=form.first_day.value,
        weekdays=frozenset(form.weekdays.data or ()),
        begins=form.begins.value,
        ends=form.ends.value,
        meetings=form.meetings.value or 0,
    )


def weekday_choices() -> list[tuple[str, str]]:
    """Monday to Sunday in the page's language."""
    days = (date.fromordinal(_MONDAY.toordinal() + number) for number in range(7))
    return [(str(number), weekday(day)) for number, day in enumerate(days)]
