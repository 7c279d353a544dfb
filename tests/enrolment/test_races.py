"""Many people at the same moment, each on a connection of their own."""

from datetime import date

from sqlalchemy import func, select

from app.accounts.models import Person
from app.accounts.operations import Guest
from app.core.db import db
from app.core.jobs import Job
from app.enrolment import operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Enrolment, EnrolmentState
from app.enrolment.operations import Application
from app.places.models import Sex
from tests.factories import PersonFactory, RunFactory


def guest(**odd):
    details = {
        "full_name": "Trần Văn Bình",
        "phone": "+84912345678",
        "born_in": 1960,
        "born_on": date(1960, 5, 4),
        "sex": Sex.MALE,
        "unit_id": None,
        "language": "vi",
    }
    return Guest(**{**details, **odd})


def count(state):
    return db.session.scalar(select(func.count()).where(Enrolment.state == state))


def test_twenty_people_and_three_seats(at_once):
    run_id = RunFactory(capacity=3).id
    people = [PersonFactory().id for _ in range(20)]
    at_once([lambda id_=id_: operations.enrol(id_, run_id).id for id_ in people])
    assert count(EnrolmentState.ENROLLED) == 3
    assert count(EnrolmentState.WAITING) == 17
    assert audit_invariants() == []
    places = db.session.scalars(select(Job.event).where(Job.handler.contains("notices"))).all()
    assert len({event["enrolment_id"] for event in places}) == 20


def test_twenty_guests_and_three_seats_without_a_queue(at_once):
    run_id = RunFactory(capacity=3, waiting_capacity=0).id
    calls = [
        lambda n=n: (
            operations.enrol_guest(guest(full_name=f"Lê Thị Hoa {n}"), run_id, f"form-{n}").id
        )
        for n in range(20)
    ]
    answers = at_once(calls)
    assert answers.count("run_full") == 17
    assert count(EnrolmentState.ENROLLED) == 3
    assert audit_invariants() == []


def test_one_form_sent_ten_times_at_once_makes_one_place_and_one_person(at_once):
    run_id = RunFactory().id
    answers = at_once([lambda: operations.enrol_guest(guest(), run_id, "one form").id] * 10)
    assert len(set(answers)) == 1
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 1
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_one_person_in_ten_tabs_gets_one_place(at_once):
    run_id = RunFactory(capacity=10).id
    calls = [lambda n=n: operations.enrol_guest(guest(), run_id, f"tab-{n}").id for n in range(10)]
    answers = at_once(calls)
    assert answers.count("already_enrolled") == 9
    assert audit_invariants() == []


def test_coming_and_going_at_once_ends_with_true_counters(at_once):
    run_id = RunFactory(capacity=3).id
    places = [operations.enrol(PersonFactory().id, run_id).id for _ in range(10)]
    people = [PersonFactory().id for _ in range(10)]
    leave = [lambda id_=id_: operations.withdraw(id_).id for id_ in places]
    come = [lambda id_=id_: operations.enrol(id_, run_id).id for id_ in people]
    at_once([call for pair in zip(leave, come, strict=True) for call in pair])
    gone = count(EnrolmentState.WITHDRAWN) + count(EnrolmentState.DECLINED)
    seats = count(EnrolmentState.ENROLLED) + count(EnrolmentState.OFFERED)
    assert (gone, seats, count(EnrolmentState.WAITING)) == (10, 3, 7)
    assert audit_invariants() == []


def test_families_typed_in_another_order_at_once_never_wait_for_each_other(at_once):
    family = [guest(full_name=name) for name in ("Lê An", "Lê Bình", "Lê Chi", "Lê Dung")]
    runs = [RunFactory(capacity=100).id for _ in range(8)]
    calls = [
        lambda n=n, run_id=run_id: len(
            operations.enrol_guests(family[:: 1 if n % 2 else -1], run_id, Application())
        )
        for n, run_id in enumerate(runs)
    ]
    assert at_once(calls) == [4] * 8
    assert db.session.scalar(select(func.count()).select_from(Person)) == 4
