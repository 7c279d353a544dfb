"""What goes wrong at the last moment leaves nothing behind, is told, and stops nobody else."""

import sqlite3
from time import monotonic

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.core import clock, turns
from app.core.audit import AuditEntry, record
from app.core.db import add_at_end, after_commit, announce_writing, db, transaction
from app.core.jobs import Job

OFTEN = 8  # psycopg prepares what it has sent five times
MANY = 40  # rows that are too many for one statement
BACKEND = select(func.pg_backend_pid())


@pytest.fixture
def on_postgresql(app):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server")


@pytest.fixture
def on_sqlite(app):
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks rows")


@pytest.fixture
def refused_at_commit(on_postgresql):
    """A constraint that is looked at when everything is written."""
    with db.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION USING ERRCODE = '23514'; END $$"
        )
        connection.exec_driver_sql(
            "CREATE CONSTRAINT TRIGGER refuses AFTER INSERT ON jobs"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    yield
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DROP FUNCTION refuse CASCADE")


def add(**odd):
    record("a.b", "run", 1)
    add_at_end(Job, **{"handler": "a.b", "event": {}, "due_at": clock.now(), **odd})


def written():
    db.session.rollback()
    found = [
        db.session.scalar(select(func.count()).select_from(each)) for each in (AuditEntry, Job)
    ]
    db.session.rollback()
    return found


@pytest.mark.parametrize("rows", [1, MANY])
@pytest.mark.parametrize("statements_before", [0, 1])
def test_a_row_for_the_end_that_is_refused(app, rows, statements_before):
    for round_ in range(OFTEN):
        with pytest.raises(IntegrityError), transaction() as session:
            for _ in range(statements_before):
                session.execute(select(1))
            for _ in range(rows):
                add(handler=None)
        assert written() == [round_, round_]
        with transaction():
            add()


@pytest.mark.parametrize("rows", [1, MANY])
def test_a_commit_that_is_refused(refused_at_commit, rows):
    told = []
    for round_ in range(OFTEN):
        with pytest.raises(IntegrityError), transaction():
            after_commit(lambda: told.append("done"))
            for _ in range(rows):
                add()
        assert written() == [round_, 0]
        with transaction():
            record("a.b", "run", 1)
    assert told == []


def test_a_refusal_that_somebody_swallows(on_postgresql):
    with pytest.raises(DBAPIError), transaction() as session:
        with pytest.raises(DBAPIError):
            session.execute(text("SELECT * FROM nowhere"))
        add()
    assert written() == [0, 0]


def test_a_statement_that_takes_too_long(on_postgresql):
    with db.engine.connect() as other:
        other.execute(text("LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(OperationalError), transaction() as session:
            session.execute(text("SET LOCAL statement_timeout = '50ms'"))
            add()
    assert written() == [0, 0]


@pytest.mark.parametrize("is_written_before", [True, False])
def test_a_connection_that_is_lost_in_the_middle(on_postgresql, is_written_before):
    told = []
    with pytest.raises(OperationalError), transaction() as session:
        after_commit(lambda: told.append("done"))
        gone = session.scalar(BACKEND)
        if is_written_before:
            add()
            session.flush()
        with db.engine.connect() as killer:
            killer.execute(select(func.pg_terminate_backend(gone)))
        add()
    assert told == []
    assert db.engine.pool.checkedout() == 0
    assert written() == [0, 0]
    with transaction():
        add()
    assert written() == [1, 1]


def test_a_server_that_restarts_refuses_once_and_not_for_every_connection(on_postgresql):
    db.session.remove()
    db.engine.dispose()
    connections = [db.engine.connect() for _ in range(4)]
    *gone, _ = [each.scalar(BACKEND) for each in connections]
    *lost, killer = connections
    for each in lost:
        each.close()
    killer.execute(select(func.pg_terminate_backend(func.unnest(gone))))
    with pytest.raises(OperationalError), transaction():
        add()  # begins and commits in one
    for _ in lost:
        with transaction():
            add()
    killer.close()
    assert written() == [3, 3]


def test_a_disk_that_is_full(on_sqlite):
    with pytest.raises(OperationalError, match="full"), transaction() as session:
        connection = session.connection()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        most = connection.exec_driver_sql("PRAGMA max_page_count").scalar_one()
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        record("a.b", "run", 1, words="x" * (free + 100) * size)
    with db.engine.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")
    assert written() == [0, 0]
    assert is_anybody_s_turn()


def test_a_process_that_does_not_let_go(on_sqlite):
    def be_quick(connection, _record):
        connection.execute("PRAGMA busy_timeout = 50")

    db.session.rollback()
    db.engine.dispose()
    event.listen(db.engine, "connect", be_quick)
    other = sqlite3.connect(db.engine.url.database, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), transaction():
            add()
        assert is_anybody_s_turn()
        other.execute("COMMIT")
        with transaction():
            add()
    finally:
        other.close()
        event.remove(db.engine, "connect", be_quick)
        db.engine.dispose()
    assert written() == [1, 1]


def test_who_has_the_turn_does_not_wait_for_it(on_sqlite):
    db.session.rollback()
    announce_writing(intent=True)
    began = monotonic()
    try:
        with db.engine.connect() as connection:
            for _ in range(2):
                connection.execute(select(1))
                connection.commit()
    finally:
        announce_writing(intent=False)
    assert monotonic() - began < turns.PATIENCE
    assert is_anybody_s_turn()


def is_anybody_s_turn():
    mine = {}
    turns.take(mine)
    turns.give_back(dict(mine))
    return bool(mine)
