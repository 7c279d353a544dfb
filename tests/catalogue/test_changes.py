from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from app.catalogue import operations
from app.catalogue.errors import (
    HourTaken,
    NothingChanges,
    NotInThePast,
    NotYourVenue,
    PlaceChangesApart,
    RunIsCancelled,
    SessionHasBegun,
    SessionIsCancelled,
    WrongDates,
)
from app.catalogue.events import SessionsMoved
from app.catalogue.models import Mode, SessionStatus
from app.catalogue.operations import Meeting, RunFields
from app.catalogue.repeats import Repeat
from app.core import clock
from app.core.db import db
from app.core.errors import ChangedMeanwhile
from app.core.jobs import Job, handles
from tests.factories import CourseFactory, SessionFactory, SiteFactory


@handles(SessionsMoved)
def _remember(_event):
    """Its rows in the queue show the events."""


@pytest.fixture
def site(app):
    return SiteFactory()


@pytest.fixture
def run(site):
    """Three weekly sessions that begin in a week, at the provider's place."""
    first = clock.today() + timedelta(days=7)
    fields = RunFields(
        enrol_from=clock.today(), enrol_until=first, venue_id=site.venue_id, capacity=5
    )
    repeat = Repeat(first_day=first, begins=time(18, 30), ends=time(20, 30), meetings=3)
    return operations.add_run(CourseFactory(provider=site.provider).id, fields, repeat)


def at(day: date, begins: int = 18, ends: int = 20, venue_id: int | None = None) -> Meeting:
    return Meeting(
        starts_at=clock.at(day, time(begins)), ends_at=clock.at(day, time(ends)), venue_id=venue_id
    )


def day_of(meeting) -> date:
    return clock.local(meeting.starts_at).date()


def events():
    """What was told, in order."""
    told = select(Job).where(Job.handler == f"{__name__}._remember")
    return [job.event for job in db.session.scalars(told.order_by(Job.id))]


def test_a_moved_session_is_told_once_with_what_held_before(run):
    meeting = run.sessions[1]
    before = meeting.starts_at
    operations.move_session(meeting.id, at(day_of(meeting) + timedelta(days=1)))
    (event,) = events()
    assert (event["kind"], event["session_ids"], event["sequences"]) == ("times", [meeting.id], [1])
    assert event["was"][0]["starts_at"] == before.isoformat()
    assert event["was"][0]["venue_id"] == run.venue_id


def test_the_days_of_a_run_follow_its_sessions(run):
    last = run.sessions[-1]
    operations.move_session(last.id, at(day_of(last) + timedelta(days=10)))
    assert run.ends_on == day_of(last)
    first = run.sessions[0]
    operations.move_session(first.id, at(clock.today() + timedelta(days=2)))
    assert run.starts_on == clock.today() + timedelta(days=2)


def test_a_session_keeps_its_hours_where_it_cannot_go(run):
    first, second = run.sessions[:2]
    there = Meeting(starts_at=second.starts_at, ends_at=second.ends_at)
    with pytest.raises(HourTaken):
        operations.move_session(first.id, there)
    with pytest.raises(NotInThePast):
        operations.move_session(first.id, at(clock.today() - timedelta(days=1)))
    with pytest.raises(WrongDates):
        operations.move_session(first.id, at(day_of(first), begins=20, ends=18))
    with pytest.raises(NotYourVenue):
        elsewhere = SiteFactory().venue_id
        operations.move_session(first.id, at(day_of(first), venue_id=elsewhere))
    with pytest.raises(NothingChanges):
        same = Meeting(starts_at=first.starts_at, ends_at=first.ends_at)
        operations.move_session(first.id, same)
    db.session.expire_all()
    assert first.sequence == 0
    assert not events()


def test_what_has_begun_or_is_cancelled_is_not_moved(run):
    begun = SessionFactory(run=run, starts_at=clock.now() - timedelta(minutes=5))
    with pytest.raises(SessionHasBegun):
        operations.move_session(begun.id, at(clock.today() + timedelta(days=3)))
    off = operations.cancel_session(run.sessions[-1].id)
    with pytest.raises(SessionIsCancelled):
        operations.move_session(off.id, at(clock.today() + timedelta(days=3)))
    operations.cancel_run(run.id)
    with pytest.raises(RunIsCancelled):
        operations.move_session(run.sessions[1].id, at(clock.today() + timedelta(days=3)))


def test_nobodys_move_is_overwritten_unseen(run):
    meeting = run.sessions[0]
    operations.move_session(meeting.id, at(clock.today() + timedelta(days=3)), seen=0)
    with pytest.raises(ChangedMeanwhile):
        operations.move_session(meeting.id, at(clock.today() + timedelta(days=4)), seen=0)


def test_several_sessions_move_by_one_change(run):
    to = {each.id: at(day_of(each), begins=8, ends=10) for each in run.sessions}
    assert operations.move_sessions(run.id, to) == 3
    assert len(events()) == 1
    assert {each.sequence for each in run.sessions} == {1}


def test_a_new_place_holds_for_what_is_to_come_and_the_past_stays_where_it_was(run, site):
    old = run.venue_id
    held = SessionFactory(run=run, starts_at=clock.now() - timedelta(days=1))
    apart = run.sessions[-1]
    new = SiteFactory(provider=site.provider).venue_id
    operations.move_session(
        apart.id, Meeting(starts_at=apart.starts_at, ends_at=apart.ends_at, venue_id=new)
    )
    operations.change_place(run.id, new)
    assert (run.venue_id, held.venue_id) == (new, old)
    assert {each.venue_id for each in run.sessions if each is not held} == {None}
    moved, changed = events()
    assert (moved["kind"], changed["kind"]) == ("place", "place")
    assert apart.id not in changed["session_ids"]
    assert changed["was"][0]["venue_id"] == old
    with pytest.raises(NothingChanges):
        operations.change_place(run.id, new)


def test_the_place_of_a_class_with_people_changes_only_where_they_are_told(run, site):
    run.seats_taken = 1
    db.session.commit()
    new = SiteFactory(provider=site.provider).venue_id
    rules = {"enrol_from": run.enrol_from, "enrol_until": run.enrol_until, "mode": Mode.IN_PERSON}
    with pytest.raises(PlaceChangesApart):
        operations.edit_run(run.id, RunFields(venue_id=new, **rules))
    operations.edit_run(run.id, RunFields(venue_id=run.venue_id, teacher="Cô Lan", **rules))
    assert run.teacher == "Cô Lan"


def test_calendars_take_a_cancelled_session_as_a_new_version(run):
    first, second = run.sessions[:2]
    operations.cancel_session(first.id)
    operations.cancel_run(run.id)
    db.session.expire_all()
    assert (first.sequence, second.sequence) == (1, 1)
    assert second.status is SessionStatus.CANCELLED


def test_a_run_below_its_minimum_takes_place_when_staff_say_so(run):
    operations.go_ahead(run.id)
    said = run.going_ahead_at
    assert operations.go_ahead(run.id).going_ahead_at == said
    operations.cancel_run(run.id)
    with pytest.raises(RunIsCancelled):
        operations.go_ahead(run.id)
