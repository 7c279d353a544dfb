"""Whatever happens in a city, every figure is what somebody would count by hand.

Hypothesis lets people learn, move, withdraw, be found to be one, and staff take and correct
registers and rewrite their courses. All of it is done by the product's operations and written down
in plain Python lists besides (`truth`). Every count for every period and every pair of breakdowns
must be equal, now and as it was known at each moment before.
"""

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import ClassVar

import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, select

from app.accounts.events import PersonChanged
from app.accounts.models import Person, PriorityGroup
from app.accounts.operations import groups, merges
from app.accounts.operations.residences import move
from app.catalogue import operations as catalogue
from app.catalogue.models import Course, Run, Topic
from app.catalogue.operations import CourseFields
from app.core import clock, config, jobs
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.i18n import Bilingual
from app.enrolment import operations as enrolment
from app.enrolment.models import Channel, Register
from app.participation import queries, sittings, store
from app.participation.dimensions import Dimension
from app.participation.models import Campaign
from app.participation.periods import between, parse
from app.participation.queries import Question
from app.participation.shelf import Shelf
from app.places.models import AdminUnit
from tests.conftest import empty_tables
from tests.factories import (
    AccountFactory,
    CourseFactory,
    PersonFactory,
    ProviderFactory,
    ProviderTypeFactory,
    ResidenceFactory,
    RunFactory,
    SessionFactory,
    TopicFactory,
    VenueFactory,
    WardFactory,
)
from tests.participation.truth import Human, Meeting, Place, Truth

EXAMPLES_IN_CI, STEPS = 4, 25
BEGIN = datetime(2026, 5, 4, 2, tzinfo=UTC)
PEOPLE, WEEKS = 9, 12
CAMPAIGN = date(2026, 5, 20), date(2026, 6, 3)
NUMBERS = st.integers(0, 99)
BY = ("ward", "sex", "age_band", "group", "provider", "provider_type", "topic", "field", "mode",
      "month", "cla", "venue_ward", "fee", "campaign")  # fmt: skip
PERIODS = (parse("2026-H1"), parse("2026"), between(date(2026, 5, 20), date(2026, 7, 10)))
ALL_BY = [(), *((name,) for name in BY), *combinations(BY, 2)]


def move_house(person_id, unit_id, day):
    """As the pages of one's own data do."""
    with transaction() as session:
        move(session, session.get_one(Person, person_id), unit_id, day)
        jobs.emit(PersonChanged(person_id))


class Learning(RuleBasedStateMachine):
    """Nine people, three wards, three classes of two providers, twelve weeks of 2026."""

    done: ClassVar[Counter[str]] = Counter()

    @initialize()
    def open_the_city(self):
        empty_tables()
        self.clock = time_machine.travel(BEGIN, tick=False)
        self.now = self.clock.start()
        self.truth, self.known, self.asked = Truth(), [], 0
        self.account = AccountFactory().id
        self.wards = [WardFactory().id for _ in range(3)]
        self.topics = [TopicFactory(slug=slug, isced_f=f).id
                       for slug, f in (("law", "0421"), ("health", "0911"))]  # fmt: skip
        self.venues = [VenueFactory(unit=db.session.get(AdminUnit, ward)) for ward in self.wards]
        self.fees = (0, 100_000, 0)
        self.put_in_campaign()
        self.runs = [self.open_run(number) for number in range(3)]
        self.people = [self.settle(number) for number in range(PEOPLE)]
        for number in range(PEOPLE):
            self.apply(number, number)

    def teardown(self):
        if hasattr(self, "clock"):
            self.clock.stop()
            db.session.rollback()

    def open_run(self, number):
        provider = ProviderFactory(type=ProviderTypeFactory(code=("library", "museum")[number % 2]))
        course = CourseFactory(
            provider=provider, topic=db.session.get(Topic, self.topics[number % 2]), isced_f="0611"
        )
        run = RunFactory(
            course=course, venue=self.venues[number], capacity=None, fee=self.fees[number],
            mode=("in_person", "online")[number % 2],
            starts_on=date(2026, 5, 5), ends_on=date(2026, 8, 30),
        )  # fmt: skip
        for week in range(WEEKS):
            day = date(2026, 5, 5) + timedelta(weeks=week, days=number)
            begin = clock.at(day, time(18 + number))  # the last is over on the next day elsewhere
            made = SessionFactory(run=run, starts_at=begin, ends_at=begin + timedelta(minutes=90))
            meeting = Meeting(made.id, run.id, day, made.starts_at, made.ends_at)
            self.truth.meetings[made.id] = meeting
        return run.id

    def put_in_campaign(self):
        campaign = Campaign(
            code="week", name=Bilingual("Tuần lễ", "Week"), first=CAMPAIGN[0], last=CAMPAIGN[1]
        )
        db.session.add(campaign)
        db.session.commit()

    def fee_of(self, run):
        return self.fees[self.runs.index(run)]

    def settle(self, number):
        born = (date(1961, 6, 30), date(2011, 7, 1), None)[number % 3]
        year = 1990 if number == 3 else None
        sex = ("female", "male", "not_stated")[number // 3]
        person = PersonFactory(
            sex=sex, born_on=None if year else born, born_in=year or (born.year if born else None)
        )
        human = Human(person.id, sex, date(year, 7, 1) if year else born)
        if number < PEOPLE - 2:
            unit, since = self.wards[number % 3] if number else None, date(2020, 1, 1)
            ResidenceFactory(
                person=person, unit=unit and db.session.get(AdminUnit, unit), valid_from=since
            )
            human.homes.append((since, None, unit))
        self.truth.humans[person.id] = human
        return person.id

    def apply(self, who, where):
        person, run = self.people[who % PEOPLE], self.runs[where % len(self.runs)]
        person = self.truth.who(person).id
        made = self.do(enrolment.enrol, person, run, channel=Channel.STAFF)
        if made:
            self.truth.places[made.id] = Place(
                made.id, person, run, clock.now(), "full" if self.fee_of(run) else "free"
            )

    def a_register_is_taken(self, who, where, how):
        over = [m for m in self.truth.meetings.values() if m.begin <= clock.now()]
        if over:
            self.take(sorted(over, key=lambda m: (m.begin, m.id))[-1 - where % len(over)], who, how)

    def take(self, meeting, who, how):
        """A first sheet, or another for the same meeting."""
        row = db.session.get(Register, meeting.id, populate_existing=True)
        version = row.version if row else 0
        here = [p.id for p in self.truth.places.values()
                if p.run == meeting.run
                and (p.held(meeting) or p.id in meeting.present)]  # fmt: skip
        came = {each for n, each in enumerate(here) if (n + who) % 3}
        taken = self.do(enrolment.record_register, meeting.id, came, how % 4, version, self.account)
        if taken is not None:
            meeting.said = meeting.said or self.said_of(meeting)
            meeting.present, meeting.unnamed = came, how % 4

    def said_of(self, meeting):
        run = db.session.get_one(Run, meeting.run)
        course = run.course
        return {
            "provider": str(course.provider_id), "provider_type": course.provider.type.code,
            "topic": course.topic.slug, "field": course.isced_f[:3], "mode": run.mode.value,
            "month": f"{meeting.day:%Y-%m}", "cla": course.cla,
            "venue_ward": str(run.venue.unit_id) if run.mode != "online" else "no_venue",
            "campaign": "week" if CAMPAIGN[0] <= meeting.day <= CAMPAIGN[1] else "no_campaign",
        }  # fmt: skip

    def somebody_leaves(self, who, _where, _how):
        open_ = [p for p in self.truth.places.values() if p.ended_at is None]
        if open_:
            place = open_[who % len(open_)]
            if self.do(enrolment.withdraw, place.id, staff_reason="chuyển nhà"):
                place.ended_at = clock.now()

    def somebody_moves(self, who, where, how):
        human = self.truth.who(self.people[who % PEOPLE])
        unit = [*self.wards, None][where % 4]
        day = clock.today() - timedelta(days=how % 40)
        self.do(move_house, human.id, unit, day)
        current = human.homes[-1] if human.homes else None
        if current and current[2] == unit and current[0] <= day:
            return
        before = [h for h in human.homes if h[0] < day]
        human.homes = [(a, min(b or date.max, day - timedelta(days=1)), u) for a, b, u in before]
        human.homes.append((day, None, unit))

    def a_group_is_recorded(self, who, where, how):
        human = self.truth.who(self.people[who % PEOPLE])
        group = (PriorityGroup.POOR, PriorityGroup.DISABILITY)[where % 2]
        first = date(2026, 1, 1) + timedelta(days=how)
        last = first + timedelta(days=60 + how) if how % 2 else None
        if self.do(groups.record_group, human.id, group, first, last, standard="QĐ 1",
                   by_id=self.account):  # fmt: skip
            human.groups.append((first, last, group.value))

    def a_course_is_rewritten(self, who, where, _how):
        course = db.session.scalars(select(Course).order_by(Course.id)).all()[who % 3]
        topic = self.topics[where % 2]
        fields = CourseFields(
            title=course.title,
            topic_id=topic,
            cla=("2.2.1", "3.1.2")[where % 2],
            isced_f=("0611", "0231")[where % 2],
        )
        self.do(catalogue.edit_course, course.id, fields, course.version, self.account)

    def two_are_one(self, who, where, _how):
        """Who is found to be another is one of the two that never said where they live."""
        kept, gone = (self.truth.who(self.people[n]).id for n in (who % PEOPLE, -1 - where % 2))
        if kept != gone and not self.truth.humans[gone].homes and self.merge(kept, gone):
            self.truth.humans[gone].merged_into = kept

    def merge(self, kept, gone):
        """Only where it tells nothing new of who is kept and they never sat in one class."""
        one, other = self.truth.humans[kept], self.truth.humans[gone]
        knows_more = (other.born and not one.born) or other.groups or one.sex == UNSTATED
        runs = [{p.run for p in self.truth.places.values() if self.truth.who(p.person_id).id == n}
                for n in (kept, gone)]  # fmt: skip
        if knows_more or runs[0] & runs[1]:
            return None
        return self.do(merges.merge, kept, gone, self.account, "một người")

    THINGS = (
        *(a_register_is_taken,) * 6, somebody_leaves, *(somebody_moves,) * 2, a_group_is_recorded,
        a_course_is_rewritten, *(two_are_one,) * 2,
    )  # fmt: skip

    @rule(thing=st.sampled_from(THINGS), days=st.integers(0, 9), who=NUMBERS, where=NUMBERS,
          how=NUMBERS)  # fmt: skip
    def something_happens(self, thing, days, who, where, how):
        self.now.shift(timedelta(days=days, minutes=7))
        thing(self, who, where, how)
        self.compare()

    def do(self, operation, *values, **named):
        """What it made, or None where it was refused."""
        db.session.rollback()
        try:
            made = operation(*values, **named)
        except DomainError:
            return None
        self.done[operation.__name__] += 1
        return True if made is None else made

    def compare(self):
        """A different pair of breakdowns after every step; now and as known at some step before."""
        self.work()
        self.known.append((clock.now(), deepcopy(self.truth)))
        self.now.shift(timedelta(minutes=1))
        self.asked += 1
        by, period = ALL_BY[self.asked * 7 % len(ALL_BY)], PERIODS[self.asked % len(PERIODS)]
        self.must_be_equal(period, by, None, self.truth)
        moment, then = self.known[self.asked * 5 % len(self.known)]
        self.must_be_equal(period, by, moment, then)

    def must_be_equal(self, period, by, moment, truth):
        dimensions = tuple(Dimension(name) for name in by)
        question = Question(period, dimensions, as_known=moment)
        where = store.folder(config.current())
        table = queries.count(where, question)
        rolled_up = replace(question, spaces=False, by_course=True)
        with sittings.begun(where, Shelf(where / "shelf")) as sitting:
            assert sitting.count(rolled_up).cells == queries.count(where, rolled_up).cells, by
        counted = {
            key: (c.persons, c.holders, c.enrolments, c.named, c.unnamed, c.minutes)
            for key, c in table.cells.items() if c.holders or c.unnamed
        }  # fmt: skip
        assert counted == truth.count(period.first, period.last, by), (period.code, by, moment)

    def work(self):
        """What the worker does for the figures."""
        others = delete(jobs.Job).where(jobs.Job.handler.not_like("participation.jobs.%"))
        is_busy = True
        while is_busy:
            with transaction() as session:
                session.execute(others)
            is_busy = jobs.work_once()
        db.session.rollback()
        store.refresh(store.folder(config.current()))


UNSTATED = "not_stated"


def test_every_count_is_the_one_made_by_hand(app, pytestconfig):
    examples = pytestconfig.getoption("--examples") or EXAMPLES_IN_CI
    Learning.done.clear()
    run_state_machine_as_test(
        Learning,
        settings=settings(
            max_examples=examples, stateful_step_count=STEPS, deadline=None, database=None,
            derandomize=examples == EXAMPLES_IN_CI, suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert TRIED - set(Learning.done) == set(), Learning.done


TRIED = {"record_register", "withdraw", "move_house", "record_group", "edit_course", "merge"}
