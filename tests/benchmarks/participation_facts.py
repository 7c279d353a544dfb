"""What making facts costs, beside writing the same rows by INSERT ... SELECT.

python -m tests.benchmarks.participation_facts [--database postgresql] [--enrolments 20000]

A city of `demo bulk` in a database of its own. Bare copies the finished rows, of facts, sessions
and the states of learners, into tables with the same columns and indexes; ours makes them all anew
from registers, places and people. Nothing is drawn by chance.
"""

import argparse
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import flask_migrate
from sqlalchemy import Column, Integer, MetaData, Table, delete, func, insert, select

from app import create_app
from app.core.config import Settings
from app.core.db import db, transaction
from app.home.demo import bulk
from app.home.demo import load as demo
from app.participation import operations
from app.participation.models import Fact, FactMonth, KeptSession, LearnerKey, LearnerState
from tests import postgres
from tests.benchmarks.participation_cells import seconds, spread

MADE = (Fact, KeptSession, LearnerState)


def size_of(enrolments: int) -> bulk.Size:
    """A city with so many places in classes."""
    return bulk.Size(enrolments // 100, enrolments * 3 // 5, enrolments)


@contextmanager
def city(database: str, size: bulk.Size) -> Iterator[None]:
    """The product with an invented city whose facts are made; the process works in it."""
    with tempfile.TemporaryDirectory() as made, _address(database) as url:
        given = {"DATA_DIR": made} | ({"DATABASE_URL": url} if url else {})
        settings = Settings.from_env(given)
        with create_app(settings).app_context():
            flask_migrate.upgrade()
            demo.ensure_vocabularies("79")
            bulk.add(size)
            operations.rebuild()
            db.session.commit()
            yield
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _address(database: str) -> Iterator[str]:
    if database == "sqlite":
        yield ""
        return
    with postgres.cluster() as url:
        yield url


def copies() -> list[tuple[Table, Table]]:
    """Each table with an empty twin."""
    apart, pairs = MetaData(), []
    Table("accounts", apart, Column("id", Integer, primary_key=True))  # is there; referred to
    for model in MADE:
        table = model.__table__
        twin = table.to_metadata(apart, name=f"bare_{table.name}")
        for each in (*twin.indexes, *twin.constraints):
            each.name = f"bare_{each.name}"
        pairs.append((table, twin))
    apart.create_all(db.engine, [twin for _, twin in pairs])
    return pairs


def bare(pairs: list[tuple[Table, Table]]) -> None:
    with transaction() as session:
        for table, twin in pairs:
            session.execute(insert(twin).from_select(list(table.c.keys()), select(table)))


def empty(tables: list[Table]) -> None:
    with transaction() as session:
        for table in tables:
            session.execute(delete(table))


def rebuild(pairs: list[tuple[Table, Table]], rounds: int) -> None:
    rows = sum(
        db.session.scalar(select(func.count()).select_from(table)) or 0 for table, _ in pairs
    )
    theirs, ours = [], []
    for _ in range(rounds):
        theirs.append(seconds(lambda: bare(pairs)))
        empty([twin for _, twin in pairs])
        empty([*(table for table, _ in pairs), LearnerKey.__table__, FactMonth.__table__])
        ours.append(seconds(operations.rebuild))
        db.session.commit()
    print(f"rebuild of {rows} rows, {rounds} alternating rounds; seconds: min / median / max")
    print(f"  INSERT ... SELECT  {spread(theirs)}\n  ours               {spread(ours)}")
    print(f"  bare / ours        {spread([t / o for t, o in zip(theirs, ours, strict=True)])}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--enrolments", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    size = size_of(options.enrolments)
    with city(options.database, size):
        print(
            f"{options.database}: {size.persons} persons, {size.enrolments} enrolments", flush=True
        )
        rebuild(copies(), options.rounds)


if __name__ == "__main__":
    main()
