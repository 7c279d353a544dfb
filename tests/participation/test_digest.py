"""The digest of facts follows from what they say, not from the numbers people have."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import Person
from app.core import clock
from app.core.db import db
from app.enrolment.models import Attendance
from app.participation import operations, periods
from app.participation.digest import digest
from app.participation.kept import DESCRIBES
from app.participation.models import LAST_DAY, Fact, KeptSession, LearnerKey, LearnerState
from app.participation.presence import OF_LEARNER, SAYS
from tests.factories import PersonFactory, ResidenceFactory
from tests.participation.conftest import crowd, meet, seat

MARCH = date(2026, 3, 2)


def of(period="2026"):
    db.session.rollback()
    return digest(periods.parse(period))


@pytest.fixture
def counted(app):
    """People of several kinds, some alike, at two sessions, and some whom nobody named."""
    run = crowd(3, MARCH - timedelta(days=7))
    people = [PersonFactory(born_on=date(1950 + n, 1, 31)) for n in range(4)]
    for person in people[:2]:
        ResidenceFactory(person=person, valid_from=date(2025, 7, 1))
    seats = [seat(run, date(2026, 1, 2), person) for person in people]
    meet(run, MARCH, present=seats[:2], absent=seats[2:])
    meet(run, MARCH + timedelta(days=7), present=seats[1:], absent=seats[:1], headcount=6)
    operations.rebuild()
    return of()


@pytest.mark.parametrize("seed", range(5))
def test_other_numbers_for_people_and_rows_give_the_same(counted, seed):
    old = sorted(db.session.scalars(select(LearnerKey.number)))
    new = random.Random(seed).sample(range(1, 1000), len(old))
    for table, column in ((LearnerKey, "number"), (LearnerState, "learner"), (Fact, "learner")):
        for before, after in zip(old, new, strict=True):
            mine = update(table).where(getattr(table, column) == before)
            db.session.execute(mine.values({column: after + 2**62}))
    for table in (LearnerState, Fact, KeptSession):
        db.session.execute(update(table).values(id=table.id + 5000))
    db.session.commit()
    assert of() == counted


def test_counting_anew_gives_the_same(counted):
    operations.rebuild()
    assert of() == counted


def test_one_mark_makes_another(counted):
    mark = db.session.scalars(select(Attendance).order_by(Attendance.id)).first()
    mark.status = "absent" if mark.status == "present" else "present"
    db.session.commit()
    operations.rebuild()
    assert of() != counted


NEW = {
    "present": lambda old: not old, "headcount": 5, "fee": "waived", "born_on": date(1977, 5, 4),
    "sex": "male", "unit_id": 0, "residence": "temporary", "groups": 4, "answered": True,
    "employment": "retired", "day": date(2026, 3, 5), "minutes": 30, "run_id": 9, "course_id": 9,
    "provider_id": 9, "provider_type": "x", "topic": "x", "isced_f": "0999", "cla": "9",
    "mode": "online", "job_related": True, "venue_id": 9, "venue_unit_id": 0, "campaign": "x",
}  # fmt: skip


SOMEBODYS = {
    Fact: select(Fact).where(Fact.learner > 0).order_by(Fact.meeting),
    KeptSession: select(KeptSession).order_by(KeptSession.meeting),
    LearnerState: select(LearnerState)
    .where(LearnerState.valid_to == LAST_DAY)
    .order_by(LearnerState.id),
}
"""Rows that count on the reference date, at the first session, which has no headcount."""


@pytest.mark.parametrize(
    ("table", "column"),
    [(Fact, name) for name in SAYS]
    + [(KeptSession, name) for name in DESCRIBES]
    + [(LearnerState, name) for name in OF_LEARNER],
)
def test_any_other_value_makes_another(counted, table, column):
    new = NEW[column]
    some = db.session.scalars(SOMEBODYS[table]).first()
    setattr(some, column, new(getattr(some, column)) if callable(new) else new)
    if column == "headcount":
        some.learner = 0
    db.session.commit()
    assert of() != counted


def test_of_what_is_known_later_nothing_is_in_the_digest_of_before(counted):
    before = clock.now()
    person = db.session.scalars(select(Person).where(Person.sex == "female")).first()
    person.sex = "male"
    db.session.commit()
    operations.follow_persons([person.id])
    assert of() != counted
    db.session.rollback()
    assert digest(periods.parse("2026"), before) == counted


def test_the_day_of_birth_within_its_month_does_not_matter(counted):
    for table in (Fact, LearnerState):
        whole = update(table).where(table.born_on == date(1951, 1, 31))
        db.session.execute(whole.values(born_on=date(1951, 1, 1)))
    db.session.commit()
    assert of() == counted


def test_periods_have_their_own_and_an_empty_one_is_known(counted):
    assert of("2026-H1") == counted
    assert of("2025") == of("2026-H2") != counted


def test_the_command_prints_it(counted, command):
    said = command("participation", "digest", "--period", "2026-H1")
    assert said.split() == ["2026-H1", counted]
