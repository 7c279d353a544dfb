from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.catalogue.models import RunStatus, SessionStatus
from app.core import clock
from app.core.db import db
from app.core.errors import ChangedMeanwhile
from app.enrolment import operations
from app.enrolment.errors import NotHeldYet, RosterChanged, SessionCancelled
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Attendance, AttendanceStatus, Enrolment, Register
from app.enrolment.queries import register_lines
from tests.factories import (
    AccountFactory,
    EnrolmentFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
)


@pytest.fixture
def held(app):
    """A session that began an hour ago, with three people who hold seats; one more waits."""
    run = RunFactory(starts_on=clock.today() - timedelta(days=1), capacity=3)
    begin = clock.now() - timedelta(hours=1)
    session = SessionFactory(run=run, starts_at=begin, ends_at=begin + timedelta(hours=2))
    for name in ("Trần Văn Út", "Đặng Thị An", "Nguyễn Thị Ánh", "Lê Văn Ba"):
        operations.enrol(PersonFactory(full_name=name).id, run.id)
    return session


def ids(session):
    return [line.enrolment_id for line in register_lines(session.id)]


def marks(session):
    rows = db.session.execute(
        select(Attendance.enrolment_id, Attendance.status).where(
            Attendance.session_id == session.id
        )
    )
    return {row.enrolment_id: row.status.value for row in rows}


def take(session, present, headcount=0, version=0):
    return operations.record_register(session.id, present, headcount, version, None)


def test_the_list_goes_by_given_name_and_leaves_out_the_queue(held):
    assert [line.full_name for line in register_lines(held.id)] == [
        "Đặng Thị An",
        "Nguyễn Thị Ánh",
        "Trần Văn Út",
    ]


def test_everybody_on_the_list_is_present_or_absent(held):
    first, second, third = ids(held)
    register = take(held, [first, third], headcount=4)
    assert marks(held) == {first: "present", second: "absent", third: "present"}
    assert (register.headcount, register.version) == (4, 1)


def test_the_same_sheet_sent_twice_is_written_once(held):
    sheet = ids(held)[:2]
    take(held, sheet)
    assert take(held, sheet).version == 1


def test_the_same_sheet_sent_ten_times_at_once_is_written_once(held, at_once):
    sheet, session_id = ids(held)[:2], held.id
    versions = at_once(
        [lambda: operations.record_register(session_id, sheet, 0, 0, None).version] * 10
    )
    assert versions == [1] * 10
    assert db.session.scalar(select(func.count()).select_from(Attendance)) == 3


def test_two_teachers_with_different_sheets_do_not_overwrite_each_other(held):
    first, second, _ = ids(held)
    take(held, [first])
    with pytest.raises(ChangedMeanwhile):
        take(held, [second])
    assert take(held, [second], version=1).version == 2
    assert marks(held)[first] == "absent"


@pytest.mark.parametrize(
    ("odd", "error"),
    [
        (
            {
                "starts_at": clock.now() + timedelta(hours=2),
                "ends_at": clock.now() + timedelta(hours=3),
            },
            NotHeldYet,
        ),
        ({"status": SessionStatus.CANCELLED}, SessionCancelled),
    ],
)
def test_a_session_to_come_or_cancelled_has_no_register(held, odd, error):
    for name, value in odd.items():
        setattr(held, name, value)
    db.session.commit()
    with pytest.raises(error):
        take(held, [])
    assert db.session.scalar(select(func.count()).select_from(Register)) == 0


def test_a_session_held_before_the_class_was_cancelled_keeps_its_register(held):
    held.run.status = RunStatus.CANCELLED
    db.session.commit()
    assert take(held, ids(held)).version == 1


def test_somebody_of_another_class_cannot_be_marked(held):
    stranger = operations.enrol(PersonFactory().id, RunFactory().id)
    with pytest.raises(RosterChanged):
        take(held, [stranger.id])
    assert marks(held) == {}


def test_a_mark_outlives_the_place(held):
    """Somebody who came and gave up the place later was there all the same."""
    first, second, third = ids(held)
    take(held, [first])
    operations.withdraw(first)
    take(held, [first, second], version=1)
    assert marks(held) == {first: "present", second: "present", third: "absent"}


def test_whoever_came_to_the_class_later_is_absent_from_nothing(held):
    late = EnrolmentFactory(run=held.run, seated_at=held.ends_at + timedelta(days=1))
    held.run.seats_taken += 1
    db.session.commit()
    assert late.id in ids(held)
    take(held, [])
    assert late.id not in marks(held)


def test_a_newcomer_on_the_list_makes_the_old_sheet_incomplete(held):
    """The same marks sent again also write about the person who was added since."""
    sheet = ids(held)[:1]
    take(held, sheet)
    walk_in = EnrolmentFactory(run=held.run, seated_at=held.starts_at)
    take(held, sheet, version=1)
    assert marks(held)[walk_in.id] == "absent"


def test_a_large_class_takes_no_more_statements_than_a_small_one(held, at_most):
    for _ in range(30):
        EnrolmentFactory(run=held.run)
    everybody = ids(held)
    session_id = held.id
    db.session.rollback()
    with at_most(9) as small:
        operations.record_register(session_id, everybody[:20], 0, 0, None)
    assert small


def test_the_audit_names_each_broken_invariant(app, command):
    run = RunFactory(capacity=1)
    operations.enrol(PersonFactory().id, run.id)
    run.seats_taken, run.waiting = 0, 1
    db.session.commit()
    broken = audit_invariants()
    assert broken == [
        f"Run {run.id}: seats_taken is 0, the rows say 1.",
        f"Run {run.id}: waiting is 1, the rows say 0.",
    ]
    assert command("enrolment", "audit", status=2).splitlines() == broken


def test_the_audit_finds_registers_of_sessions_that_were_not_held(app):
    coming = SessionFactory()
    db.session.add(Register(session_id=coming.id))
    db.session.commit()
    assert audit_invariants() == [f"Session {coming.id}: has a register but was not held."]


def test_the_audit_finds_marks_without_a_register(app):
    session = SessionFactory()
    place = operations.enrol(PersonFactory().id, session.run_id)
    mark = Attendance(session_id=session.id, enrolment_id=place.id, status=AttendanceStatus.PRESENT)
    db.session.add(mark)
    db.session.commit()
    assert [line for line in audit_invariants() if "no register" in line]


def test_the_audit_of_a_sound_database_says_so(app, command):
    operations.enrol(PersonFactory().id, RunFactory().id)
    assert "All invariants hold." in command("enrolment", "audit")


def test_who_wrote_a_mark_is_kept(held):
    account = AccountFactory()
    operations.record_register(held.id, ids(held), 0, 0, account.id)
    assert db.session.scalar(select(Register.taken_by_id)) == account.id
    assert set(db.session.scalars(select(Attendance.recorded_by_id))) == {account.id}
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 4
