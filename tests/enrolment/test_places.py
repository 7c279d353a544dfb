from datetime import timedelta

import pytest
import sqlalchemy
from sqlalchemy import delete, func, select, update

from app.accounts.models import Consent, Person
from app.accounts.operations import Guest
from app.catalogue.models import CourseStatus, Run, RunStatus
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import Job
from app.enrolment import operations
from app.enrolment.errors import (
    AlreadyEnrolled,
    EnrolmentClosed,
    NobodyToSeat,
    NotOpenYet,
    RunCancelled,
    RunFull,
    SeatGone,
    TooLateToWithdraw,
)
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Attendance, Channel, Enrolment, EnrolmentState, Register
from tests.factories import (
    AttendanceFactory,
    CourseFactory,
    EnrolmentFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
)


def enrol(run, **kwargs):
    return operations.enrol(PersonFactory().id, run.id, **kwargs)


@pytest.fixture(autouse=True)
def _invariants_hold(app):
    yield
    assert audit_invariants() == []


def test_a_free_seat_is_taken_and_the_next_person_waits():
    run = RunFactory(capacity=1)
    first, second = enrol(run), enrol(run)
    assert (first.state, second.state) == (EnrolmentState.ENROLLED, EnrolmentState.WAITING)
    assert first.seated_at == first.joined_at
    assert second.seated_at is None
    assert (run.seats_taken, run.waiting) == (1, 1)


@pytest.mark.parametrize(
    ("capacity", "waiting_capacity", "people", "seated", "waiting"),
    [(0, None, 2, 0, 2), (None, 0, 5, 5, 0), (1, 0, 1, 1, 0), (1, 1, 2, 1, 1), (3, None, 5, 3, 2)],
)
def test_no_number_is_unlimited_and_nought_is_none(
    capacity, waiting_capacity, people, seated, waiting
):
    run = RunFactory(capacity=capacity, waiting_capacity=waiting_capacity)
    for _ in range(people):
        enrol(run)
    assert (run.seats_taken, run.waiting) == (seated, waiting)


@pytest.mark.parametrize("column", ["capacity", "waiting_capacity"])
def test_a_negative_number_of_places_cannot_be_stored(column):
    run = RunFactory()
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        db.session.execute(update(Run).where(Run.id == run.id).values({column: -1}))
    db.session.rollback()


def test_seats_and_queue_full_refuses():
    run = RunFactory(capacity=1, waiting_capacity=1)
    enrol(run), enrol(run)
    with pytest.raises(RunFull):
        enrol(run)


def test_a_class_whose_capacity_was_lowered_stays_full_and_throws_nobody_out():
    run = RunFactory(capacity=3)
    places = [enrol(run) for _ in range(3)]
    run.capacity = 1
    db.session.commit()
    assert enrol(run).state is EnrolmentState.WAITING
    operations.withdraw(places[0].id)
    assert [place.state for place in places[1:]] == [EnrolmentState.ENROLLED] * 2
    assert (run.seats_taken, run.waiting) == (2, 1)


def test_nobody_has_two_places_in_one_class():
    run, person = RunFactory(), PersonFactory()
    operations.enrol(person.id, run.id)
    with pytest.raises(AlreadyEnrolled):
        operations.enrol(person.id, run.id, "another form")
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_the_database_itself_refuses_a_second_live_place():
    place = operations.enrol(PersonFactory().id, RunFactory().id)
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        EnrolmentFactory(run_id=place.run_id, run=place.run, person=place.person)
    db.session.rollback()


def test_the_same_form_sent_twice_finds_the_first_answer():
    run, person = RunFactory(), PersonFactory()
    first = operations.enrol(person.id, run.id, "form-1")
    again = operations.enrol(person.id, run.id, "form-1")
    assert again.id == first.id
    assert run.seats_taken == 1


def test_the_same_form_with_another_name_is_another_place():
    run = RunFactory()
    mother, child = PersonFactory(), PersonFactory()
    places = {operations.enrol(person.id, run.id, "form-1").id for person in (mother, child)}
    assert len(places) == 2


@pytest.mark.parametrize(
    ("odd", "error"),
    [
        ({"enrol_until": clock.today() - timedelta(days=1)}, EnrolmentClosed),
        ({"enrol_from": clock.today() + timedelta(days=1)}, NotOpenYet),
        ({"status": RunStatus.CANCELLED}, RunCancelled),
    ],
)
def test_residents_keep_to_the_enrolment_period(app, odd, error):
    with pytest.raises(error):
        enrol(RunFactory(**odd))


@pytest.mark.parametrize("status", [CourseStatus.DRAFT, CourseStatus.WITHDRAWN])
def test_a_course_that_is_not_public_takes_nobody(app, status):
    with pytest.raises(EnrolmentClosed):
        enrol(RunFactory(course=CourseFactory(status=status)))


def test_staff_add_a_walk_in_after_enrolment_has_closed():
    run = RunFactory(enrol_until=clock.today() - timedelta(days=1))
    assert enrol(run, channel=Channel.STAFF).state is EnrolmentState.ENROLLED


def test_whoever_was_promised_a_seat_is_asked_before_waiting():
    run = RunFactory(capacity=1)
    enrol(run)
    with pytest.raises(SeatGone):
        enrol(run, wait=False)
    assert enrol(run, wait=True).state is EnrolmentState.WAITING


def test_a_freed_seat_is_offered_to_whoever_waited_longest():
    run = RunFactory(capacity=1)
    holder, second, third = enrol(run), enrol(run), enrol(run)
    joined = second.joined_at
    operations.withdraw(holder.id)
    assert [holder.state, second.state, third.state] == [
        EnrolmentState.WITHDRAWN,
        EnrolmentState.OFFERED,
        EnrolmentState.WAITING,
    ]
    assert (run.seats_taken, run.waiting) == (1, 1)
    assert second.seated_at is None
    operations.accept(second.id)
    assert second.state is EnrolmentState.ENROLLED
    assert second.joined_at == joined
    assert second.seated_at is not None
    assert (run.seats_taken, run.waiting) == (1, 1)


def test_a_tie_in_the_queue_is_decided_by_the_number_of_the_place():
    run = RunFactory(capacity=1)
    holder, second, third = enrol(run), enrol(run), enrol(run)
    third.joined_at = second.joined_at
    db.session.commit()
    operations.withdraw(holder.id)
    assert (second.state, third.state) == (EnrolmentState.OFFERED, EnrolmentState.WAITING)


def test_a_newcomer_queues_behind_those_who_wait_though_a_seat_is_free():
    run = RunFactory(capacity=1)
    _holder, waiting = enrol(run), enrol(run)
    run.capacity = 2
    db.session.commit()
    newcomer = enrol(run)
    states = (waiting.state, newcomer.state)
    assert states == (EnrolmentState.OFFERED, EnrolmentState.WAITING)
    assert operations.settle_run(run.id) == 0


def test_a_raised_capacity_offers_exactly_the_difference_once():
    run = RunFactory(capacity=1)
    for _ in range(5):
        enrol(run)
    run.capacity = 3
    db.session.commit()
    assert [operations.settle_run(run.id) for _ in range(2)] == [2, 0]
    assert (run.seats_taken, run.waiting) == (3, 2)


def test_leaving_the_queue_seats_nobody():
    run = RunFactory(capacity=1)
    _, second, third = enrol(run), enrol(run), enrol(run)
    operations.withdraw(second.id)
    assert third.state is EnrolmentState.WAITING
    assert (run.seats_taken, run.waiting) == (1, 1)


def test_withdrawing_twice_frees_one_seat():
    run = RunFactory(capacity=1)
    holder, _, third = enrol(run), enrol(run), enrol(run)
    operations.withdraw(holder.id)
    operations.withdraw(holder.id)
    assert third.state is EnrolmentState.WAITING
    assert (run.seats_taken, run.waiting) == (1, 1)


@pytest.mark.parametrize(
    "odd",
    [
        {"enrol_until": clock.today() - timedelta(days=1)},
        {"starts_on": clock.today() - timedelta(days=1)},
    ],
)
def test_nobody_moves_up_after_closing_or_after_the_start(app, odd):
    run = RunFactory(capacity=1)
    holder, second = enrol(run), enrol(run)
    for name, value in odd.items():
        setattr(run, name, value)
    db.session.commit()
    operations.withdraw(holder.id)
    assert second.state is EnrolmentState.WAITING
    assert (run.seats_taken, run.waiting) == (0, 1)


def test_nobody_moves_up_in_a_class_that_is_cancelled_and_nobody_keeps_a_place():
    run = RunFactory(capacity=2)
    places = [enrol(run) for _ in range(4)]
    run.status = RunStatus.CANCELLED
    db.session.commit()
    operations.withdraw(places[0].id)
    assert places[2].state is EnrolmentState.WAITING
    assert [operations.cancel_places(run.id) for _ in range(2)] == [3, 0]
    assert {place.state for place in places[1:]} == {EnrolmentState.CANCELLED}
    assert (run.seats_taken, run.waiting) == (0, 0)


def test_staff_seat_the_next_in_line_after_closing():
    run = RunFactory(capacity=1)
    holder, second = enrol(run), enrol(run)
    run.enrol_until = clock.today() - timedelta(days=1)
    db.session.commit()
    operations.withdraw(holder.id)
    assert operations.seat_next(run.id, None).id == second.id
    with pytest.raises(NobodyToSeat):
        operations.seat_next(run.id, None)


def test_who_has_withdrawn_may_come_back_at_the_end_of_the_queue():
    run = RunFactory(capacity=1)
    person = PersonFactory()
    first = operations.enrol(person.id, run.id)
    waiting = enrol(run)
    operations.withdraw(first.id)
    again = operations.enrol(person.id, run.id)
    assert (waiting.state, again.state) == (EnrolmentState.OFFERED, EnrolmentState.WAITING)


def test_a_void_place_is_neither_counted_nor_seated():
    run = RunFactory(capacity=1)
    holder = enrol(run)
    EnrolmentFactory(run=run, state=EnrolmentState.VOID)
    operations.withdraw(holder.id)
    assert (run.seats_taken, run.waiting) == (0, 0)


def test_a_class_that_is_over_keeps_its_places():
    run = RunFactory()
    place = enrol(run)
    run.enrol_from = run.starts_on = run.ends_on = clock.today() - timedelta(days=1)
    db.session.commit()
    with pytest.raises(TooLateToWithdraw):
        operations.withdraw(place.id)


def test_a_refusal_leaves_no_trace():
    run = RunFactory(capacity=0, waiting_capacity=0)
    with pytest.raises(RunFull):
        enrol(run)
    for table in (Enrolment, Job):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0


def test_what_breaks_in_the_middle_leaves_nothing_behind():
    """A place, its counter, its person, their consent and the letter are one commit."""
    run = RunFactory()
    guest = Guest(full_name="Trần Văn Bình", phone="+84912345678", born_in=1960)
    with pytest.raises(ZeroDivisionError), transaction():
        operations.enrol_guest(guest, run.id, "a form")
        raise ZeroDivisionError
    for table in (Enrolment, Job, Consent, Person):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert db.session.get(Run, run.id).seats_taken == 0


@pytest.mark.parametrize(("people", "told"), [(1, 0), (2, 1), (3, 1), (4, 2)])
def test_the_index_hears_only_when_the_words_change(people, told):
    """Two seats, then two places in the queue: full, then full altogether."""
    run = RunFactory(capacity=2, waiting_capacity=2)
    for _ in range(people):
        enrol(run)
    changed = select(func.count()).where(Job.handler == "search.jobs.reindex_run")
    assert db.session.scalar(changed) == told


def test_one_person_is_marked_once_in_one_session():
    session = SessionFactory()
    place = operations.enrol(PersonFactory().id, session.run_id)
    db.session.add(Register(session_id=session.id, taken_at=session.starts_at))
    AttendanceFactory(session=session, enrolment=place)
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        AttendanceFactory(session=session, enrolment=place)
    db.session.rollback()
    db.session.execute(delete(Attendance))
    db.session.execute(delete(Register))
    db.session.commit()
