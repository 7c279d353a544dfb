from datetime import time, timedelta

import pytest
import time_machine

from app.catalogue import operations as catalogue
from app.catalogue.models import CourseStatus
from app.core import clock, jobs
from app.core.db import db
from app.core.i18n import speaking
from app.enrolment import class_list, operations, why_no_offer
from app.enrolment.models import Reservation
from app.enrolment.operations import seats
from tests.factories import PersonFactory, RunFactory, SessionFactory

NOON, MIDNIGHT = time(12), time()


@pytest.fixture
def run(app):
    """One seat, taken; two people wait."""
    made = RunFactory(capacity=1)
    SessionFactory(run=made)
    for number in range(3):
        operations.enrol(PersonFactory(full_name=f"Lê {number}").id, made.id)
    return made


def why(run) -> str:
    db.session.expire_all()
    with speaking("en"):
        return " ".join(why_no_offer.sentences(class_list.of(run)))


def set_(run, **values):
    for name, value in values.items():
        setattr(run, name, value)
    db.session.commit()


def first(run):
    return class_list.of(run).seated[0]


def test_nobody_waits_so_nothing_is_to_be_told(app):
    assert not why(RunFactory())


def test_staff_read_that_every_seat_is_taken(run):
    assert why(run) == "No seat is free."


def test_staff_read_when_an_offer_went_out_and_until_when_it_holds(run):
    operations.withdraw(first(run).id)
    told = why(run)
    assert "An offer went out to number 1 at" in told
    assert "1 of the taken seats is offered until 20:00" in told


def test_staff_read_by_how_much_the_class_is_over_its_number(run):
    set_(run, capacity=5)
    operations.settle_run(run.id)
    set_(run, capacity=1)
    operations.enrol(PersonFactory().id, run.id)
    told = why(run)
    assert "2 seats more are taken or kept than the class has" in told
    assert "2 of the taken seats are offered" in told


def test_staff_read_that_the_class_is_cancelled_or_its_course_not_public(run):
    set_(run.course, status=CourseStatus.WITHDRAWN)
    assert "The course is not published" in why(run)
    catalogue.cancel_run(run.id)
    assert "The class is cancelled" in why(run)


def test_staff_read_that_enrolment_has_closed_or_the_class_has_begun(run):
    with time_machine.travel(clock.at(run.enrol_until + timedelta(days=1), NOON)):
        told = why(run)
        assert "Enrolment closed on" in told
        assert "has begun" not in told
    with time_machine.travel(clock.at(run.starts_on + timedelta(days=1), NOON)):
        assert "The class has begun: its first session was at 18:30" in why(run)


def test_staff_read_that_nobody_would_have_an_hour_to_answer(run):
    closes = clock.at(run.enrol_until + timedelta(days=1), MIDNIGHT)
    with time_machine.travel(closes - timedelta(minutes=50)):
        assert "is too near: nobody would have an hour to answer" in why(run)


def test_staff_read_for_whom_seats_are_kept(run):
    db.session.add(Reservation(run_id=run.id, partner="Công ty May 10", places=2))
    set_(run, capacity=3)
    seats.shift(db.session(), run, reserved=2)
    db.session.commit()
    assert "2 seats are kept for Công ty May 10 until" in why(run)


def test_staff_read_who_waits_for_their_own_answer(run):
    place = first(run)
    place.state = "pending"
    db.session.commit()
    assert "1 of the taken seats waits for your approval." in why(run)


def test_staff_read_that_the_work_behind_the_pages_is_stuck(run):
    jobs.work(once=True)
    set_(run, capacity=2)
    assert "the offer goes out within a few minutes" in why(run)
    operations.enrol(PersonFactory().id, RunFactory().id)
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        assert "letters and offers have been stuck since" in why(run)
