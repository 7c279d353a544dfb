"""Thousands of numbers in one statement."""

import pytest
from sqlalchemy import select, text

from app.catalogue.models import Topic
from app.core import statistics
from app.core.db import db
from app.core.many import among
from app.participation.models import LearnerKey
from tests.factories import PersonFactory, TopicFactory


def test_a_number_too_long_for_the_column_is_nobodys_and_no_error(app):
    known = TopicFactory().id
    found = select(Topic.id).where(among(Topic.id, [known, 2**40, -(2**40)]))
    assert db.session.scalars(found).all() == [known]
    assert db.session.scalars(select(Topic.id).where(among(Topic.id, []))).all() == []


def test_postgresql_knows_a_table_that_was_filled_in_this_very_transaction(app):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite plans without such numbers")
    people = [PersonFactory().id for _ in range(50)]
    db.session.add_all(LearnerKey(person_id=id_, number=id_) for id_ in people)
    db.session.flush()
    statistics.renew(db.session(), (LearnerKey.person_id, LearnerKey.number))
    size = text("SELECT reltuples FROM pg_class WHERE relname = 'learner_keys'")
    assert db.session.scalar(size) == len(people)
