"""Runs and their sessions: planned, and their rules changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.catalogue import teaching
from app.catalogue.calendar_days import EVERY_DAY
from app.catalogue.conditions import check, problems
from app.catalogue.errors import (
    HourTaken,
    NoMeetings,
    NotThatRoom,
    NotYourVenue,
    PlaceChangesApart,
    RunIsOver,
    TooManyMeetings,
    WrongDates,
)
from app.catalogue.events import CourseChanged, RunChanged
from app.catalogue.generator import MOST_MEETINGS, Planned, Timetable
from app.catalogue.models import ClassSession, Course, Mode, Run
from app.catalogue.repeats import Repeat
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import lazy as _
from app.core.vi import clean
from app.places.models import Room
from app.providers.models import Site

When = Repeat | Timetable | tuple[date, date]
_FIGURES = (
    "enrol_from", "enrol_until", "capacity", "waiting_capacity", "fee", "mode", "language",
    "venue_id", "room_id", "online_link",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFields:
    """The rules of one offering. `capacity` None is unlimited, 0 is none; the fee is in dong.

    Attributes:
        teacher: names; beside `teacher_ids` those of others, alone the text residents read.
        teacher_ids: accounts of colleagues who teach; None: only the text is known.
        pace_weeks: at one's own pace, how long somebody has who has enrolled.
    """

    enrol_from: date
    enrol_until: date
    capacity: int | None = None
    waiting_capacity: int | None = None
    fee: int = 0
    mode: Mode = Mode.IN_PERSON
    language: str = "vi"
    venue_id: int | None = None
    room_id: int | None = None
    online_link: str = ""
    teacher: str = ""
    teacher_ids: frozenset[int] | None = None
    pace_weeks: int | None = None

    @property
    def days_at_own_pace(self) -> tuple[date, date]:
        """From the first day of enrolment until the time of those who come last is over."""
        return self.enrol_from, self.enrol_until + timedelta(weeks=self.pace_weeks or 0)


def add_run(
    course_id: int,
    fields: RunFields,
    when: When,
    by_id: int | None = None,
    external_id: str | None = None,
) -> Run:
    """Plan an offering of a course.

    Args:
        when: the sessions, the repeat rule that makes them whatever the calendar says, or the
            first and the last day of a run without sessions (at one's own pace).

    Raises:
        WrongDates: days or hours contradict each other; the error names the field.
        NoMeetings, TooManyMeetings: not between 1 and 200 sessions.
        NotYourVenue, NotThatRoom: the provider does not teach there.
        HourTaken: two sessions begin at the same time.
    """
    with transaction() as session:
        run = Run(course_id=course_id, external_id=external_id)
        run.starts_on, run.ends_on = _plan(run, when)
        _fill(session, run, fields, session.get_one(Course, course_id).provider_id)
        session.add(run)
        session.flush()  # gives the id that the audit row and the event name
        note("run.added", run, by_id)
        return run


def edit_run(
    run_id: int, fields: RunFields, by_id: int | None = None, *, seen: int | None = None
) -> Run:
    """Change the rules of a run. A lower capacity throws nobody out.

    Args:
        seen: the version the editor saw; nobody's change is overwritten unseen.

    Raises:
        RunIsOver, WrongDates, NotYourVenue, NotThatRoom, ChangedMeanwhile: as the name says.
        WrongRules: a new date, number or fee contradicts the rules of the run.
        PlaceChangesApart: people have a place, so they are told by `changes.change_place`.
    """
    with transaction() as session:
        run = session.get_one(Run, run_id, with_for_update={"of": Run}, populate_existing=True)
        if run.ends_on < clock.today():
            raise RunIsOver
        if seen is not None and run.version != seen:
            if _is_already(run, fields):
                return run  # the same form, sent twice
            raise ChangedMeanwhile
        if run.venue_id != fields.venue_id and (run.seats_taken or run.waiting):
            raise PlaceChangesApart
        known = {problem.code for problem in problems(run)}
        if fields.mode is Mode.SELF_PACED and fields.pace_weeks and not run.sessions:
            run.starts_on, run.ends_on = fields.days_at_own_pace
        _fill(session, run, fields, run.course.provider_id)
        run.version += 1
        check(run, known)
        note("run.edited", run, by_id)
        return run


def add_sessions(run_id: int, when: Repeat | Timetable, by_id: int | None = None) -> int:
    """Add meetings to a run, leaving out hours at which it meets already; how many are new."""
    with transaction() as session:
        run = session.get_one(Run, run_id)
        known = {meeting.starts_at for meeting in run.sessions}
        new = [each for each in _meetings(when) if each.starts_at not in known]
        run.sessions += [meeting_of(each, run) for each in new]
        days = [each.day for each in new]
        run.starts_on, run.ends_on = min([run.starts_on, *days]), max([run.ends_on, *days])
        note("run.sessions_added", run, by_id, sessions=len(new))
        return len(new)


def meeting_of(planned: Planned, run: Run) -> ClassSession:
    """A session, with a place of its own only where it is not that of the run."""
    venue_id = None if planned.venue_id == run.venue_id else planned.venue_id
    room_id = None if planned.room_id == run.room_id else planned.room_id
    return ClassSession(
        starts_at=planned.starts_at, ends_at=planned.ends_at, venue_id=venue_id, room_id=room_id
    )


def _meetings(when: Repeat | Timetable) -> Sequence[Planned]:
    made = when.timetable(EVERY_DAY) if isinstance(when, Repeat) else when
    if not made.meetings:
        raise NoMeetings
    if len(made.meetings) > MOST_MEETINGS:
        raise TooManyMeetings
    if len({each.starts_at for each in made.meetings}) < len(made.meetings):
        raise HourTaken
    if any(each.ends_at <= each.starts_at for each in made.meetings):
        raise WrongDates(_("The end must be later than the beginning."), field="ends")
    return made.meetings


def _plan(run: Run, when: When) -> tuple[date, date]:
    """Give the run its sessions; its first and last day."""
    if isinstance(when, tuple):
        if when[1] < when[0]:
            raise WrongDates(_("The last day must not be before the first day."), field="ends_on")
        return when
    meetings = _meetings(when)
    run.sessions = [meeting_of(each, run) for each in meetings]
    days = [each.day for each in meetings]
    return min(days), max(days)


def _fill(session: Session, run: Run, fields: RunFields, provider_id: int) -> None:
    _check_window(run, fields)
    is_new = fields.venue_id not in (None, run.venue_id)
    if is_new and not teaches_at(session, provider_id, fields.venue_id):
        raise NotYourVenue
    if fields.room_id not in (None, run.room_id) or run.venue_id != fields.venue_id:
        check_room(session, fields.room_id, fields.venue_id)
    run.enrol_from, run.enrol_until = fields.enrol_from, fields.enrol_until
    run.capacity, run.waiting_capacity = fields.capacity, fields.waiting_capacity
    run.fee, run.mode, run.language = fields.fee, fields.mode, fields.language
    run.venue_id, run.room_id = fields.venue_id, fields.room_id
    run.pace_weeks = fields.pace_weeks if fields.mode is Mode.SELF_PACED else None
    run.online_link = fields.online_link.strip()
    _teach(run, fields, provider_id)


def _is_already(run: Run, fields: RunFields) -> bool:
    teachers = teaching.chosen(
        run.course.provider_id, fields.teacher_ids or frozenset(), fields.teacher
    )
    same = all(getattr(run, name) == getattr(fields, name) for name in _FIGURES)
    return same and run.teacher == teaching.joined(teachers)


def _teach(run: Run, fields: RunFields, provider_id: int) -> None:
    """Who teaches; a text that says what is known already leaves everything as it is."""
    if fields.teacher_ids is None:
        text = clean(fields.teacher)
        if text == (run.teacher or ""):
            run.teacher = text
            return
        teachers, run.teacher = teaching.named(text), text
    else:
        teachers = teaching.chosen(provider_id, fields.teacher_ids, fields.teacher)
        run.teacher = teaching.joined(teachers)
    of_sessions = [each for each in run.teachers if each.session_id is not None]
    run.teachers = [*teaching.rows(teachers), *of_sessions]


def check_room(session: Session, room_id: int | None, venue_id: int | None) -> None:
    """Refuse a room that is not in the building, or no longer."""
    if room_id is None:
        return
    room = session.get(Room, room_id)
    if room is None or room.venue_id != venue_id or room.is_gone:
        raise NotThatRoom


def _check_window(run: Run, fields: RunFields) -> None:
    if fields.enrol_until < fields.enrol_from:
        late = _("Enrolment must not close before it opens.")
        raise WrongDates(late, field="enrol_until")
    if fields.enrol_until > run.ends_on:
        late = _("Enrolment must close before the run is over.")
        raise WrongDates(late, field="enrol_until")


def teaches_at(session: Session, provider_id: int, venue_id: int | None) -> bool:
    site = exists().where(Site.provider_id == provider_id, Site.venue_id == venue_id)
    return bool(session.scalar(select(site)))


def note(action: str, run: Run, by_id: int | None, **details: Any) -> None:
    audit.record(action, "run", run.id, by_id, course=run.course_id, **details)
    jobs.emit(RunChanged(run.id))
    jobs.emit(CourseChanged(run.course_id))
