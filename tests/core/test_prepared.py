"""Statements that go straight to the driver behave as if SQLAlchemy had sent them."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from app.core import clock, turns
from app.core.audit import AuditEntry
from app.core.db import add_at_end, db, transaction
from app.core.jobs import BegunDay, Job
from app.core.prepared import Prepared

DAY = date(2026, 11, 22)
DAYS: Table = BegunDay.__table__
ADD = Prepared(insert(DAYS).values(day=bindparam("day")))
FIND = Prepared(select(DAYS.c.day).where(DAYS.c.day == bindparam("day")))
ENTRIES = Prepared(
    select(AuditEntry.at, AuditEntry.details).where(AuditEntry.action == bindparam("action"))
)


def test_values_and_rows_have_their_types(app):
    at = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
    with transaction() as session:
        session.add(
            AuditEntry(
                at=at, action="a.b", object_kind="run", object_id="1", details={"name": "Hoa"}
            )
        )
    (row,) = ENTRIES.all(db.session(), {"action": "a.b"})
    assert (row.at, row.details) == (at, {"name": "Hoa"})


def test_what_a_constraint_refuses_is_told_as_ever_and_leaves_nothing(app):
    with pytest.raises(IntegrityError), transaction() as session:
        ADD.all(session, {"day": DAY})
        ADD.all(session, {"day": DAY})
    assert FIND.first(db.session(), {"day": DAY}) is None


def test_they_are_counted_as_others_are(app, at_most):
    with pytest.raises(AssertionError), at_most(1):
        FIND.first(db.session(), {"day": DAY})
        FIND.first(db.session(), {"day": DAY})


@pytest.mark.parametrize("number", [1, 3, 40])
def test_rows_for_the_end_keep_their_order_and_are_all_written(app, number):
    with transaction():
        for n in range(number):
            add_at_end(Job, handler=f"a.{n}", event={"n": n}, due_at=clock.now())
            add_at_end(AuditEntry, action=f"a.{n}", object_kind="run", object_id="1", details={})
    jobs = db.session.scalars(select(Job).order_by(Job.id)).all()
    entries = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [(job.handler, job.event["n"]) for job in jobs] == [(f"a.{n}", n) for n in range(number)]
    assert entries == [f"a.{n}" for n in range(number)]


def test_a_turn_is_given_back_however_the_transaction_ends(app, monkeypatch):
    with transaction() as session:
        session.execute(select(1))
    with pytest.raises(RuntimeError), transaction() as session:
        session.execute(select(1))
        raise RuntimeError
    monkeypatch.setattr(turns, "PATIENCE", 0)
    mine = {}
    turns.take(mine)
    assert mine
    turns.give_back(mine)
