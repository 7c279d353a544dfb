"""Seats kept for groups and partners are part of the capacity."""

from datetime import date, timedelta

import pytest

from app.accounts.models import PersonGroup, PriorityGroup
from app.accounts.operations import Guest
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import PeriodBegan
from app.enrolment import operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.jobs import release_reservations
from app.enrolment.models import EnrolmentState as State
from app.enrolment.models import Reservation
from app.enrolment.operations import Application, doubles
from tests.factories import PersonFactory, RunFactory


@pytest.fixture(autouse=True)
def _invariants_hold(app):
    yield
    db.session.rollback()
    assert audit_invariants() == []


def poor():
    person = PersonFactory()
    row = PersonGroup(
        person_id=person.id, group=PriorityGroup.POOR, valid_from=date(2026, 1, 1), standard="list"
    )
    db.session.add(row)
    db.session.commit()
    return person


def enrol(run, person=None, **asked):
    return operations.enrol((person or PersonFactory()).id, run.id, **asked)


def for_a_partner(run, places=1, **odd):
    return operations.reserve(run.id, places, partner="Hội Phụ nữ", **odd)


def counters(run):
    return run.seats_taken, run.reserved, run.waiting


def code_of(call):
    with pytest.raises(DomainError) as refusal:
        call()
    return refusal.value.code


def test_kept_seats_are_not_for_everybody():
    run = RunFactory(capacity=2)
    for_a_partner(run)
    assert [enrol(run).state, enrol(run).state] == [State.ENROLLED, State.WAITING]
    assert counters(run) == (1, 1, 1)


def test_the_code_of_the_partner_opens_a_kept_seat_past_the_queue():
    run = RunFactory(capacity=2)
    kept = for_a_partner(run)
    enrol(run), enrol(run)
    code = f"{kept.code[:5]} {kept.code[5:]}".lower()
    theirs = enrol(run, partner_code=code)
    assert (theirs.state, theirs.reservation_id) == (State.ENROLLED, kept.id)
    assert (kept.used, counters(run)) == (1, (2, 0, 1))
    assert enrol(run, partner_code=kept.code).state is State.WAITING


def test_a_code_nobody_knows_is_refused():
    run, other = RunFactory(), RunFactory()
    kept = for_a_partner(other)
    for code in ("AAAAAAAAAA", kept.code):
        assert code_of(lambda code=code: enrol(run, partner_code=code)) == "wrong_partner_code"


def test_who_belongs_to_the_group_takes_a_kept_seat():
    run = RunFactory(capacity=2)
    kept = operations.reserve(run.id, 1, group=PriorityGroup.POOR)
    place, later = enrol(run, poor()), enrol(run, poor())
    assert (place.reservation_id, later.reservation_id) == (kept.id, None)
    assert [place.state, later.state] == [State.ENROLLED] * 2


def test_a_kept_seat_given_up_goes_to_the_first_in_line_of_the_group():
    run = RunFactory(capacity=2)
    kept = operations.reserve(run.id, 1, group=PriorityGroup.POOR)
    holder = enrol(run, poor())
    enrol(run)
    stranger, next_one = enrol(run), enrol(run, poor())
    operations.withdraw(holder.id)
    assert [stranger.state, next_one.state] == [State.WAITING, State.OFFERED]
    assert (next_one.reservation_id, kept.used) == (kept.id, 1)
    assert operations.accept(next_one.id).is_seated
    assert audit_invariants() == []


def test_a_partner_s_code_counts_in_the_queue_too():
    run = RunFactory(capacity=1)
    kept = for_a_partner(run)
    holder = enrol(run, partner_code=kept.code)
    stranger, theirs = enrol(run), enrol(run, partner_code=kept.code)
    operations.withdraw(holder.id)
    assert [stranger.state, theirs.state] == [State.WAITING, State.OFFERED]


def test_an_ordinary_seat_offered_to_a_partner_s_person_stays_ordinary():
    run = RunFactory(capacity=2)
    kept = for_a_partner(run)
    enrol(run, partner_code=kept.code)
    holder = enrol(run)
    theirs = enrol(run, partner_code=kept.code)
    operations.withdraw(holder.id)
    assert (theirs.state, theirs.reservation_id) == (State.OFFERED, None)
    operations.decline(theirs.id)
    assert (kept.used, counters(run)) == (1, (1, 0, 0))


def test_releasing_offers_exactly_the_rest():
    """A kept block that is removed does not flood the queue."""
    run = RunFactory(capacity=4)
    kept = for_a_partner(run, 3)
    enrol(run), enrol(run, partner_code=kept.code)
    waiting = [enrol(run) for _ in range(4)]
    operations.release(kept.id)
    operations.release(kept.id)
    assert [place.state for place in waiting] == [State.OFFERED] * 2 + [State.WAITING] * 2
    assert counters(run) == (4, 0, 2)


def test_who_has_a_kept_seat_keeps_it_after_the_release_and_frees_an_ordinary_one():
    run = RunFactory(capacity=1)
    kept = for_a_partner(run)
    theirs, waiting = enrol(run, partner_code=kept.code), enrol(run)
    operations.release(kept.id)
    assert theirs.is_seated
    operations.withdraw(theirs.id)
    assert waiting.state is State.OFFERED
    assert counters(run) == (1, 0, 0)


def test_more_than_is_free_cannot_be_kept_and_nobody_is_thrown_out():
    run = RunFactory(capacity=2)
    enrol(run)
    assert code_of(lambda: for_a_partner(run, 2)) == "no_room_to_reserve"
    kept = for_a_partner(run)
    change = operations.change_reservation
    assert code_of(lambda: change(kept.id, 2, None)) == "no_room_to_reserve"
    enrol(run, partner_code=kept.code)
    assert code_of(lambda: change(kept.id, 0, None)) == "wrong_reservation"
    assert counters(run) == (2, 0, 0)


def test_keeping_fewer_offers_the_difference():
    run = RunFactory(capacity=3)
    kept = for_a_partner(run, 3)
    waiting = [enrol(run), enrol(run), enrol(run)]
    operations.change_reservation(kept.id, 1, None)
    assert [place.state for place in waiting] == [State.OFFERED] * 2 + [State.WAITING]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "wrong_reservation"),
        ({"partner": "A", "group": PriorityGroup.POOR}, "wrong_reservation"),
        ({"partner": "A", "places": 0}, "wrong_reservation"),
        ({"partner": "A", "until": date(2020, 1, 1)}, "wrong_reservation"),
        ({"partner": "A", "until": date(2099, 1, 1)}, "wrong_reservation"),
    ],
)
def test_what_contradicts_itself_is_not_kept(asked, code):
    run = RunFactory()
    places = asked.pop("places", 1)
    assert code_of(lambda: operations.reserve(run.id, places, **asked)) == code
    assert run.reserved == 0


def test_a_class_without_a_limit_keeps_nothing():
    run = RunFactory(capacity=None)
    assert code_of(lambda: for_a_partner(run)) == "nothing_to_reserve"


def test_a_lowered_capacity_oversells_no_kept_seat():
    run = RunFactory(capacity=3)
    kept = for_a_partner(run, 2)
    enrol(run)
    run.capacity = 1
    db.session.commit()
    assert enrol(run, partner_code=kept.code).state is State.WAITING
    assert counters(run) == (1, 2, 1)


def test_a_party_gets_kept_and_ordinary_seats_or_none():
    run = RunFactory(capacity=3)
    kept = operations.reserve(run.id, 1, group=PriorityGroup.POOR)
    people = [poor().id, PersonFactory().id, PersonFactory().id]
    places = operations.enrol_party(people, run.id, Application())
    assert sorted(place.reservation_id or 0 for place in places) == [0, 0, kept.id]
    other = RunFactory(capacity=2)
    operations.reserve(other.id, 1, group=PriorityGroup.POOR)
    people = [poor().id, PersonFactory().id, PersonFactory().id]
    places = operations.enrol_party(people, other.id, Application())
    assert State.ENROLLED not in {place.state for place in places}


def test_the_last_day_past_the_worker_gives_the_rest_to_everybody(time_machine):
    run = RunFactory(capacity=1)
    kept = for_a_partner(run, until=clock.today() + timedelta(days=1))
    waiting = enrol(run)
    time_machine.move_to(clock.now() + timedelta(days=1))
    release_reservations(PeriodBegan())
    assert waiting.state is State.WAITING
    time_machine.move_to(clock.now() + timedelta(days=1))
    release_reservations(PeriodBegan())
    db.session.refresh(waiting)
    assert waiting.state is State.OFFERED
    assert db.session.get(Reservation, kept.id).released_at is not None


def test_many_at_once_never_take_more_than_is_kept_nor_than_there_is(at_once):
    run = RunFactory(capacity=5)
    kept = for_a_partner(run, 2)
    run_id, code = run.id, kept.code
    ordinary = [PersonFactory().id for _ in range(6)]
    partners = [PersonFactory().id for _ in range(6)]
    calls = [lambda p=p: operations.enrol(p, run_id).state for p in ordinary]
    calls += [lambda p=p: operations.enrol(p, run_id, partner_code=code).state for p in partners]
    calls += [lambda: operations.change_reservation(kept.id, 3, None).places]
    answers = at_once(calls)
    assert answers.count(State.ENROLLED) == 5
    assert answers.count(State.WAITING) == 7


def test_a_kept_seat_that_staff_end_is_kept_again():
    run = RunFactory(capacity=2)
    kept = for_a_partner(run)
    theirs = enrol(run, partner_code=kept.code)
    operations.cancel_place(theirs.id, None, "by mistake")
    assert (kept.used, counters(run)) == (0, (0, 1, 0))


def test_a_place_given_back_has_an_ordinary_seat():
    run = RunFactory(capacity=3)
    kept = for_a_partner(run)
    stays, goes = enrol(run), enrol(run, partner_code=kept.code)
    with transaction() as session:
        done = doubles.void(session, stays, goes)
    with transaction() as session:
        doubles.give_back(session, done)
    assert (goes.state, goes.reservation_id) == (State.ENROLLED, None)
    assert (kept.used, counters(run)) == (0, (2, 1, 0))


def test_who_waits_gets_a_kept_seat_once_they_belong_to_the_group():
    run = RunFactory(capacity=1)
    operations.reserve(run.id, 1, group=PriorityGroup.POOR)
    first, later = enrol(run), enrol(run)
    row = PersonGroup(
        person_id=later.person_id, group=PriorityGroup.POOR, valid_from=clock.today(), standard="x"
    )
    db.session.add(row)
    db.session.commit()
    release_reservations(PeriodBegan())
    assert [first.state, later.state] == [State.WAITING, State.OFFERED]


def test_an_offer_out_of_turn_tells_no_stranger_who_belongs_to_the_group():
    run = RunFactory(capacity=1)
    operations.reserve(run.id, 1, group=PriorityGroup.POOR)
    guest = Guest(full_name="Trần Thị Hoa", phone="+84912345678", born_in=1960)
    known = operations.enrol_guest(guest, RunFactory().id, "").person_id
    belongs = {"person_id": known, "group": PriorityGroup.POOR, "standard": "list"}
    db.session.add(PersonGroup(**belongs, valid_from=date(2026, 1, 1), valid_to=clock.today()))
    db.session.commit()
    typed = operations.enrol_guest(guest, run.id, "")
    release_reservations(PeriodBegan())
    assert typed.state is State.WAITING
    db.session.add(PersonGroup(**belongs, valid_from=clock.today()))  # the desk saw a paper since
    db.session.commit()
    release_reservations(PeriodBegan())
    assert typed.state is State.OFFERED
