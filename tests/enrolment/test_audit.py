"""The check of all invariants: each of them is broken by hand, and is named."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from app.catalogue.models import RunStatus
from app.core import clock
from app.core.db import db
from app.core.jobs import GIVE_UP_AFTER
from app.enrolment import operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import EnrolmentState, GroupBooking, Reservation
from tests.factories import CourseFactory, PersonFactory, RunFactory


def break_by(statement, **values):
    """As an accident would: past every rule of the product."""
    db.session.rollback()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.exec_driver_sql("COMMIT")  # the pragma is void within a transaction
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(text(statement), values)
    db.engine.dispose()


@pytest.fixture
def run(app):
    """Two people have the seats, two wait."""
    run = RunFactory(capacity=2)
    for _ in range(4):
        operations.enrol(PersonFactory().id, run.id)
    return run


@pytest.mark.parametrize(
    ("column", "to", "rows"), [("seats_taken", 3, 2), ("waiting", 1, 2), ("reserved", 1, 0)]
)
def test_a_counter_that_is_not_what_the_rows_say(run, column, to, rows):
    break_by(f"UPDATE runs SET {column} = {to}")  # noqa: S608 - our own names
    assert audit_invariants() == [f"Run {run.id}: {column} is {to}, the rows say {rows}."]


def test_an_offer_counts_as_a_seat(run):
    break_by(
        "UPDATE enrolments SET state = 'offered', offered_until = :until WHERE id = 3",
        until=(clock.now() + timedelta(days=1)).replace(tzinfo=None),
    )
    assert f"Run {run.id}: seats_taken is 2, the rows say 3." in audit_invariants()


def test_an_offer_that_should_have_ended(run):
    operations.withdraw(1)
    break_by(
        "UPDATE enrolments SET offered_until = :then WHERE state = 'offered'",
        then=(clock.now() - timedelta(minutes=6)).replace(tzinfo=None),
    )
    assert audit_invariants() == [
        "Enrolment 3: its offer has no end, or should have ended."
    ]  # fmt: skip


def test_an_offer_made_past_people_who_wait_longer(run):
    operations.withdraw(1)
    break_by("UPDATE enrolments SET state = 'waiting', offered_until = NULL WHERE id = 3")
    break_by(
        "UPDATE enrolments SET state = 'offered', offered_until = :until WHERE id = 4",
        until=(clock.now() + timedelta(days=1)).replace(tzinfo=None),
    )
    assert audit_invariants() == ["Enrolment 4: was offered a seat before people ahead in line."]


def test_people_who_wait_although_seats_are_free(run, run_jobs):
    run_jobs()
    break_by("UPDATE runs SET capacity = 3")
    assert audit_invariants() == [f"Run {run.id}: 2 people wait although seats are free."]


def test_a_class_that_is_called_off_and_keeps_its_people(run):
    break_by("UPDATE runs SET status = 'cancelled'")
    assert audit_invariants() == [f"Run {run.id}: was cancelled, and people still have places."]


def test_two_places_of_one_person_on_one_run(run):
    break_by("DROP INDEX uq_enrolments_live")
    try:
        break_by("UPDATE enrolments SET person_id = 1 WHERE id = 2")
        assert f"Run {run.id}: person 1 has 2 live places." in audit_invariants()
    finally:
        break_by("UPDATE enrolments SET person_id = id")
        break_by(
            "CREATE UNIQUE INDEX uq_enrolments_live ON enrolments (run_id, person_id) "
            "WHERE state IN ('enrolled', 'pending', 'waiting', 'offered')"
        )


def test_two_places_of_one_person_in_one_course(app):
    course = CourseFactory()
    for _ in range(2):
        operations.enrol(PersonFactory().id, RunFactory(course=course).id)
    break_by("UPDATE enrolments SET person_id = 1")
    assert audit_invariants() == [f"Course {course.id}: person 1 has more than one live place."]
    break_by("UPDATE enrolments SET terms = '{}'")  # taken before there was such a rule
    assert audit_invariants() == []


def test_a_place_of_nobody_and_a_place_on_nothing(run):
    break_by("UPDATE enrolments SET person_id = 999 WHERE id = 1")
    assert audit_invariants() == ["Enrolment 1: belongs to no person."]
    break_by("UPDATE enrolments SET person_id = 1, run_id = 999 WHERE id = 1")
    assert "Enrolment 1: belongs to no run." in audit_invariants()
    break_by("UPDATE enrolments SET run_id = :run WHERE id = 1", run=run.id)
    break_by("UPDATE persons SET merged_into_id = 2 WHERE id = 1")
    assert audit_invariants() == ["Enrolment 1: belongs to no person."]


def test_a_move_from_a_place_that_was_not_left(run):
    break_by("UPDATE enrolments SET came_from_id = 1, began_as_id = 1 WHERE id = 2")
    assert audit_invariants() == ["Enrolment 2: came from a place that was not left."]


def test_a_reservation_that_is_not_what_its_people_say(run):
    elsewhere = RunFactory(capacity=9)
    for places, used, of in ((2, 0, run.id), (3, 1, elsewhere.id)):
        db.session.add(Reservation(run_id=of, partner="Xưởng may", places=places, used=used))
    db.session.commit()
    break_by("UPDATE runs SET reserved = 2")
    assert audit_invariants() == ["Reservation 2: used is 1, 0 people hold its seats."]
    break_by("UPDATE enrolments SET reservation_id = 2 WHERE id = 1")
    assert audit_invariants() == ["Enrolment 1: holds a seat kept on another run."]


def test_a_group_that_is_neither_booked_nor_over(app):
    run = RunFactory(capacity=40, seats_taken=30)
    booking = GroupBooking(
        code="NHOM", run_id=run.id, organisation="Trường Nguyễn Du", contact_name="Cô Lan",
        phone="+84912345678", learners=28, adults=2, state=EnrolmentState.ENROLLED,
    )  # fmt: skip
    db.session.add(booking)
    db.session.commit()
    assert audit_invariants() == []
    break_by("UPDATE group_bookings SET ended_at = booked_at")
    assert audit_invariants() == ["Group booking 1: is neither booked nor over."]
    break_by("UPDATE group_bookings SET ended_at = NULL")
    break_by("UPDATE runs SET status = 'cancelled'")
    assert audit_invariants() == [f"Run {run.id}: was cancelled, and people still have places."]


def test_work_that_is_still_to_be_done_is_not_broken_but_work_given_up_is(run, run_jobs):
    run_jobs()
    run = db.session.merge(run)
    run.status = RunStatus.CANCELLED
    db.session.commit()
    job = "INSERT INTO jobs (handler, event, created_at, due_at, attempts, error) VALUES"
    values = "('enrolment.jobs.cancel_places', :event, :now, :now, :attempts, '')"
    later = (clock.now() + timedelta(hours=1)).replace(tzinfo=None)
    event_of_run = f'{{"run_id": {run.id}}}'
    break_by(f"{job} {values}", event=event_of_run, now=later, attempts=0)
    assert audit_invariants() == []
    break_by("UPDATE jobs SET attempts = :attempts", attempts=GIVE_UP_AFTER)
    assert len(audit_invariants()) == 1


def test_it_only_reads(run, command):
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement.split()[0])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert "All invariants hold." in command("enrolment", "audit")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert set(sent) <= {"BEGIN", "SELECT"}


def test_it_raises_no_false_alarm_while_others_write(app, run_jobs):
    """Places come and go, offers are made and declined, while it looks again and again."""
    runs = [RunFactory(capacity=2).id for _ in range(2)]
    people = [[PersonFactory().id for _ in range(3)] for _ in range(3)]
    db.session.rollback()
    found, seen, is_over = [], [], threading.Event()

    def look():
        with app.app_context():
            while not is_over.is_set():
                found.extend(audit_invariants())
                seen.append(1)
            db.session.remove()

    def come_and_go(ids):
        with app.app_context():
            for _ in range(2):
                places = [operations.enrol(id_, run).id for id_ in ids for run in runs]
                for place in places:
                    operations.withdraw(place)
            db.session.remove()

    watcher = threading.Thread(target=look)
    writers = [threading.Thread(target=come_and_go, args=(ids,)) for ids in people]
    for thread in (watcher, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    is_over.set()
    watcher.join()
    assert (found, len(seen) > 3) == ([], True)
