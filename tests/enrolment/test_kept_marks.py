"""Marks that phones kept without network, and the four marks in figures, rules and records."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.core.db import db, transaction
from app.enrolment import operations, results
from app.enrolment.errors import NotHeldYet
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Attendance, AttendanceStatus, Enrolment, Register
from app.enrolment.operations import doubles
from app.enrolment.operations.kept_marks import KeptMarks, Mark
from app.enrolment.queries import register_lines
from app.enrolment.register_models import MarksSent
from app.participation import operations as participation
from app.participation.models import Fact
from tests.factories import (
    AccountFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
    StaffFactory,
)

PRESENT, LATE = AttendanceStatus.PRESENT, AttendanceStatus.LATE
EXCUSED, ABSENT = AttendanceStatus.EXCUSED, AttendanceStatus.ABSENT


@pytest.fixture
def held(app):
    """A session that began an hour ago, with four people who hold seats."""
    run = RunFactory(starts_on=clock.today() - timedelta(days=1), ends_on=clock.today(), capacity=4)
    begin = clock.now() - timedelta(hours=1)
    session = SessionFactory(run=run, starts_at=begin, ends_at=begin + timedelta(hours=2))
    for name in ("Đặng Thị An", "Lê Văn Bình", "Hồ Thị Châu", "Võ Văn Út"):
        operations.enrol(PersonFactory(full_name=name).id, run.id)
    return session


def ids(session):
    return [line.enrolment_id for line in register_lines(session.id)]


def marks(session):
    rows = select(Attendance.enrolment_id, Attendance.status)
    rows = rows.where(Attendance.session_id == session.id)
    return {row.enrolment_id: row.status for row in db.session.execute(rows)}


def at(minute):
    """A moment of the lesson."""
    return clock.now() - timedelta(minutes=30 - minute)


keys = (f"phone-{number}" for number in itertools.count())


def send(session, said, key="", version=0, by=None, **counted):
    tapped = tuple(Mark(place, status, moment) for place, (status, moment) in said.items())
    kept = KeptMarks(key or next(keys), version, tapped, **counted)
    return operations.merge_marks(session.id, kept, by)


def test_marks_sent_twice_are_written_once(held):
    first, second, *_ = ids(held)
    once = send(held, {first: (PRESENT, at(1))}, key="k")
    operations.record_register(held.id, [first, second], 0, once.version, None)
    again = send(held, {first: (PRESENT, at(1))}, key="k")
    assert (again.was_known, again.version) == (True, 2)
    assert marks(held)[second] is PRESENT


def test_marks_sent_ten_times_at_once_are_written_once(held, at_once):
    session_id, first = held.id, ids(held)[0]
    kept = KeptMarks("k", 0, (Mark(first, LATE, at(1)),))
    merged = at_once([lambda: operations.merge_marks(session_id, kept, None)] * 10)
    assert {each.version for each in merged} == {1}
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 4
    assert db.session.scalar(select(func.count()).select_from(MarksSent)) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_phones_the_later_mark_of_each_person_holds_whichever_comes_first(held, order):
    a, b, c, d = ids(held)
    sheets = [
        {a: (PRESENT, at(1)), b: (ABSENT, at(2)), c: (PRESENT, at(9))},
        {b: (LATE, at(5)), c: (EXCUSED, at(3))},
    ]
    merged = [send(held, sheets[number]) for number in order]
    assert marks(held) == {a: PRESENT, b: LATE, c: PRESENT, d: ABSENT}
    assert [each.met_others for each in merged] == [False, True]
    assert sum(each.stayed for each in merged) == 1


def test_whoever_nobody_marked_is_absent_only_until_somebody_marks_them(held):
    a, b, *_ = ids(held)
    send(held, {a: (PRESENT, at(9))})
    send(held, {b: (PRESENT, at(1))})
    assert marks(held)[b] is PRESENT


def test_a_sheet_saved_in_between_holds_against_earlier_marks_and_yields_to_later_ones(held):
    a, b, *_ = ids(held)
    operations.record_register(held.id, [a], 0, 0, None, others={b: EXCUSED})
    send(held, {a: (ABSENT, at(1)), b: (LATE, clock.now() + timedelta(seconds=1))})
    assert marks(held)[a] is PRESENT
    assert marks(held)[b] is LATE


def test_whoever_left_the_list_meanwhile_does_not_stop_the_others(held):
    a, *_ = ids(held)
    stranger = operations.enrol(PersonFactory().id, RunFactory().id)
    merged = send(held, {a: (PRESENT, at(1)), stranger.id: (PRESENT, at(1))})
    assert (merged.gone, marks(held)[a]) == (1, PRESENT)
    assert stranger.id not in marks(held)


def test_the_later_count_of_people_without_a_name_holds(held):
    send(held, {}, headcount=7, counted_at=at(5))
    send(held, {}, headcount=3, counted_at=at(2))
    assert db.session.scalar(select(Register.headcount)) == 7


def test_who_marked_whom_is_known(held):
    a, b, *_ = ids(held)
    one, other = AccountFactory(), AccountFactory()
    send(held, {a: (PRESENT, at(1)), b: (PRESENT, at(1))}, by=one.id)
    send(held, {b: (LATE, at(2))}, by=other.id)
    said = {line.enrolment_id: line.said_by_id for line in register_lines(held.id)}
    assert (said[a], said[b]) == (one.id, other.id)


def test_marks_before_the_lesson_are_refused(held):
    held.starts_at = clock.now() + timedelta(hours=2)
    held.ends_at = clock.now() + timedelta(hours=3)
    db.session.commit()
    with pytest.raises(NotHeldYet):
        send(held, {})


def test_late_counts_as_there_and_excused_does_not(held):
    a, b, c, d = ids(held)
    run = held.run
    operations.record_register(held.id, [a], 0, 0, None, others={b: LATE, c: EXCUSED, d: ABSENT})
    assert marks(held) == {a: PRESENT, b: LATE, c: EXCUSED, d: ABSENT}
    came = {line.place.id for line in results.of(run).lines if line.attended}
    assert came == {a, b}
    participation.rewrite([held.id])
    facts = select(func.count()).where(Fact.present)
    assert db.session.scalar(facts.select_from(Fact)) == 2
    assert audit_invariants() == []


def test_one_human_under_two_names_was_there_under_either(held):
    """A late mark of the place that goes outdoes an excuse of the one that stays, and is undone."""
    stays, goes, *_ = ids(held)
    operations.record_register(held.id, [], 0, 0, None, others={stays: EXCUSED, goes: LATE})
    session = db.session()
    kept, gone = (session.get_one(Enrolment, key) for key in (stays, goes))
    with transaction():
        voided = doubles.void(session, kept, gone)
    assert marks(held)[stays] is LATE
    with transaction():
        doubles.give_back(session, voided)
    assert marks(held)[stays] is EXCUSED


@pytest.mark.parametrize("key", ["", "a\0b", "door-5 ", "\ud800", "k" * 65])
def test_a_sending_with_an_odd_key_is_refused(app, held, key):
    provider = held.run.course.provider
    client = app.test_client().sign_in(StaffFactory(provider=provider).account)
    here = f"/vi/provider/{provider.slug}/sessions/{held.id}/marks"
    body = {"key": key, "now": 0, "version": 0, "marks": [], "headcount": None}
    token = client.get(here).get_json()["token"]
    assert client.post(here, json=body, headers={"X-CSRFToken": token}).status_code == 400
