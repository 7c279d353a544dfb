"""Whatever happens in whichever order, what the events kept is what a rebuild makes."""

import random
from contextlib import suppress
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from app.accounts.events import PersonChanged
from app.accounts.models import Employment, Merge, Person, PriorityGroup
from app.accounts.operations import erasure, groups, merges, residences, wishes
from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.enrolment import operations as places
from app.enrolment.models import Enrolment, Register
from app.enrolment.queries import register_lines
from app.participation import checking, corrections, operations, periods
from app.participation.digest import digest
from app.participation.models import Fact, KeptSession, LearnerState
from app.providers.models import ProviderType
from tests.conftest import empty_tables
from tests.factories import (
    PersonFactory,
    ProviderTypeFactory,
    RunFactory,
    SessionFactory,
    TopicFactory,
    WardFactory,
)
from tests.participation.conftest import facts, seat

EARLY = date(2026, 1, 2)
YEAR = periods.parse("2026")


class City:
    """Six people, two classes of three sessions and a self-paced one, all over lately."""

    def __init__(self, dice):
        db.session.remove()
        empty_tables()
        self.dice = dice
        self.wards = [WardFactory().id for _ in range(2)]
        self.topics = [TopicFactory().id for _ in range(2)]
        self.types = [ProviderTypeFactory().id for _ in range(2)]
        self.people = [PersonFactory().id for _ in range(6)]
        days = {"starts_on": EARLY, "enrol_until": clock.today(), "ends_on": clock.today()}
        self.runs = [RunFactory(capacity=None, fee=9, **days) for _ in range(2)]
        self.alone = RunFactory(mode="self_paced", capacity=None, **days)
        begin = clock.now() - timedelta(days=40)
        self.sessions = [
            SessionFactory(
                run=run, starts_at=begin + timedelta(days=n * 15), ends_at=begin
                + timedelta(days=n * 15, hours=2),
            ).id for run in self.runs for n in range(3)
        ]  # fmt: skip
        for run in (*self.runs, self.alone):
            for person in self.people:
                seat(run, EARLY, db.session.get(Person, person), fee=9, fee_status="due")
            run.seats_taken = 6
        db.session.commit()

    def person(self):
        return self.dice.choice(self.people)

    def place(self):
        return self.dice.choice(db.session.scalars(select(Enrolment.id)).all())

    def take(self):
        session_id = self.dice.choice(self.sessions)
        register = db.session.get(Register, session_id)
        lines = [line.enrolment_id for line in register_lines(session_id)]
        came = self.dice.sample(lines, self.dice.randrange(len(lines) + 1))
        version = register.version if register else 0
        places.record_register(session_id, came, self.dice.choice((0, 0, 7)), version, None)

    def describe(self):
        course = self.dice.choice(self.runs).course
        course.topic_id = self.dice.choice(self.topics)
        course.provider.type = db.session.get(ProviderType, self.dice.choice(self.types))
        db.session.commit()

    def move(self):
        with transaction() as session:
            person = session.get_one(Person, self.person())
            day = EARLY + timedelta(days=self.dice.randrange(320))
            residences.move(session, person, self.dice.choice([*self.wards, None]), day)
            jobs.emit(PersonChanged(person.id))

    def change(self):
        values = {
            "sex": self.dice.choice(("female", "male")), "born_on": date(1990, 5, 4),
            "employment": self.dice.choice(list(Employment)),
        }  # fmt: skip
        person = self.person()
        with transaction() as session:
            session.execute(update(Person).where(Person.id == person).values(values))
            jobs.emit(PersonChanged(person))

    def say(self):
        chosen = self.dice.sample(list(PriorityGroup), 2)
        groups.give_groups(self.person(), chosen, agrees=True, language="vi", by_id=None)

    def refuse(self):
        refuse = self.dice.choice((groups.decline_groups, wishes.object_to_groups))
        refuse(self.person(), None)

    def merge(self):
        merges.merge(*self.dice.sample(self.people, 2), None, "")

    def part(self):
        done = select(Merge.id).where(Merge.undone_at.is_(None)).order_by(Merge.id.desc())
        if (last := db.session.scalars(done).first()) is not None:
            merges.undo(last, None, "")

    def withdraw(self):
        places.withdraw(self.place())

    def waive(self):
        places.waive(self.place(), None, "khó khăn")

    def finish(self):
        on_list = select(Enrolment.id).where(Enrolment.run_id == self.alone.id)
        every = [*db.session.scalars(on_list.where(Enrolment.state != "void"))]
        places.record_results(self.alone.id, self.dice.sample(every, 2), None, "")

    def correct(self):
        topic = {"topic": self.dice.choice(("law", "arts"))}
        corrections.correct_session(self.dice.choice(self.sessions), None, "ghi nhầm", **topic)

    def erase(self):
        erasure.erase(self.person(), None, "")


DOES = [name for name, what in vars(City).items() if callable(what) and name[0] != "_"]
DOES = [name for name in DOES if name not in ("person", "place")] + ["take"] * 4


@settings(
    max_examples=4, deadline=None, derandomize=True, report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(seed=st.integers(0, 10_000), steps=st.lists(st.sampled_from(DOES), min_size=10, max_size=14))
def test_events_keep_what_a_rebuild_makes(app, run_jobs, one_key, seed, steps):
    city, known = City(random.Random(seed)), []
    for step in ["take", "take", *steps]:
        with suppress(DomainError, IndexError, ValueError):
            getattr(city, step)()
        db.session.rollback()
        run_jobs()
        db.session.rollback()
        assert list(checking.check()) == [], step
        for moment, found in known:
            assert digest(YEAR, moment) == found, step
        db.session.rollback()
        known.append((clock.now(), digest(YEAR)))
    kept, count = facts(), rows()
    operations.rebuild()
    assert (facts(), rows()) == (kept, count)
    erasure._file().unlink(missing_ok=True)


def rows():
    tables = (Fact, KeptSession, LearnerState)
    return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]
