"""The real application on a real, migrated database; every test starts with empty tables."""

import contextvars
import gc
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Barrier

import flask_migrate
import pytest
from sqlalchemy import Engine, Select, Table, event, exists, select

from app import create_app
from app.core import jobs, kept, keys, rotation
from app.core.config import Settings
from app.core.db import Base, db
from app.core.errors import DomainError
from app.search import lexicon
from tests import postgres
from tests.client import Client

PATIENCE = 20  # seconds
PROJECT = Path(__file__).resolve().parents[1]
CHROMIUM = next(
    (p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None
)
IN_CI = os.environ.get("CI") == "true"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.addoption("--malformed", type=int, default=1, help="rounds of malformed requests")
    parser.addoption("--storm", action="store_true", help="also kill a site full of people")
    parser.addoption("--examples", type=int, help="of the orders of events that are tried")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that use no database, or whose answer lies in none, run once, with SQLite."""
    if config.getoption("--database") == "sqlite":
        return
    uses = [
        item
        for item in items
        if "database_url" in getattr(item, "fixturenames", ())
        and item.get_closest_marker("on_any_database") is None
        and "security" not in item.path.parts  # who may do what is no question of the database
    ]
    config.hook.pytest_deselected(items=list(set(items) - set(uses)))
    items[:] = uses


@pytest.fixture(scope="session", autouse=True)
def _calm_collector() -> Iterator[None]:
    """What is loaded stays: Python need not look at all of it again."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def database_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """An empty database of the kind asked for on the command line."""
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('database')}/test.db"
        return
    if not postgres.is_installed():
        if IN_CI:
            pytest.fail("PostgreSQL is not installed, and CI must run these tests")
        pytest.skip("PostgreSQL is not installed")
    with postgres.cluster() as url:
        yield url


@event.listens_for(Engine, "connect")
def _trust_the_disk(connection, _record) -> None:
    """No test pulls the plug: SQLite need not wait for the disk, as PostgreSQL here does not."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def environment(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the application under test; `Settings.from_env` reads it."""
    return {
        "DATA_DIR": str(tmp_path_factory.mktemp("data")),
        "DATABASE_URL": database_url,
        "SECRET_KEY": "a secret that only tests know, long enough",
        "MEILISEARCH_URL": os.environ.get("MEILISEARCH_URL", ""),
        "MEILISEARCH_KEY": os.environ.get("MEILISEARCH_KEY", ""),
    }


@pytest.fixture(scope="session")
def migrated(environment: dict[str, str]):
    app = create_app(Settings.from_env(environment), TESTING=True, DEMAND_COUNTED_AFTER=None)
    app.test_client_class = Client
    app.config["PROPAGATE_EXCEPTIONS"] = False
    with app.app_context():
        flask_migrate.upgrade()
    return app


@pytest.fixture
def app(migrated):
    """The application; a context is open, so operations and queries can be called as they are."""
    with migrated.app_context():
        yield migrated
        kept.forget()
        lexicon.use(None)
        db.session.remove()
        empty_tables()
        db.session.remove()


def empty_tables() -> None:
    """Of the tables only those with rows; numbers begin anew in all of them."""
    tables, used = _tables_and_whether_used()
    with db.engine.begin() as connection:
        row = connection.execute(used).one()
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(_RESTART)
        for table in tables:
            if getattr(row, table.name):
                connection.execute(table.delete())


@cache
def _tables_and_whether_used() -> tuple[list[Table], Select]:
    tables = list(reversed(Base.metadata.sorted_tables))
    used = [exists(select(1).select_from(table)).label(table.name) for table in tables]
    return tables, select(*used)


_RESTART = "SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'"


@pytest.fixture
def one_key(app, monkeypatch):
    """One key before and after a test that rotates, and nobody waits for others to notice."""
    monkeypatch.setattr(rotation, "_NOTICE_SECONDS", 0)
    keys.keyed_hash("")
    yield
    db.session.rollback()
    for later in keys.key_file(1).parent.glob("*.key.*"):
        later.unlink()
    keys._read_key.cache_clear()


@pytest.fixture
def client(app) -> Client:
    return app.test_client()


@pytest.fixture
def in_page(app):
    """`in_page("en", function, *values)`: what the function gives in a page of that language."""

    def inside(language: str, function, *values, **request):
        with app.test_request_context(f"/{language}/", **request):
            app.preprocess_request()
            return function(*values)

    def run(*given, **request):
        return contextvars.Context().run(inside, *given, **request)

    return run


@pytest.fixture
def at_once(app):
    """Call each function in a thread of its own, all at once; their answers or refusals."""

    def run(calls):
        db.session.rollback()
        start = Barrier(len(calls))

        def one(call):
            with app.app_context():
                start.wait()
                try:
                    return call()
                except DomainError as error:
                    return error.code
                finally:
                    db.session.remove()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(one, calls))

    return run


@pytest.fixture
def run_jobs(app):
    """Run everything that is due, as the worker would; the number of jobs run."""

    def run() -> int:
        db.session.rollback()
        done = jobs.work(once=True)
        db.session.rollback()
        return done

    return run


@pytest.fixture
def at_most(app):
    """`with at_most(8):` fails when more SQL statements are sent."""

    @contextmanager
    def limit(statements: int) -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection, _cursor, statement, *_rest) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
                sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        assert len(sent) <= statements, "\n".join(sent)

    return limit


@pytest.fixture
def start_process(environment: dict[str, str], app):
    """Start `python ...` as another process of the same installation; it ends with the test."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, **changes: str) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=PROJECT,
            env={**os.environ, **environment, **changes},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    """Asked first, so that it ends its own children; these may hold the pipes for good."""
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


@pytest.fixture
def flask_command(start_process):
    """Run `flask ...` as an operator would and return what it says."""

    def run(*arguments: str, status: int = 0, **changes: str) -> str:
        db.session.rollback()
        process = start_process("-m", "flask", "--app", "wsgi", *arguments, **changes)
        out, error = process.communicate(timeout=300)
        assert process.returncode == status, out + error
        return out + error if status else out

    return run


@pytest.fixture
def command(app):
    """As `flask_command`, in this process: much quicker, where no process of its own is needed."""

    def run(*arguments: str, status: int = 0) -> str:
        db.session.rollback()
        runner = app.test_cli_runner()
        result = contextvars.Context().run(runner.invoke, args=list(arguments))
        db.session.rollback()
        assert result.exit_code == status, result.output
        return result.output

    return run


@pytest.fixture
def python_command(start_process):
    """Run a few lines of Python in a process of their own and return what they print."""

    def run(code: str) -> str:
        process = start_process("-c", code)
        out, error = process.communicate(timeout=60)
        assert process.returncode == 0, error
        return out

    return run
