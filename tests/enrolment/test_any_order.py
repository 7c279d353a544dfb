"""Whatever people, staff and the clock do, in whatever order: no seat is sold twice or left empty.

Hypothesis drives the operations on the real database. After every step the audit holds, and what
changed is compared with what the rules of the queue allow.
"""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from typing import ClassVar, NamedTuple

import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, func, select

from app.accounts import merged_rows
from app.accounts.operations import Guest, merges
from app.catalogue import operations as catalogue
from app.catalogue.models import Run
from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.enrolment import operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.jobs import end_offers, release_reservations
from app.enrolment.models import (
    HOLDS_A_SEAT,
    Channel,
    Enrolment,
    EnrolmentState,
    GroupBooking,
    Reservation,
)
from app.enrolment.operations import Group
from tests.conftest import empty_tables
from tests.factories import CourseFactory, PersonFactory, RunFactory

EXAMPLES_IN_CI = {"sqlite": 12, "postgresql": 6}
"""The order is nothing to the kind of database; what they do at once is tried on both elsewhere."""
STEPS = 30
MORNING = datetime(2026, 3, 2, 2, tzinfo=UTC)
PEOPLE = 8
NUMBERS = st.integers(0, 99)
HOURS = (1, 5, 14, 14, 30, 50)
CAPACITIES = (None, 0, 1, 2, 3, 4)


WAYS_ON = (
    (EnrolmentState.ENROLLED, operations.withdraw),
    (EnrolmentState.WAITING, operations.withdraw),
    (EnrolmentState.OFFERED, operations.withdraw),
    (EnrolmentState.OFFERED, operations.accept),
    (EnrolmentState.OFFERED, operations.accept),
    (EnrolmentState.OFFERED, operations.decline),
    (EnrolmentState.PENDING, operations.approve, None),
    (EnrolmentState.PENDING, operations.refuse, None, "nhầm lớp"),
    (EnrolmentState.ENROLLED, operations.cancel_place, None, "ghi danh nhầm"),
)


class Place(NamedTuple):
    """One row, as it was when it was looked at."""

    id: int
    run_id: int
    state: EnrolmentState
    rank: int
    joined_at: datetime
    reservation_id: int | None

    @property
    def in_line(self):
        return self.rank, self.joined_at, self.id


class Seats(NamedTuple):
    taken: int
    capacity: int | None


class ComingAndGoing(RuleBasedStateMachine):
    """A few people and four runs: two of one course, one that asks for approval, a full one."""

    done: ClassVar[Counter[str]] = Counter()

    @initialize(capacities=st.tuples(*[st.sampled_from(CAPACITIES)] * 2))
    def open_the_city(self, capacities):
        empty_tables()
        self.clock = time_machine.travel(MORNING, tick=False)
        self.now = self.clock.start()
        course = CourseFactory()
        self.runs = [
            RunFactory(course=course, venue=None, capacity=capacities[0]).id,
            RunFactory(course=course, venue=None, capacity=capacities[1], waiting_capacity=2).id,
            RunFactory(venue=None, capacity=2, needs_approval=True).id,
            RunFactory(venue=None, capacity=1).id,
        ]
        self.people = [PersonFactory().id for _ in range(PEOPLE)]
        self.forms = 0
        for number, person_id in enumerate(self.people[:-1]):
            operations.enrol(person_id, self.runs[number % 2 + 2])
            if number % 2:
                operations.enrol(person_id, self.runs[0])
        self.places = self.look_at_places()
        self.seats = self.look_at_seats()

    def teardown(self):
        self.clock.stop()
        db.session.remove()

    def somebody_applies_twice_with_one_form(self, who, where, how):
        self.forms += 1
        channel, wait = list(Channel)[how % 3], how % 2 == 0
        asked = (self.person(who), self.run(where), f"form {self.forms}", channel)
        first = self.do(operations.enrol, *asked, wait=wait)
        assert self.do(operations.enrol, *asked, wait=wait) == first or first is None

    def several_apply_together(self, who, where, how):
        people = {self.person(2 * number) for number in (who, who + 1, how)}
        before = len(self.look_at_places())
        asked = operations.Application()
        self.do(operations.enrol_party, list(people), self.runs[where % 2], asked)
        humans = {merged_rows.current_id(person_id) for person_id in people}
        assert len(self.look_at_places()) - before in (0, len(humans))

    def a_guest_applies(self, who, where, _how):
        self.forms += 1
        guest = Guest(full_name=f"Trần Văn Bình {who % 5}", phone="+84912345678", born_in=1960)
        self.do(operations.enrol_guest, guest, self.run(where), f"form {self.forms}")

    def a_place_moves_on(self, who, where, how):
        """By one of the ways that are open to somebody now."""
        states = {each.state for each in self.places.values()}
        ways = [each for each in WAYS_ON if each[0] in states]
        if ways:
            state, operation, *values = ways[how % len(ways)]
            self.with_place(who, operation, state, *values)
        if how % 5 == 0:
            to, by_staff = self.runs[where % 2], bool(where % 3)
            seated = EnrolmentState.ENROLLED
            self.with_place(who, operations.transfer, seated, to, by_staff=by_staff)

    def seat_whoever_is_next_after_closing(self, who, where, _how):
        run = self.run(where)
        with transaction() as session:
            session.get_one(Run, run).enrol_until = clock.today() - timedelta(days=1)
        self.with_place(who, operations.withdraw, EnrolmentState.ENROLLED)
        self.do(operations.seat_next, run, None)

    def change_the_capacity(self, _who, where, how):
        run = db.session.get_one(Run, self.run(where))
        fields = catalogue.RunFields(
            enrol_from=run.enrol_from, enrol_until=run.enrol_until,
            capacity=CAPACITIES[how % len(CAPACITIES)],
            waiting_capacity=run.waiting_capacity,
        )  # fmt: skip
        self.do(catalogue.edit_run, run.id, fields)

    def seats_are_kept_for_a_partner(self, who, where, how):
        """Kept, taken, kept to another number, or released."""
        kept = self.kept()
        if not kept or how % 4 == 0:
            self.do(operations.reserve, self.run(where), 1 + who % 3, partner="Xưởng may")
            return
        each = kept[who % len(kept)]
        if how % 4 == 1:
            self.do(operations.enrol, self.person(who), each.run_id, partner_code=each.code)
        elif how % 4 == 2:
            self.do(operations.change_reservation, each.id, 1 + where % 3, None)
        else:
            self.do(operations.release, each.id)

    def a_group_comes_or_goes(self, who, where, how):
        booked = self.bookings()
        if not booked or how % 3 == 0:
            group = Group(
                organisation="Trường Lê Lợi, 5A", contact_name="Vũ Thị Lan",
                phone="+84912345678", learners=1 + who % 3, adults=0,
            )  # fmt: skip
            self.do(operations.book_group, self.run(where), group)
        elif how % 3 == 1:
            self.do(operations.change_group, booked[where % len(booked)].id, 1 + who % 3, 0)
        else:
            self.do(operations.give_up_group, booked[where % len(booked)].id)

    def call_a_run_off(self, _who, where, how):
        if how % 4 == 0:
            self.do(catalogue.cancel_run, self.run(where))

    def two_persons_are_put_together_or_parted(self, who, where, how):
        last = db.session.scalar(select(func.max(merges.Merge.id)))
        if last is not None and how % 3:
            self.do(merges.undo, last, None, "nhầm")
        else:
            self.do(merges.merge, self.person(who), self.person(where), None, "cùng một người")

    def time_passes(self, _who, _where, how):
        self.now.shift(timedelta(hours=HOURS[how % len(HOURS)]))
        end_offers(jobs.PeriodBegan())
        release_reservations(jobs.PeriodBegan())
        self.check()

    def an_offer_runs_out_before_anybody_has_noticed(self, *_numbers):
        ends = db.session.scalar(select(func.min(Enrolment.offered_until)))
        db.session.rollback()
        if ends is not None and ends > clock.now():
            self.now.move_to(ends)

    THINGS = (
        *(somebody_applies_twice_with_one_form,) * 4,
        *(a_place_moves_on,) * 8,
        *(change_the_capacity,) * 3,
        *(seats_are_kept_for_a_partner,) * 4,
        *(a_group_comes_or_goes,) * 4,
        *(time_passes,) * 2,
        *(several_apply_together,) * 2,
        a_guest_applies,
        seat_whoever_is_next_after_closing,
        call_a_run_off,
        two_persons_are_put_together_or_parted,
        an_offer_runs_out_before_anybody_has_noticed,
    )

    @rule(thing=st.sampled_from(THINGS), who=NUMBERS, where=NUMBERS, how=NUMBERS)
    def something_happens(self, thing, who, where, how):
        """One rule, or each order of events would leave most of them out."""
        thing(self, who, where, how)

    def person(self, number):
        return self.people[number % len(self.people)]

    def run(self, number):
        return self.runs[number % len(self.runs)]

    def kept(self):
        query = select(Reservation).where(Reservation.released_at.is_(None))
        return db.session.scalars(query.order_by(Reservation.id)).all()

    def bookings(self):
        query = select(GroupBooking).where(GroupBooking.state == EnrolmentState.ENROLLED)
        return db.session.scalars(query.order_by(GroupBooking.id)).all()

    def with_place(self, number, operation, state=None, *values, **named):
        """On one of the places, of those in this state if there are such."""
        chosen = [each.id for each in self.places.values() if state in (None, each.state)]
        if chosen:
            self.do(operation, chosen[number % len(chosen)], *values, **named)

    def do(self, operation, *values, **named):
        """What it made, by its id, or None where it was refused; all that follows is looked at."""
        db.session.rollback()
        self.now.shift(timedelta(milliseconds=1) * (self.forms % 2))  # also ties
        try:
            made = operation(*values, **named)
            self.done[operation.__name__] += 1
        except DomainError:
            made = None
        made_id = made.id if isinstance(made, Enrolment) else None
        self.check()
        return made_id

    def check(self):
        self.work()
        assert audit_invariants() == []
        places, seats = self.look_at_places(), self.look_at_seats()
        for known in self.places.values():
            assert places[known.id].joined_at == known.joined_at
        for run_id, now in seats.items():
            before = self.seats[run_id].taken
            assert now.capacity is None or now.taken <= max(before, now.capacity)
        self.nobody_is_overtaken(places)
        self.places, self.seats = places, seats

    def nobody_is_overtaken(self, places):
        """Who moved out of a line stood before all who still stand in it, and no newcomer did."""
        still = defaultdict(list)
        for each in places.values():
            known = self.places.get(each.id)
            if known and known.state == each.state == EnrolmentState.WAITING:
                still[each.run_id].append(each.in_line)
        for each in places.values():
            known = self.places.get(each.id)
            is_new = known is None or known.state is EnrolmentState.WAITING
            has_claim = each.reservation_id is not None
            if each.state in HOLDS_A_SEAT and is_new and not has_claim and still[each.run_id]:
                assert known is not None, "a newcomer has a seat while people wait"
                assert each.in_line < min(still[each.run_id])

    def work(self):
        """What the worker does for enrolment; letters and indexes are of no interest here."""
        others = delete(jobs.Job).where(jobs.Job.handler.not_like("enrolment.jobs.%"))
        is_busy = True
        while is_busy:
            with transaction() as session:
                session.execute(others)
            is_busy = jobs.work_once()
        db.session.rollback()

    def look_at_places(self):
        columns = (getattr(Enrolment, name) for name in Place._fields)
        rows = [Place(*row) for row in db.session.execute(select(*columns).order_by(Enrolment.id))]
        return {each.id: each for each in rows}

    def look_at_seats(self):
        """Taken, kept and booked seats of each run, counted from the rows."""
        holds = select(Enrolment.run_id).where(Enrolment.state.in_(HOLDS_A_SEAT))
        taken = defaultdict(int)
        for run_id in db.session.scalars(holds):
            taken[run_id] += 1
        for kept in self.kept():
            taken[kept.run_id] += kept.places - kept.used
        for group in self.bookings():
            taken[group.run_id] += group.seats
        capacities = db.session.execute(select(Run.id, Run.capacity))
        return {run_id: Seats(taken[run_id], capacity) for run_id, capacity in capacities}


def test_the_audit_holds_after_every_step_of_any_order(app, pytestconfig):
    in_ci = EXAMPLES_IN_CI[db.engine.dialect.name]
    examples = pytestconfig.getoption("--examples") or in_ci
    ComingAndGoing.done.clear()
    run_state_machine_as_test(
        ComingAndGoing,
        settings=settings(
            max_examples=examples, stateful_step_count=STEPS, deadline=None, database=None,
            derandomize=examples == in_ci, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert TRIED - set(ComingAndGoing.done) == set(), ComingAndGoing.done


TRIED = {
    "enrol", "withdraw", "accept", "decline", "approve", "cancel_place", "edit_run", "reserve",
    "book_group", "merge",
}  # fmt: skip
"""Each of them did something at least once, or the test shows nothing."""
