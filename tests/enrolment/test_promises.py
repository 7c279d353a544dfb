"""What every registration system has once got wrong, each as a promise of this one.

`PROMISES` names the test that holds each of them; those that stand nowhere else are below.
"""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy
from sqlalchemy import func, select

from app.accounts.operations.erasure import erase
from app.catalogue import operations as catalogue
from app.catalogue.models import Run
from app.core import clock
from app.core.db import db, transaction
from app.enrolment import operations
from app.enrolment.errors import AlreadyEnrolled, RunFull
from app.enrolment.invariants import audit_invariants
from app.enrolment.jobs import end_offers
from app.enrolment.models import (
    Attendance,
    AttendanceStatus,
    Channel,
    Enrolment,
    EnrolmentState,
    Register,
)
from app.enrolment.operations import seats
from app.enrolment.operations.steps import step
from app.enrolment.queries import register_lines
from tests.factories import PersonFactory, RunFactory, SessionFactory

TESTS = Path(__file__).resolve().parents[1]
PROMISES = """
Of many who want the last seats at once, as many get one as there are
  enrolment/test_races.py
  test_twenty_people_and_three_seats
No place is made past the guard over the seats
  guards/test_states.py
  test_only_the_seats_of_enrolment_move_the_counters_of_a_run
Whatever is done in whatever order, the audit holds
  enrolment/test_any_order.py
  test_the_audit_holds_after_every_step_of_any_order
A form sent twice makes one place
  enrolment/test_races.py
  test_one_form_sent_ten_times_at_once_makes_one_place_and_one_person
Two classes of one course in two tabs make one place
  enrolment/test_rules.py
  test_two_classes_of_one_course_at_once_give_one_place
The refusal of a second class of the course leads to the first
  enrolment/test_resident_pages.py
  test_who_has_a_place_in_another_class_of_the_course_can_move_it
A class that fills up while the form is open offers the queue and keeps the answers
  enrolment/test_resident_pages.py
  test_a_class_that_fills_up_meanwhile_offers_the_queue
One seat given up makes one offer
  enrolment/test_promises.py
  test_one_seat_given_up_makes_one_offer
Leaving the queue moves nobody up
  enrolment/test_promises.py
  test_somebody_who_leaves_the_queue_moves_nobody_to_a_seat
A raised capacity offers exactly the difference
  enrolment/test_places.py
  test_a_raised_capacity_offers_exactly_the_difference_once
A newcomer never takes a freed seat before those who wait
  enrolment/test_promises.py
  test_no_newcomer_takes_the_freed_seat_before_the_queue
An offer that ran out blocks no seat
  enrolment/test_promises.py
  test_an_offer_that_ran_out_blocks_no_seat
A raised capacity bypasses no approval
  enrolment/test_desk.py
  test_a_raised_capacity_bypasses_no_approval
An accepted offer is spent, and the seat given up goes to the next
  enrolment/test_offers.py
  test_a_taken_seat_given_up_again_goes_to_the_next_in_line
No offer is made after closing or after the start
  enrolment/test_places.py
  test_nobody_moves_up_after_closing_or_after_the_start
An offer ends before the class begins
  enrolment/test_offers.py
  test_an_offer_ends_before_the_class_begins
What was kept for partners and is released is offered once
  enrolment/test_reservations.py
  test_releasing_offers_exactly_the_rest
Who is first in line is never left to chance
  enrolment/test_promises.py
  test_the_line_goes_by_rank_then_time_then_number
A course that was withdrawn for a while keeps its line
  enrolment/test_promises.py
  test_a_course_that_comes_back_keeps_its_line
Nothing changes when somebody joined the queue
  enrolment/test_promises.py
  test_nothing_changes_when_somebody_joined_the_queue
Settings that contradict each other are not kept
  catalogue/test_conditions.py
  test_settings_are_checked_together
No number is unlimited, nought is none
  enrolment/test_places.py
  test_no_number_is_unlimited_and_nought_is_none
A negative number of places cannot be stored
  enrolment/test_places.py
  test_a_negative_number_of_places_cannot_be_stored
A class with more people than seats does not open again
  enrolment/test_promises.py
  test_a_class_with_more_people_than_seats_does_not_open_again
A void place is neither counted nor moved up
  enrolment/test_promises.py
  test_a_void_place_in_the_queue_is_never_offered_a_seat
Whoever left, was refused or did not come may enrol again
  enrolment/test_promises.py
  test_whoever_has_no_place_any_more_may_enrol_again
Who only waits sees no class in the calendar
  opendata/test_calendar.py
  test_whoever_has_no_seat_yet_has_nothing_in_the_calendar
The limit of places counts the queue and holds when an offer is taken
  enrolment/test_rules.py
  test_the_limit_counts_the_queue_and_holds_when_an_offer_is_taken
A party is in whole or not at all
  enrolment/test_parties.py
  test_a_party_gets_all_its_seats_or_none_and_nobody_is_made_up
A form that comes late is still taken
  enrolment/test_parties.py
  test_a_form_that_comes_after_its_draft_is_gone_is_still_taken
A class that is called off keeps no places
  notices/test_who_is_told.py
  test_a_cancelled_class_is_told_to_those_who_wait_too_and_keeps_no_place
Hours are those of the city wherever the server stands
  opendata/test_calendar.py
  test_hours_are_those_of_the_city_wherever_the_server_stands
Nobody is counted twice at one session
  enrolment/test_promises.py
  test_nobody_is_counted_twice_at_one_session
An ended place of the same person blocks no attendance
  enrolment/test_desk.py
  test_an_ended_place_of_the_same_person_blocks_no_attendance
Taking attendance asks for nothing but attendance
  enrolment/test_promises.py
  test_attendance_is_taken_whatever_else_is_wrong_with_the_class
A list of people whose data are gone can be exported
  enrolment/test_desk.py
  test_a_list_of_people_whose_data_are_gone_can_be_exported
An offer is accepted once
  enrolment/test_offers.py
  test_an_offer_is_accepted_once_by_ten_clicks_at_the_same_moment
Work that runs twice writes once
  notices/test_life_of_a_place.py
  test_handlers_that_run_twice_write_once
A letter that is repeated is the same letter
  notices/test_delivery.py
  test_a_worker_killed_after_sending_repeats_the_letter_under_the_same_id
A new rule makes no running class impossible to save
  catalogue/test_conditions.py
  test_a_rule_that_no_longer_holds_together_is_told_and_stops_no_other_change
A course that was withdrawn is not found
  search/test_pages.py
  test_a_withdrawn_course_is_not_shown_even_by_a_stale_index
The search answers while its server is away
  search/test_engines.py
  test_the_embedded_engine_answers_for_a_server_that_is_away
Staff read why no offer went out
  enrolment/test_why_no_offer.py
  test_staff_read_that_nobody_would_have_an_hour_to_answer
"""

ENROLLED, OFFERED, WAITING = (
    EnrolmentState.ENROLLED,
    EnrolmentState.OFFERED,
    EnrolmentState.WAITING,
)


def enrol(run, **asked):
    return operations.enrol(PersonFactory().id, run.id, **asked)


def states(places):
    db.session.expire_all()
    return [place.state for place in places]


def count(state):
    return db.session.scalar(select(func.count()).where(Enrolment.state == state))


@pytest.fixture(autouse=True)
def _invariants_hold(app):
    yield
    assert audit_invariants() == []


def test_every_promise_has_its_test():
    lines = PROMISES.strip().splitlines()
    for promise, file, name in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        tree = ast.parse((TESTS / file.strip()).read_text())
        named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert name.strip() in named, promise


def test_one_seat_given_up_makes_one_offer(at_once):
    run = RunFactory(capacity=4)
    seated, waiting = [enrol(run) for _ in range(4)], [enrol(run) for _ in range(6)]
    operations.withdraw(seated[0].id)
    assert states(waiting) == [OFFERED] + [WAITING] * 5
    ids = [place.id for place in seated[1:3]]
    at_once([lambda id_=id_: operations.withdraw(id_).id for id_ in ids * 4])
    assert states(waiting) == [OFFERED] * 3 + [WAITING] * 3


@pytest.mark.parametrize("leaves", ["themselves", "by staff", "from the city's data"])
def test_somebody_who_leaves_the_queue_moves_nobody_to_a_seat(leaves):
    run = RunFactory(capacity=1)
    _, second, third = (enrol(run) for _ in range(3))
    if leaves == "themselves":
        operations.withdraw(second.id)
    elif leaves == "by staff":
        operations.cancel_place(second.id, None, "ghi danh nhầm")
    else:
        erase(second.person_id, None, "theo yêu cầu")
    assert states([third]) == [WAITING]
    assert (run.seats_taken, run.waiting) == (1, 1)


def test_no_newcomer_takes_the_freed_seat_before_the_queue(at_once):
    run_id = RunFactory(capacity=2).id
    seated = [operations.enrol(PersonFactory().id, run_id).id for _ in range(2)]
    first_in_line = operations.enrol(PersonFactory().id, run_id).id
    newcomers = [PersonFactory().id for _ in range(8)]
    calls = [lambda id_=id_: operations.enrol(id_, run_id).state for id_ in newcomers]
    calls.insert(4, lambda: operations.withdraw(seated[0]).state)
    answers = at_once(calls)
    assert answers.count(WAITING) == len(newcomers)
    assert db.session.get_one(Enrolment, first_in_line).state is OFFERED


@pytest.mark.parametrize("waits", [True, False])
def test_an_offer_that_ran_out_blocks_no_seat(waits, time_machine):
    """Also before the worker has noticed: whoever comes first ends it."""
    run = RunFactory(capacity=1)
    holder, offered = enrol(run), enrol(run)
    second = enrol(run) if waits else None
    operations.withdraw(holder.id)
    time_machine.move_to(offered.offered_until + timedelta(seconds=1))
    newcomer = enrol(run)
    assert states([offered]) == [EnrolmentState.LAPSED]
    if second:
        assert states([second, newcomer]) == [OFFERED, WAITING]
    else:
        assert states([newcomer]) == [ENROLLED]


def test_an_offer_nobody_answers_goes_from_one_to_the_next_until_enrolment_closes(time_machine):
    run = RunFactory(capacity=1)
    places = [enrol(run) for _ in range(12)]
    operations.withdraw(places[0].id)
    while offered := db.session.scalar(select(Enrolment).where(Enrolment.state == OFFERED)):
        assert offered.offered_until <= clock.day_bounds(run.enrol_until, run.enrol_until)[1]
        assert count(OFFERED) == 1
        time_machine.move_to(offered.offered_until)
        end_offers(None)
        db.session.expire_all()
    lapsed = count(EnrolmentState.LAPSED)
    assert lapsed > 2
    assert states(places[1 : lapsed + 1]) == [EnrolmentState.LAPSED] * lapsed
    assert run.seats_taken == 0


def test_the_line_goes_by_rank_then_time_then_number():
    run = RunFactory(capacity=1)
    holder, *line = (enrol(run) for _ in range(6))
    joined = clock.now() - timedelta(minutes=1)
    odd = [
        (1, joined),
        (1, joined),
        (0, joined),
        (1, joined - timedelta(microseconds=1)),
        (0, joined),
    ]
    for place, (rank, moment) in zip(line, odd, strict=True):
        place.rank, place.joined_at = rank, moment
    db.session.commit()
    order = [line[n].id for n in (2, 4, 3, 0, 1)]
    leaving = holder.id
    for expected in order:
        operations.withdraw(leaving)
        offered = db.session.scalars(select(Enrolment.id).where(Enrolment.state == OFFERED)).all()
        assert offered == [expected]
        operations.accept(expected)
        leaving = expected


def test_a_course_that_comes_back_keeps_its_line(run_jobs):
    run = RunFactory(capacity=1)
    holder, *line = (enrol(run) for _ in range(3))
    catalogue.withdraw(run.course_id)
    operations.withdraw(holder.id)
    run_jobs()
    assert states(line) == [WAITING, WAITING]
    catalogue.publish(run.course_id)
    run_jobs()
    assert states(line) == [OFFERED, WAITING]


def test_nothing_changes_when_somebody_joined_the_queue(time_machine):
    run = RunFactory(capacity=1, needs_approval=True)
    holder, place = enrol(run), enrol(run)
    joined = place.joined_at
    steps = (
        lambda: operations.refuse(holder.id, None, "nhầm lớp"),
        lambda: operations.accept(place.id),
        lambda: operations.approve(place.id, None),
        lambda: operations.withdraw(place.id),
    )
    seen = []
    for take in steps:
        time_machine.move_to(clock.now() + timedelta(minutes=5))
        take()
        db.session.expire_all()
        seen.append(place.state.value)
        assert place.joined_at == joined
    assert seen == ["offered", "pending", "enrolled", "withdrawn"]


@pytest.mark.parametrize("over_by", [1, 2, 3])
def test_a_class_with_more_people_than_seats_does_not_open_again(at_once, over_by, client):
    run = RunFactory(capacity=3, waiting_capacity=0)
    for _ in range(3):
        enrol(run)
    run.capacity = 3 - over_by
    db.session.commit()
    assert run.seats_left == 0
    run_id, people = run.id, [PersonFactory().id for _ in range(4)]
    answers = at_once([lambda id_=id_: operations.enrol(id_, run_id).id for id_ in people])
    assert answers == ["run_full"] * 4
    with pytest.raises(RunFull):
        operations.enrol(PersonFactory().id, run_id, channel=Channel.STAFF)
    assert db.session.get_one(Run, run_id).seats_taken == 3
    assert not client.page(f"/vi/runs/{run_id}/enrol").select("input[name=full_name]")


def test_a_void_place_in_the_queue_is_never_offered_a_seat():
    run = RunFactory(capacity=1)
    holder, void, next_one = (enrol(run) for _ in range(3))
    with transaction() as session:
        step(session, seats.locked(session, run.id), void, EnrolmentState.VOID)
    assert (run.seats_taken, run.waiting) == (1, 1)
    operations.withdraw(holder.id)
    assert states([void, next_one]) == [EnrolmentState.VOID, OFFERED]


@pytest.mark.parametrize("how", ["withdrawn", "declined", "lapsed", "refused", "cancelled"])
def test_whoever_has_no_place_any_more_may_enrol_again(how, time_machine):
    """And again: of ended places one may have many, of live ones one."""
    run = RunFactory(capacity=1, needs_approval=how == "refused")
    person = PersonFactory()
    for _ in range(2):
        first = operations.enrol(person.id, run.id)
        if how in ("declined", "lapsed"):
            operations.cancel_place(first.id, None, "để chờ")
            holder = enrol(run)
            first = operations.enrol(person.id, run.id)
            operations.withdraw(holder.id)
        end(first, how, time_machine)
        assert states([first]) == [EnrolmentState(how)]
    again = operations.enrol(person.id, run.id)
    assert again.is_live
    with pytest.raises(AlreadyEnrolled):
        operations.enrol(person.id, run.id)


def end(place, how, time_machine):
    if how == "lapsed":
        time_machine.move_to(place.offered_until)
        end_offers(None)
        return
    ways = {
        "withdrawn": lambda: operations.withdraw(place.id),
        "declined": lambda: operations.decline(place.id),
        "refused": lambda: operations.refuse(place.id, None, "nhầm lớp"),
        "cancelled": lambda: operations.cancel_place(place.id, None, "nhầm lớp"),
    }
    ways[how]()


def held_session(**odd):
    run = RunFactory(starts_on=clock.today() - timedelta(days=1), **odd)
    begin = clock.now() - timedelta(hours=1)
    return SessionFactory(run=run, starts_at=begin, ends_at=begin + timedelta(hours=2))


def test_nobody_is_counted_twice_at_one_session(at_once):
    session = held_session(capacity=3)
    places = [enrol(session.run).id for _ in range(3)]
    session_id = session.id
    at_once([lambda: operations.record_register(session_id, places, 0, 0, None).version] * 8)
    marks = select(func.count()).select_from(Attendance)
    assert db.session.scalar(marks) == len(places)
    again = Attendance(
        session_id=session_id, enrolment_id=places[0], status=AttendanceStatus.PRESENT
    )
    db.session.add(again)
    with pytest.raises(sqlalchemy.exc.IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_attendance_is_taken_whatever_else_is_wrong_with_the_class():
    """A class over its number, with rules nobody of it fits any more, whose course is withdrawn."""
    session = held_session(capacity=2)
    places = [enrol(session.run).id for _ in range(2)]
    session.run.capacity, session.run.rules = 1, {"age_to": 10}
    session.run.enrol_until = clock.today() - timedelta(days=2)
    db.session.commit()
    catalogue.withdraw(session.run.course_id)
    operations.record_register(session.id, places[:1], 0, 0, None)
    assert operations.record_register(session.id, places, 0, 1, None).version == 2
    assert {line.status for line in register_lines(session.id)} == {AttendanceStatus.PRESENT}
    assert db.session.get_one(Register, session.id).version == 2
