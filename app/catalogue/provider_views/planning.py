"""What the pages of planning share: the list of sessions before it is kept, and its warnings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import render_template, request

from app.catalogue import clashes, teaching
from app.catalogue.calendar_days import calendar_of
from app.catalogue.clashes import Clash
from app.catalogue.forms import MeetingsForm, RunForm
from app.catalogue.generator import Planned, Timetable
from app.catalogue.models import Course, Run
from app.catalogue.plan_forms import BLANK_ROWS, MOST_ROWS, ListForm, list_form
from app.catalogue.teaching import Taught
from app.core import access
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.places import rooms
from app.places.models import Room, Venue
from app.providers import queries as providers

CHECK, SAVE, CHANGE = "check", "save", "change"


@dataclass(slots=True)
class Plan:
    """Sessions that somebody looks at before they are kept."""

    course: Course
    form: RunForm | MeetingsForm
    run: Run | None  # None: a new one
    table: Timetable
    rows: ListForm
    teachers: Sequence[Taught]
    clashes: Mapping[int, list[Clash]] = field(default_factory=dict)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What was typed on the page before, to be sent again."""
        own = {each.name for each in self.form}
        return [(name, value) for name, value in request.form.items(multi=True) if name in own]

    @property
    def venue_id(self) -> int | None:
        if isinstance(self.form, RunForm):
            return self.form.venue_id.data or None
        return self.run.venue_id if self.run else None

    @property
    def room(self) -> Room | None:
        if isinstance(self.form, RunForm):
            return rooms.room(self.form.room_id.data)
        return self.run.room if self.run else None

    def warnings(self) -> list[str]:
        """What is odd about the whole run."""
        if isinstance(self.form, RunForm):
            return too_small(self.room, self.form.capacity.value)
        return []


def plan_of(course: Course, form: RunForm | MeetingsForm, run: Run | None) -> Plan | None:
    """What the rule on the form gives; None with the refusal in the form."""
    try:
        table = form.repeat().timetable(calendar_of(course.provider_id))
        teachers = _taught(course, form, run)
    except DomainError as error:
        form.refuse(error)
        return None
    rows = list_form(_size(table), table.skipped)
    return Plan(course, form, run, table, rows, teachers)


def page_of_plan(plan: Plan, keep: Callable[[Timetable], object]) -> tuple[str, int] | None:
    """The list of sessions to look at; None once they are kept."""
    if request.form.get("act") == SAVE:
        rule = plan.form.repeat()
        if plan.rows.accepted(lambda: keep(plan.rows.timetable(rule))):
            return None
        planned = plan.rows.planned()
    else:
        plan.rows.show(plan.table)
        planned = dict(enumerate(plan.table.meetings))
    plan.clashes = _clashes(plan, planned)
    page = render_template(
        "catalogue/run_plan.html", plan=plan, provider=plan.course.provider, form=plan.rows
    )
    return page, plan.rows.status


def too_small(room: Room | None, capacity: int | None) -> list[str]:
    """A sentence when more people may enrol than fit into the room."""
    if room is None or room.capacity is None:
        return []
    if capacity is not None and capacity <= room.capacity:
        return []
    words = {"room": room.name.text(), "count": room.capacity}
    return [gettext("Only %(count)s people fit into %(room)s. The class has more places.", **words)]


def by() -> int | None:
    return access.actor().account_id


def venues_of(run: Run) -> list[Venue]:
    """The provider's places, and where the run is held also when that is none of them any more."""
    mine = providers.venues(run.course.provider_id)
    return mine if run.venue is None or run.venue in mine else [*mine, run.venue]


def _size(table: Timetable) -> int:
    """As many rows as were sent; to begin with those of the rule and some empty ones."""
    sent = request.form.get("size", type=int) if request.form.get("act") == SAVE else None
    return len(table.meetings) + BLANK_ROWS if sent is None else min(max(sent, 0), MOST_ROWS)


def _clashes(plan: Plan, planned: Mapping[int, Planned]) -> dict[int, list[Clash]]:
    """By the number of the row."""
    room_id = plan.room.id if plan.room else None
    rows = list(planned)
    wanted = clashes.wanted_for(
        list(planned.values()), plan.run, plan.venue_id, room_id, plan.teachers
    )
    found = clashes.find(wanted, plan.course.provider)
    return {rows[place]: its for place, its in found.items()}


def _taught(course: Course, form: RunForm | MeetingsForm, run: Run | None) -> Sequence[Taught]:
    if isinstance(form, RunForm):
        fields = form.fields()
        ticked = fields.teacher_ids or frozenset()
        return teaching.chosen(course.provider_id, ticked, fields.teacher)
    return teaching.of_run(run) if run else []
