"""Rules about how long data are kept: a few rows at a time, one rule beside the other."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person, RetentionRun
from app.accounts.rights import retention
from app.accounts.rights.retention import Rule
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import DayBegan, Job, emit
from tests.factories import PersonFactory


@pytest.fixture
def only(monkeypatch):
    """Only the rules a test registers."""
    monkeypatch.setattr(retention, "_rules", {})

    def make(code, apply):
        return retention.register(Rule(code=code, what="", kept="", then="", why="", apply=apply))

    return make


def begin_day():
    db.session.rollback()
    with transaction():
        emit(DayBegan(clock.today().isoformat()))


def rename_some(session, most):
    some = session.scalars(select(Person).where(Person.full_name != "x").limit(most)).all()
    for person in some:
        person.full_name = "x"
    return len(some)


def refuse(_session, _most):
    raise ValueError


def test_more_rows_than_fit_one_transaction_are_all_done(app, only, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for _ in range(5):
        PersonFactory()
    assert retention.apply_rule(only("names", rename_some)) == 5
    assert db.session.scalars(select(Person.full_name)).all() == ["x"] * 5
    assert db.session.scalar(select(RetentionRun.rows)) == 5


def test_what_does_not_fit_one_day_is_left_for_the_next(app, only, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    monkeypatch.setattr(retention, "A_DAY_AT_MOST", timedelta(seconds=-1))
    for _ in range(5):
        PersonFactory()
    rule = only("names", rename_some)
    assert retention.apply_rule(rule) == 2
    assert retention.apply_rule(rule) is None


def test_a_rule_that_fails_is_seen_and_does_not_stop_the_others(app, only, run_jobs):
    PersonFactory()
    only("broken", refuse)
    only("names", rename_some)
    begin_day()
    run_jobs()
    assert db.session.scalars(select(Person.full_name)).all() == ["x"]
    assert db.session.scalars(select(RetentionRun.rule)).all() == ["names"]
    failed = db.session.scalars(select(Job).where(Job.error != "")).all()
    assert [job.event for job in failed] == [{"code": "broken"}]
