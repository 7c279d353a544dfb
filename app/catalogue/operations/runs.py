"""Runs and their sessions: planned, and their rules changed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.catalogue.conditions import check, problems
from app.catalogue.errors import NotYourVenue, PlaceChangesApart, RunIsOver, WrongDates
from app.catalogue.events import CourseChanged, RunChanged
from app.catalogue.models import ClassSession, Course, Mode, Run
from app.catalogue.repeats import Repeat
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.i18n import lazy as _
from app.core.vi import clean
from app.providers.models import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFields:
    """The rules of one offering. `capacity` None is unlimited, 0 is none; the fee is in dong."""

    enrol_from: date
    enrol_until: date
    capacity: int | None = None
    waiting_capacity: int | None = None
    fee: int = 0
    mode: Mode = Mode.IN_PERSON
    language: str = "vi"
    venue_id: int | None = None
    online_link: str = ""
    teacher: str = ""


def add_run(
    course_id: int,
    fields: RunFields,
    when: Repeat | tuple[date, date],
    by_id: int | None = None,
    external_id: str | None = None,
) -> Run:
    """Plan an offering of a course.

    Args:
        when: the repeat rule that makes the sessions, or the first and the last day of a run
            without sessions (at one's own pace).

    Raises:
        WrongDates: days or hours contradict each other; the error names the field.
        NoMeetings, TooManyMeetings: not between 1 and 200 sessions.
        NotYourVenue: the provider does not teach there.
    """
    with transaction() as session:
        run = Run(course_id=course_id, external_id=external_id)
        run.starts_on, run.ends_on = _plan(run, when)
        _fill(session, run, fields, session.get_one(Course, course_id).provider_id)
        session.add(run)
        session.flush()  # gives the id that the audit row and the event name
        note("run.added", run, by_id)
        return run


def edit_run(run_id: int, fields: RunFields, by_id: int | None = None) -> Run:
    """Change the rules of a run. A lower capacity throws nobody out.

    Raises:
        RunIsOver, WrongDates, NotYourVenue: as the name says.
        WrongRules: a new date, number or fee contradicts the rules of the run.
        PlaceChangesApart: people have a place, so they are told by `changes.change_place`.
    """
    with transaction() as session:
        run = session.get_one(Run, run_id)
        if run.ends_on < clock.today():
            raise RunIsOver
        if run.venue_id != fields.venue_id and (run.seats_taken or run.waiting):
            raise PlaceChangesApart
        known = {problem.code for problem in problems(run)}
        _fill(session, run, fields, run.course.provider_id)
        check(run, known)
        note("run.edited", run, by_id)
        return run


def add_sessions(run_id: int, repeat: Repeat, by_id: int | None = None) -> int:
    """Add meetings to a run, leaving out hours at which it meets already; how many are new."""
    with transaction() as session:
        run = session.get_one(Run, run_id)
        repeat.check()
        known = {meeting.starts_at for meeting in run.sessions}
        new = [hours for hours in repeat.times() if hours[0] not in known]
        run.sessions += [ClassSession(starts_at=start, ends_at=end) for start, end in new]
        days = [clock.local(start).date() for start, _end in new]
        run.starts_on, run.ends_on = min([run.starts_on, *days]), max([run.ends_on, *days])
        note("run.sessions_added", run, by_id, sessions=len(new))
        return len(new)


def _plan(run: Run, when: Repeat | tuple[date, date]) -> tuple[date, date]:
    """Give the run its sessions; its first and last day."""
    if isinstance(when, Repeat):
        when.check()
        run.sessions = [ClassSession(starts_at=start, ends_at=end) for start, end in when.times()]
        days = when.days()
        return days[0], days[-1]
    if when[1] < when[0]:
        raise WrongDates(_("The last day must not be before the first day."), field="ends_on")
    return when


def _fill(session: Session, run: Run, fields: RunFields, provider_id: int) -> None:
    _check_window(run, fields)
    is_new = fields.venue_id not in (None, run.venue_id)
    if is_new and not teaches_at(session, provider_id, fields.venue_id):
        raise NotYourVenue
    run.enrol_from, run.enrol_until = fields.enrol_from, fields.enrol_until
    run.capacity, run.waiting_capacity = fields.capacity, fields.waiting_capacity
    run.fee, run.mode, run.language = fields.fee, fields.mode, fields.language
    run.venue_id = fields.venue_id
    run.online_link, run.teacher = fields.online_link.strip(), clean(fields.teacher)


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
