"""Migrations say the same as the models, and go both ways with data inside."""

import re
from contextlib import contextmanager
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from app import create_app
from app.core import jobs
from app.core.config import Settings
from app.core.db import Base, db, transaction
from tests import everything

VERSIONS = Path(__file__).resolve().parents[2] / "migrations/versions"


def scripts() -> ScriptDirectory:
    return ScriptDirectory(VERSIONS.parent)


@contextmanager
def _another_database(url: str, folder: Path):
    """An empty database of the same kind."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{folder}/migrated.db"
        return
    server = create_engine(
        url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS migrated"))
        connection.execute(text("CREATE DATABASE migrated"))
    yield url.replace("/postgres?", "/migrated?")
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE migrated"))
    server.dispose()


@pytest.fixture
def empty(environment, database_url, tmp_path):
    """The application on a database without any table."""
    with _another_database(database_url, tmp_path) as url:
        app = create_app(Settings.from_env(environment | {"DATABASE_URL": url}))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_models_equal_the_migrations(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_go_up_and_down_with_data(empty):
    steps = [script.revision for script in scripts().walk_revisions()]
    flask_migrate.upgrade()
    assert tables() == set(Base.metadata.tables)
    everything.fill()
    db.session.remove()
    for _ in steps:
        flask_migrate.downgrade()
        db.session.remove()
    assert tables() == set()
    for step in reversed(steps):
        flask_migrate.upgrade(revision=step)
    assert tables() == set(Base.metadata.tables)
    everything.fill()


def test_places_of_cancelled_runs_end_with_the_upgrade_or_by_the_job_that_tells_people(empty):
    flask_migrate.upgrade()
    everything.fill()
    db.session.remove()
    flask_migrate.downgrade(revision="0002")
    for statement in (
        "UPDATE runs SET status = 'cancelled', seats_taken = 1, waiting = 0",
        "UPDATE enrolments SET state = 'enrolled', ended_at = NULL",
        "UPDATE jobs SET handler = 'notices.jobs.tell_of_a_cancelled_run' WHERE id = 2",
        """UPDATE jobs SET event = '{"run_id": 2}' WHERE id = 2""",
        "UPDATE jobs SET handler = 'enrolment.jobs.seat_those_who_wait' WHERE id = 1",
    ):
        _run(statement)
    flask_migrate.upgrade()
    places = db.session.execute(text("SELECT run_id, state FROM enrolments ORDER BY run_id"))
    assert [tuple(row) for row in places] == [(1, "cancelled"), (2, "enrolled")]
    counters = db.session.execute(text("SELECT id, seats_taken FROM runs ORDER BY id"))
    assert [tuple(row) for row in counters] == [(1, 0), (2, 1)]
    waiting = db.session.scalars(text("SELECT handler FROM jobs ORDER BY id")).all()
    assert waiting == [
        "enrolment.jobs.offer_free_seats", "enrolment.jobs.cancel_places",
        "participation.jobs.rebuild_on",
    ]  # fmt: skip
    assert set(waiting) <= set(jobs._by_name)


def test_what_sessions_were_is_kept_by_the_upgrade_and_given_back(empty):
    flask_migrate.upgrade()
    everything.fill()
    db.session.remove()
    for statement in (
        "UPDATE participation_sessions SET known_to = NULL, topic = 'then'",
        "UPDATE participation_facts SET known_to = NULL",
        "DELETE FROM jobs",
    ):
        _run(statement)
    flask_migrate.downgrade(revision="0003")
    before = "SELECT session_id, topic, person_id FROM participation_facts ORDER BY session_id"
    assert [tuple(row) for row in db.session.execute(text(before))] == [
        (1, "then", 1), (2, "then", 2),
    ]  # fmt: skip
    db.session.remove()
    flask_migrate.upgrade()
    kept = "SELECT meeting, topic FROM participation_sessions ORDER BY meeting"
    assert [tuple(row) for row in db.session.execute(text(kept))] == [(1, "then"), (2, "then")]
    assert db.session.scalars(text("SELECT learner FROM participation_facts")).all() == []
    waiting = db.session.scalars(text("SELECT handler FROM jobs")).all()
    assert waiting == ["participation.jobs.rebuild_on"]
    db.session.remove()
    jobs.work(once=True)
    assert db.session.scalars(text("SELECT handler FROM jobs WHERE error <> ''")).all() == []


def test_the_reasons_of_corrections_move_from_the_log_to_what_was_corrected(empty):
    flask_migrate.upgrade()
    everything.fill()
    db.session.remove()
    flask_migrate.downgrade(revision="0006")
    of_a_correction = (
        "UPDATE audit_entries SET action = 'participation.session_corrected', details = '{}', "
        "reason = 'khai nhầm', object_id = '2', account_id = id WHERE id = 2"
    )
    _run(of_a_correction)
    flask_migrate.upgrade()
    kept = "SELECT meeting, reason, corrected_by_id FROM participation_sessions ORDER BY meeting"
    assert [tuple(row) for row in db.session.execute(text(kept))] == [
        (1, "", None), (2, "khai nhầm", 2),
    ]  # fmt: skip


def _run(statement: str) -> None:
    with transaction() as session:
        session.execute(text(statement))


def test_migrations_are_numbered_and_in_one_line():
    names = sorted(path.name for path in VERSIONS.glob("*.py"))
    assert all(re.fullmatch(r"\d{4}_[a-z0-9_]+\.py", name) for name in names)
    assert [name[:4] for name in names] == [f"{n:04}" for n in range(1, len(names) + 1)]
    assert len(scripts().get_heads()) == 1
