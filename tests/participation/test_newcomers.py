"""What is first said of new learners is made by the database as `learners` would make it."""

import random
from datetime import date, timedelta

from sqlalchemy import select

from app.accounts.models import (
    Employment,
    GroupsAnswer,
    PersonGroup,
    PriorityGroup,
    Residence,
    ResidenceKind,
)
from app.core import clock
from app.core.db import db, transaction
from app.participation import learners
from app.participation.learners import State
from app.participation.models import FactMonth, LearnerKey, LearnerState
from app.places.models import Sex
from tests.factories import PersonFactory, WardFactory

SEED, PEOPLE = 20261122, 60
FIRST = date(2020, 1, 1)


def day(draw, after=FIRST):
    return after + timedelta(days=draw.randrange(400))


def somebody(draw):
    year = draw.choice([None, 1950, 2015])
    return PersonFactory(
        born_in=year,
        born_on=date(year, 2, 28) if year and draw.random() < 0.5 else None,
        sex=draw.choice([*Sex]),
        employment=draw.choice([None, *Employment]),
        groups_answer=draw.choice([None, *GroupsAnswer]),
        objected_at=draw.choice([None, None, clock.now()]),
    )


def add_homes(draw, person, wards):
    begins = draw.choice([date(1890, 5, 1), FIRST])
    for _ in range(draw.randrange(4)):
        ends = day(draw, begins)
        unit = draw.choice([None, *wards])
        kind = draw.choice([*ResidenceKind])
        home = {"person_id": person.id, "unit_id": unit, "kind": kind}
        db.session.add(Residence(**home, valid_from=begins, valid_to=ends))
        begins = ends + timedelta(days=draw.choice([-30, 0, 1, 40]))
        begins = max(begins, FIRST)


def add_groups(draw, person):
    for group in draw.sample([*PriorityGroup], draw.randrange(3)):
        begins = day(draw)
        ends = draw.choice([None, day(draw, begins)])
        row = {"person_id": person.id, "group": group}
        db.session.add(PersonGroup(**row, valid_from=begins, valid_to=ends))


def said_of(person):
    homes = select(Residence).where(Residence.person_id == person.id).order_by(Residence.id)
    groups = select(PersonGroup).where(PersonGroup.person_id == person.id).order_by(PersonGroup.id)
    both = (db.session.scalars(query).all() for query in (homes, groups))
    return learners.states_of(person, *both, [])


def kept_of(person):
    columns = (getattr(LearnerState, name) for name in State.__slots__)
    query = select(*columns).join(LearnerKey, LearnerKey.number == LearnerState.learner)
    query = query.where(LearnerKey.person_id == person.id, LearnerState.known_to.is_(None))
    return [State(*row) for row in db.session.execute(query.order_by(LearnerState.valid_from))]


def test_the_database_says_of_a_new_learner_what_follows_from_the_rules(app):
    draw = random.Random(SEED)
    wards = [WardFactory(code="26734").id, WardFactory(code="26735").id]
    people = [somebody(draw) for _ in range(PEOPLE)]
    for person in people:
        add_homes(draw, person, wards)
        add_groups(draw, person)
    db.session.commit()
    with transaction() as session:
        learners.add(session, [person.id for person in people], clock.now())
    assert sum(len(kept_of(person)) for person in people) > 2 * PEOPLE
    for person in people:
        assert kept_of(person) == said_of(person)


def test_who_is_a_learner_already_keeps_number_and_states(app):
    known, new = PersonFactory(), PersonFactory()
    for ids in ([known.id], [known.id, new.id], [known.id, new.id]):
        with transaction() as session:
            learners.add(session, ids, clock.now())
    rows = db.session.execute(select(LearnerKey.person_id, LearnerKey.number)).all()
    assert sorted(person for person, _ in rows) == sorted([known.id, new.id])
    states = db.session.scalars(select(LearnerState.learner)).all()
    assert sorted(states) == sorted(number for _, number in rows)
    parts = {f"p-{number % 16:02}" for _, number in rows}
    assert set(db.session.scalars(select(FactMonth.month))) == parts


def test_people_who_become_learners_twice_at_once_have_one_history(app, at_once):
    ids = [PersonFactory().id for _ in range(PEOPLE)]

    def add():
        with transaction() as session:
            learners.add(session, ids, clock.now())

    at_once([add] * 4)
    numbers = db.session.scalars(select(LearnerKey.number)).all()
    states = db.session.scalars(select(LearnerState.learner)).all()
    assert len(numbers) == PEOPLE
    assert sorted(states) == sorted(numbers)
