"""Forms of planning: the list of sessions before it is kept, a new term, days, rooms."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import StopValidation

from app.catalogue import teaching
from app.catalogue.forms import MOST_SEATS, room_choices
from app.catalogue.generator import Planned, Skipped, Timetable
from app.catalogue.models import ClassSession
from app.catalogue.repeats import MOST_MEETINGS, Repeat
from app.catalogue.teaching import Teacher
from app.catalogue.term_plans import Order
from app.core import clock
from app.core.fields import CountField, DayField, NeededIf, TimeField, VersionField, read_day
from app.core.formats import clock_time
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
from app.places.rooms import RoomFields

BLANK_ROWS = 2
MOST_ROWS = MOST_MEETINGS + BLANK_ROWS
_ROW = ("keep", "day", "begins", "ends")


class _Together:
    """The boxes of a row are filled together, or the row is left out."""

    def __call__(self, form: Any, field: Any) -> None:
        number = field.short_name.rpartition("_")[2]
        boxes = [form[f"{name}_{number}"] for name in _ROW]
        if not boxes[0].data or not any((box.data or "").strip() for box in boxes[1:]):
            raise StopValidation
        if not (field.data or "").strip():
            raise StopValidation(gettext("Enter day, beginning and end, or leave the row empty."))


class ListForm(BaseForm):
    """The sessions of a run, one row each, and the days that were left out."""

    anyway = SelectMultipleField(_("Meet on these days all the same"))
    size = 0

    def rows(self) -> list[list[Field]]:
        """Keep, day, beginning and end of each session."""
        return [[self[f"{name}_{n}"] for name in _ROW] for n in range(self.size)]

    def planned(self) -> dict[int, Planned]:
        """The rows that are kept and can be read, by their number."""
        found: dict[int, Planned] = {}
        for number, row in enumerate(self.rows()):
            keep, day, begins, ends = (getattr(box, "value", box.data) for box in row)
            if keep and day and begins and ends:
                hours = clock.at(day, begins), clock.at(day, ends)
                found[number] = Planned(starts_at=hours[0], ends_at=hours[1])
        return found

    def timetable(self, rule: Repeat) -> Timetable:
        """What is to be made: the rows that are kept, and the ticked days at the usual hours."""
        made = list(self.planned().values())
        for text in self.anyway.data or ():
            day = date.fromisoformat(text)
            hours = clock.at(day, rule.begins), clock.at(day, rule.ends)
            made.append(Planned(starts_at=hours[0], ends_at=hours[1]))
        return Timetable(sorted(made, key=lambda each: each.starts_at))

    def show(self, table: Timetable) -> None:
        """Fill the rows with what the rule gave."""
        values: dict[str, Any] = {}
        for number, each in enumerate(table.meetings):
            values[f"day_{number}"] = f"{each.day:%d/%m/%Y}"
            values[f"begins_{number}"] = clock_time(each.starts_at)
            values[f"ends_{number}"] = clock_time(each.ends_at)
        self.process(data=values)


def list_form(size: int, skipped: Sequence[Skipped]) -> ListForm:
    """A form with so many rows; the rows are fields of their own, so errors find their box."""
    fields: dict[str, Any] = {"size": min(size, MOST_ROWS)}
    for n in range(min(size, MOST_ROWS)):
        fields[f"keep_{n}"] = BooleanField(_("Keep this session"), default=True)
        fields[f"day_{n}"] = DayField(_("Day"), [_Together()])
        fields[f"begins_{n}"] = TimeField(_("From"), [_Together()])
        fields[f"ends_{n}"] = TimeField(_("To"), [_Together()])
    form: ListForm = type("_ListForm", (ListForm,), fields)()
    choices(form.anyway, [(each.day.isoformat(), "") for each in skipped])
    return form


class TermForm(BaseForm):
    """When a new term begins, and what moves with it."""

    first_day = DayField(
        _("First day of the new term"), [required(_("Enter the first day of the new term."))]
    )
    enrolment = RadioField(
        _("Enrolment"),
        choices=[
            choice("distance", _("As many days before each class as last time")),
            choice("day", _("Opens for all classes on the same day")),
        ],
        default="distance",
    )
    enrol_from = DayField(
        _("Enrolment opens on"),
        [NeededIf("enrolment", "day", _("Enter the first day of enrolment."))],
    )
    leave_out_days = BooleanField(
        _("Leave out public holidays and days without classes"), default=True
    )
    with_rooms = BooleanField(_("Keep the rooms"), default=True)
    with_teachers = BooleanField(_("Keep the teachers"), default=True)
    form_key = HiddenField()
    seen = HiddenField()

    def order(self, run_ids: Sequence[int], sent: Mapping[str, str]) -> Order:
        """What was asked for; the form is valid."""
        starts = {run_id: read_day(sent.get(f"start-{run_id}", "").strip()) for run_id in run_ids}
        return Order(
            first_day=self.first_day.value or clock.today(), run_ids=tuple(run_ids),
            enrol_from=self.enrol_from.value if self.enrolment.data == "day" else None,
            with_rooms=self.with_rooms.data, with_teachers=self.with_teachers.data,
            leave_out_days=self.leave_out_days.data,
            starts={run_id: day for run_id, day in starts.items() if day is not None},
        )  # fmt: skip


class SessionForm(BaseForm):
    """Room and teachers of one session."""

    room_id = SelectField(_("Room"), coerce=int, default=0)
    teacher_ids = SelectMultipleField(_("Teachers who work here"), coerce=int)
    teacher = ProseField(_("Other teachers"), [optional()], longest=400)
    version = VersionField()

    def offer(self, venue: Venue | None, teachers: Sequence[Teacher]) -> None:
        choices(self.room_id, room_choices([venue] if venue else []))
        choices(self.teacher_ids, [(str(each.account_id), each.name) for each in teachers])

    @property
    def seen(self) -> int:
        """The sequence the editor saw; -1 when the form does not say, as 0 is that of a new one."""
        return self.version.seen - 1

    def show(self, session: ClassSession, room_id: int | None) -> None:
        """Fill the boxes with the session as it is."""
        offered = {int(value) for value, *_rest in self.teacher_ids.iter_choices()}
        own = teaching.own_of(session)
        self.process(
            data={
                "room_id": room_id or 0,
                "teacher_ids": [e.account_id for e in own if e.account_id in offered],
                "teacher": "\n".join(e.name for e in own if e.account_id not in offered),
                "version": session.sequence + 1,
            }
        )


class DayForm(BaseForm):
    """A day on which classes do not meet, or do although it is a public holiday."""

    day = DayField(_("Day"), [required(_("Enter the day."))])
    until = DayField(_("Until (for several days)"))
    name_vi = TextField(_("Name in Vietnamese"), [required(_("Say what day it is."))])
    name_en = TextField(_("Name in English"), [optional()])
    has_classes = BooleanField(_("Classes meet on this day, although it is a public holiday"))


class RoomForm(BaseForm):
    """A room of a building."""

    name_vi = TextField(_("Name in Vietnamese"), [required(_("Enter the name of the room."))])
    name_en = TextField(_("Name in English"), [optional()])
    capacity = CountField(_("How many people fit in"), most=MOST_SEATS)
    step_free = BooleanField(_("Wheelchairs get in"))

    def fields(self) -> RoomFields:
        """What was sent, for the operations."""
        return RoomFields(
            name=bilingual_columns(self, "name"), capacity=self.capacity.value,
            step_free=self.step_free.data,
        )  # fmt: skip
