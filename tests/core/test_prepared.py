"""Statements that go straight to the driver behave as if SQLAlchemy had sent them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Table, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from app.core import clock, last_rows, turns
from app.core.audit import AuditEntry
from app.core.db import add_at_end, db, transaction
from app.core.jobs import BegunDay, Job
from app.core.prepared import Prepared, together

DAY = date(2026, 11, 22)
OFTEN = 8  # psycopg prepares what it has sent five times
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


AT = datetime(2026, 11, 22, 23, 30, 15, 123456, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
ODD = "“ơ, ư” \U0001f642 A\u0306 \\n \\u0041 %s :name \t\n{} [] ' \" null"


@pytest.mark.parametrize("number", [1, last_rows.FEW + 1])
def test_rows_for_the_end_are_what_a_statement_of_their_own_writes(app, number):
    rows = [
        {
            "at": AT + timedelta(seconds=n), "action": "a.b", "object_kind": "run",
            "object_id": "1", "person_id": None if n % 2 else 2**31 - 1, "account_id": None,
            "reason": ODD,
            "seen_on": DAY if n % 2 else None,
            "details": {"text": ODD, "none": None, "big": 2**60, "yes": True, "long": "ữ" * 99_999},
        }
        for n in range(number)
    ]  # fmt: skip
    table: Table = AuditEntry.__table__
    with transaction() as session:
        for row in rows:
            last_rows.add_row(session.connection(), table, row)
    with transaction():
        for row in rows:
            add_at_end(AuditEntry, **row)
    columns = [column for column in table.c if column.name != "id"]
    found = db.session.execute(select(*columns).order_by(table.c.id)).all()
    assert found[:number] == found[number:]
    for row, asked in zip(found, rows, strict=False):
        assert row._asdict() == {"request_id": "command"} | asked | {"request_id": ""}


@pytest.mark.parametrize("number", [1, last_rows.FEW])
def test_what_only_some_rows_say_is_written_too(app, number):
    with transaction():
        for _ in range(number):
            add_at_end(AuditEntry, action="a.b", object_kind="run", object_id="1")
        add_at_end(AuditEntry, action="a.b", object_kind="run", object_id="1", person_id=7)
    found = db.session.scalars(select(AuditEntry.person_id).order_by(AuditEntry.id)).all()
    assert found == [*([None] * number), 7]


def test_of_several_at_once_a_refusal_names_what_was_sent_and_the_next_goes_on(app):
    find = FIND, {"day": DAY}
    for _ in range(OFTEN):
        with (
            pytest.raises(IntegrityError, match="INSERT INTO begun_days"),
            transaction() as session,
        ):
            together(session, find, (ADD, {"day": DAY}), (ADD, {"day": DAY}), find)
        with transaction() as session:
            assert together(session, find, find) == [[], []]
    with transaction() as session:
        _, (row,) = together(session, (ADD, {"day": DAY}), find)
        assert row.day == DAY


@pytest.mark.parametrize("rows", [100, 20_000])
def test_thousands_of_rows_for_the_end_come_to_an_end(app, rows):
    with transaction():
        for n in range(rows):
            add_at_end(Job, handler="a.b", event={"n": n}, due_at=clock.now())
    assert db.session.scalar(select(func.count()).select_from(Job)) == rows


def test_long_values_go_together_with_others(app):
    long = {"action": "ữ" * 400_000}
    with transaction() as session:
        assert together(session, *[(ENTRIES, long)] * 3) == [[], [], []]


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
