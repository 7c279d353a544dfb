"""A new term made from the classes of another: what will be made, before anything is."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.catalogue import clashes, patterns, teaching
from app.catalogue.calendar_days import EVERY_DAY, Calendar, calendar_of
from app.catalogue.clashes import Clash, Wanted
from app.catalogue.generator import Timetable
from app.catalogue.models import Course, Mode, Run, RunStatus
from app.catalogue.rules import Rules
from app.catalogue.teaching import Teacher
from app.core.db import db
from app.core.i18n import gettext
from app.providers import queries as providers
from app.providers.models import Provider

MOST_RUNS = 400
DAYS_OF_RULES = ("groups_from", "wards_from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which classes are made again, and how.

    Attributes:
        first_day: of the new term; each class keeps its distance from the term's first week.
        enrol_from: the day on which enrolment opens for all of them; None: each keeps its distance.
        starts: the first day of single classes, where it was changed by hand.
    """

    first_day: date
    run_ids: tuple[int, ...]
    enrol_from: date | None = None
    with_rooms: bool = True
    with_teachers: bool = True
    leave_out_days: bool = True
    starts: Mapping[int, date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A class as it will be made."""

    source: Run
    first_day: date  # asked for; the first session may be later
    timetable: Timetable
    starts_on: date
    ends_on: date
    enrol_from: date
    enrol_until: date
    venue_id: int | None
    room_id: int | None
    teachers: Sequence[Teacher]
    is_there: bool = False  # a copy that begins on this day has been made already
    clashes: Sequence[Clash] = ()

    @property
    def by(self) -> timedelta:
        """How far every day of the class moves."""
        return self.starts_on - self.source.starts_on

    @property
    def can_be_made(self) -> bool:
        return bool(self.timetable.meetings) or not patterns.held(self.source)

    def day(self, of_source: date | None) -> date | None:
        """A day of the source at the same distance, never after the class is over."""
        return None if of_source is None else min(of_source + self.by, self.ends_on)

    def missing(self) -> list[str]:
        """What somebody should look at afterwards."""
        return list(_missing(self))


def plan(provider: Provider, order: Order) -> list[NewRun]:
    """Every class of the order, with its dates and with whom it clashes."""
    runs = _runs(provider.id, order.run_ids)
    if not runs:
        return []
    calendar = calendar_of(provider.id) if order.leave_out_days else EVERY_DAY
    venues = {venue.id for venue in providers.venues(provider.id)}
    by = _monday(order.first_day) - _monday(min(run.starts_on for run in runs))
    made = [_new(run, order, by, calendar, venues) for run in runs]
    return _with_clashes(_marked(made), provider)


def candidates(provider_id: int, first: date, last: date) -> list[Run]:
    """The classes that began between two days."""
    mine = _of(provider_id).where(Run.starts_on >= first, Run.starts_on <= last)
    return list(db.session.scalars(mine.order_by(Run.starts_on, Run.id).limit(MOST_RUNS)))


def made_by(copy_id: int) -> list[Run]:
    """The classes that were made at once."""
    query = select(Run).where(Run.term_copy_id == copy_id).options(joinedload(Run.course))
    with_sessions = query.options(selectinload(Run.sessions))
    return list(db.session.scalars(with_sessions.order_by(Run.starts_on, Run.id)))


def digest(plans: Sequence[NewRun]) -> str:
    """Two plans with the same digest make the same classes."""
    told = [
        [
            each.source.id, each.source.version, each.starts_on, each.ends_on, each.enrol_from,
            each.enrol_until, each.venue_id, each.room_id, teaching.joined(each.teachers),
            [(meeting.starts_at, meeting.ends_at) for meeting in each.timetable.meetings],
        ]
        for each in plans
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def rules_moved(rules: Mapping[str, Any], by: timedelta) -> dict[str, Any]:
    """The rules with their days at the same distance from the day on which enrolment opens."""
    read = Rules.read(rules)
    days = {name: getattr(read, name) for name in DAYS_OF_RULES}
    moved = {name: (day + by).isoformat() for name, day in days.items() if day is not None}
    return {**read.as_json(), **moved}


def _of(provider_id: int) -> Select[Run]:
    mine = select(Run).join(Run.course).where(
        Course.provider_id == provider_id, Run.status == RunStatus.PLANNED,
        ~Course.on_paper,
    )  # fmt: skip
    return mine.options(
        joinedload(Run.course), joinedload(Run.venue), joinedload(Run.room),
        selectinload(Run.sessions), selectinload(Run.teachers),
    )  # fmt: skip


def _runs(provider_id: int, run_ids: Sequence[int]) -> list[Run]:
    wanted = _of(provider_id).where(Run.id.in_(run_ids[:MOST_RUNS]))
    return list(db.session.scalars(wanted.order_by(Run.starts_on, Run.id)))


def _new(run: Run, order: Order, by: timedelta, calendar: Calendar, venues: set[int]) -> NewRun:
    first_day = order.starts.get(run.id) or max(run.starts_on + by, order.first_day)
    table = patterns.again(run, first_day, calendar, with_rooms=order.with_rooms)
    days = [each.day for each in table.meetings] or [first_day, first_day + _lasts(run)]
    starts_on, ends_on = min(days), max(days)
    moved = starts_on - run.starts_on
    enrol_from = order.enrol_from or run.enrol_from + moved
    if run.mode is Mode.SELF_PACED and run.pace_weeks:
        enrol_from = starts_on
    enrol_until = min(max(run.enrol_until + moved, enrol_from), ends_on)
    here = run.venue_id if run.venue_id in venues else None
    room = run.room if order.with_rooms and here and run.room and not run.room.is_gone else None
    return NewRun(
        source=run, first_day=first_day, timetable=table, starts_on=starts_on, ends_on=ends_on,
        enrol_from=min(enrol_from, enrol_until), enrol_until=enrol_until, venue_id=here,
        room_id=room.id if room else None,
        teachers=_teachers(run) if order.with_teachers else (),
    )  # fmt: skip


def _teachers(run: Run) -> list[Teacher]:
    return [Teacher(each.name, each.account_id) for each in teaching.of_run(run)]


def _lasts(run: Run) -> timedelta:
    return run.ends_on - run.starts_on


def _marked(made: Sequence[NewRun]) -> list[NewRun]:
    """Say of which of them a copy has been made before."""
    sources = [each.source.id for each in made]
    query = select(Run.copied_from_id, Run.starts_on).where(
        Run.copied_from_id.in_(sources), Run.status == RunStatus.PLANNED
    )
    known = {(source, first) for source, first in db.session.execute(query)}
    return [replace(each, is_there=(each.source.id, each.starts_on) in known) for each in made]


def _with_clashes(made: Sequence[NewRun], provider: Provider) -> list[NewRun]:
    wanted: list[Wanted] = []
    owner: list[int] = []
    for number, each in enumerate(made):
        meetings = [] if each.is_there else _wanted(number, each)
        wanted += meetings
        owner += [number] * len(meetings)
    found: dict[int, list[Clash]] = {}
    for place, its in clashes.find(wanted, provider).items():
        found.setdefault(owner[place], []).extend(its)
    return [replace(each, clashes=tuple(found.get(n, ()))) for n, each in enumerate(made)]


def _wanted(number: int, new: NewRun) -> list[Wanted]:
    title = new.source.course.title
    return [
        Wanted(
            f"new {number}", each.starts_at, each.ends_at, each.venue_id or new.venue_id,
            each.room_id or (None if each.venue_id else new.room_id), new.teachers, title,
        )
        for each in new.timetable.meetings
    ]  # fmt: skip


def _missing(new: NewRun) -> Iterator[str]:
    run = new.source
    if run.venue_id and new.venue_id is None:
        yield gettext("Choose a place: you no longer teach where it was.")
    if run.room_id and new.venue_id and new.room_id is None:
        yield gettext("Choose a room.")
    if patterns.held(run) and not new.teachers:
        yield gettext("Name a teacher.")
    if new.room_id and run.room and _is_too_small(run):
        yield gettext("The room is too small for the number of places.")
    if patterns.is_irregular(run):
        yield gettext("Its sessions follow no weekly pattern. Check their days.")
    if not run.course.is_public:
        yield gettext("The course is not published.")
    if run.online_link:
        yield gettext("Check that the link for online sessions still works.")


def _is_too_small(run: Run) -> bool:
    room, places = run.room, run.capacity
    return bool(room and room.capacity is not None and (places is None or places > room.capacity))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
