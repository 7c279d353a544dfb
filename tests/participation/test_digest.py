"""The digest of facts follows from what they say, not from the numbers people have."""

import random
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import Person
from app.core.db import db
from app.enrolment.models import Attendance
from app.participation import operations, periods
from app.participation.digest import digest
from app.participation.models import Fact
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
def test_other_numbers_for_people_places_and_facts_give_the_same(counted, seed):
    ids = db.session.scalars(select(Fact.person_id).where(Fact.person_id.is_not(None)).distinct())
    old = sorted(ids)
    new = random.Random(seed).sample(range(1, 1000), len(old))
    for before, after in zip(old, new, strict=True):
        mine = update(Fact).where(Fact.person_id == before)
        db.session.execute(mine.values(person_id=-after, enrolment_id=Fact.enrolment_id + after))
    db.session.execute(
        update(Fact).where(Fact.person_id < 0).values(person_id=-Fact.person_id, id=Fact.id + 5000)
    )
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


@pytest.mark.parametrize(
    "change",
    [{"sex": "male"}, {"born_on": date(1977, 5, 4)}, {"ward": "00001"}, {"topic": "x"}],
)
def test_any_other_value_makes_another(counted, change):
    some = db.session.scalars(select(Fact.id).where(Fact.person_id.is_not(None)).limit(1)).one()
    db.session.execute(update(Fact).where(Fact.id == some).values(change))
    db.session.commit()
    assert of() != counted


def test_one_person_in_place_of_two_makes_another(counted):
    one, other = db.session.scalars(
        select(Person.id).where(Person.born_on >= date(1952, 1, 1)).order_by(Person.id).limit(2)
    )
    db.session.execute(update(Fact).where(Fact.person_id == other).values(person_id=one))
    db.session.commit()
    assert of() != counted


def test_the_day_of_birth_within_its_month_does_not_matter(counted):
    db.session.execute(
        update(Fact).where(Fact.born_on == date(1951, 1, 31)).values(born_on=date(1951, 1, 1))
    )
    db.session.commit()
    assert of() == counted


def test_periods_have_their_own_and_an_empty_one_is_known(counted):
    assert of("2026-H1") == counted
    assert of("2025") == of("2026-H2") != counted


def test_the_command_prints_it(counted, command):
    said = command("participation", "digest", "--period", "2026-H1")
    assert said.split() == ["2026-H1", counted]
