"""Forms of provider staff."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import Field, SelectField, SelectMultipleField

from app.catalogue import teaching
from app.catalogue.cards import MODES
from app.catalogue.errors import WrongDates
from app.catalogue.models import Mode, Run
from app.catalogue.operations import RunFields
from app.catalogue.repeats import MOST_MEETINGS, Repeat
from app.catalogue.teaching import Teacher
from app.catalogue.words import LANGUAGES
from app.core import clock
from app.core.errors import DomainError
from app.core.fields import (
    CountField,
    DayField,
    DaysField,
    NeededIf,
    TimeField,
    VersionField,
)
from app.core.formats import weekday
from app.core.forms import (
    BaseForm,
    ProseField,
    TextField,
    choice,
    choices,
    optional,
    required,
)
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.places.models import Venue

MOST_SEATS = 100_000
MOST_DONG = 1_000_000_000
MOST_WEEKS = 104
WITH_SESSIONS = {mode: words for mode, words in MODES.items() if mode is not Mode.SELF_PACED}
_MONDAY = date(2024, 1, 1)


def _options(words: Mapping[Any, str]) -> list[Any]:
    return [choice(str(code), label) for code, label in words.items()]


class RulesForm(BaseForm):
    """Places, fee, place, teachers and enrolment days of a run."""

    enrol_from = DayField(
        _("Enrolment opens on"), [required(_("Enter the first day of enrolment."))]
    )
    enrol_until = DayField(
        _("Last day to enrol"), [required(_("Enter the last day of enrolment."))]
    )
    pace_weeks = CountField(
        _("Weeks to finish"),
        [NeededIf("mode", Mode.SELF_PACED, _("Enter how many weeks people have."))],
        most=MOST_WEEKS,
    )
    capacity = CountField(_("Number of places"), most=MOST_SEATS)
    waiting_capacity = CountField(_("Places on the waiting list"), most=MOST_SEATS)
    fee = CountField(_("Fee for the whole run, in dong"), most=MOST_DONG)
    mode = SelectField(_("How people learn"), choices=_options(MODES))
    language = SelectField(_("Language of teaching"), choices=_options(LANGUAGES))
    venue_id = SelectField(_("Place"), coerce=int, default=0)
    room_id = SelectField(_("Room"), coerce=int, default=0)
    online_link = TextField(_("Link for online sessions"), [optional()])
    teacher_ids = SelectMultipleField(_("Teachers who work here"), coerce=int)
    teacher = ProseField(_("Other teachers"), [optional()], longest=400)
    version = VersionField()

    def offer(self, venues: Sequence[Venue], teachers: Sequence[Teacher]) -> None:
        """The places, the rooms and the colleagues one can choose."""
        none = ("0", gettext("No place (online)"))
        choices(self.venue_id, [none, *((str(venue.id), venue.name.text()) for venue in venues)])
        choices(self.room_id, room_choices(venues))
        known = [(str(each.account_id), each.name) for each in teachers]
        choices(self.teacher_ids, known)

    def only_with_sessions(self) -> None:
        """A run with sessions does not become one at one's own pace."""
        choices(self.mode, [(mode, str(words)) for mode, words in WITH_SESSIONS.items()])

    def show(self, run: Run) -> None:
        """Fill the boxes with the run as it is."""
        days = {name: f"{getattr(run, name):%d/%m/%Y}" for name in ("enrol_from", "enrol_until")}
        numbers = {
            name: "" if getattr(run, name) is None else str(getattr(run, name))
            for name in ("capacity", "waiting_capacity", "fee", "version")
        }
        same = {name: getattr(run, name) for name in ("mode", "language", "online_link")}
        places = {"venue_id": run.venue_id or 0, "room_id": run.room_id or 0}
        pace = {"pace_weeks": str(run.pace_weeks or _weeks(run))}
        self.process(data={**days, **numbers, **same, **places, **pace, **self._taught(run)})

    def _taught(self, run: Run) -> dict[str, Any]:
        """Who can be ticked is ticked; the names of all others are text."""
        offered = {int(value) for value, *_rest in self.teacher_ids.iter_choices()}
        known = teaching.of_run(run)
        ticked = [each.account_id for each in known if each.account_id in offered]
        others = [each.name for each in known if each.account_id not in offered]
        return {"teacher_ids": ticked, "teacher": "\n".join(others)}

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
            room_id=self.room_id.data or None,
            online_link=self.online_link.data or "",
            teacher=self.teacher.data or "",
            teacher_ids=frozenset(self.teacher_ids.data or ()),
            pace_weeks=self.pace_weeks.value,
        )


def _weeks(run: Run) -> int:
    """At one's own pace without a stated time: from the last day to enrol until its end."""
    return max(1, math.ceil((run.ends_on - run.enrol_until).days / 7))


def room_choices(venues: Sequence[Venue]) -> list[tuple[str, str]]:
    """The rooms of these places, with how many people fit in."""
    found = [("0", gettext("No room"))]
    for venue in venues:
        for room in venue.rooms:
            if not room.is_gone:
                words = {"place": venue.name.text(), "room": room.name.text()}
                text = gettext("%(room)s – %(place)s", **words)
                if room.capacity is not None:
                    text = gettext("%(room)s (%(count)s places)", room=text, count=room.capacity)
                found.append((str(room.id), text))
    return found


class PaceForm(RulesForm):
    """A run at one's own pace: no sessions, so only when one can enrol and how long one has."""

    mode = SelectField(choices=_options({Mode.SELF_PACED: MODES[Mode.SELF_PACED]}))

    def when(self) -> tuple[date, date]:
        return self.fields().days_at_own_pace


class MeetingsForm(BaseForm):
    """When sessions are: weekdays, hours, how many from a first day or until which."""

    first_day = DayField(_("First day"), [required(_("Enter the first day."))])
    weekdays = SelectMultipleField(_("Weekdays"), coerce=int)
    every_weeks = SelectField(_("How often"), coerce=int, default=1)
    begins = TimeField(_("From"), [required(_("Enter when a session begins."))])
    ends = TimeField(_("To"), [required(_("Enter when a session ends."))])
    meetings = CountField(_("How many sessions"), most=MOST_MEETINGS)
    until = DayField(_("Or until which day"))
    skip = DaysField(_("Days to leave out besides"), [optional()])
    add = DaysField(_("Days to meet on besides"), [optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices(self.weekdays, weekday_choices())
        choices(self.every_weeks, _how_often())

    def repeat(self) -> Repeat:
        """The rule that was sent.

        Raises:
            WrongDates: it has both a number and a last day.
        """
        first, begins, ends = self.first_day.value, self.begins.value, self.ends.value
        if first is None or begins is None or ends is None:
            raise DomainError  # a form that was validated has all three
        if self.meetings.value is not None and self.until.value is not None:
            both = _("Enter how many sessions there are, or the last day; not both.")
            raise WrongDates(both, field="until")
        return Repeat(
            first_day=first, weekdays=frozenset(self.weekdays.data or ()), begins=begins, ends=ends,
            meetings=self.meetings.value, until=self.until.value,
            every_weeks=self.every_weeks.data or 1, skip=self.skip.value, add=self.add.value,
        )  # fmt: skip


class RunForm(MeetingsForm, RulesForm):
    """A new run with sessions: its rules, and the rule that makes its sessions."""

    mode = SelectField(
        _("How people learn"),
        choices=_options(WITH_SESSIONS),
    )

    def __iter__(self) -> Iterator[Field]:
        """As on the page: first when it is, then its rules."""
        rules = {name for name in self._fields if hasattr(RulesForm, name)} - {"mode"}
        return iter(sorted(self._fields.values(), key=lambda field: field.short_name in rules))


def _how_often() -> list[tuple[str, str]]:
    return [
        ("1", gettext("Every week")),
        ("2", gettext("Every second week")),
        ("4", gettext("Every fourth week")),
    ]


def weekday_choices() -> list[tuple[str, str]]:
    """Monday to Sunday in the page's language."""
    days = (date.fromordinal(_MONDAY.toordinal() + number) for number in range(7))
    return [(str(number), weekday(day)) for number, day in enumerate(days)]
