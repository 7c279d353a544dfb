"""Putting everything in the database through another key, all of it or nothing.

A keyed hash goes through the new key as it is (nobody needs to know what it is of), sealed text is
sealed anew. On PostgreSQL whoever writes keyed values waits meanwhile; readers go on.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from sqlalchemy import Column, Table, UniqueConstraint, bindparam, func, or_, select, text
from sqlalchemy.orm import Session

from app.core import audit, clock, keys
from app.core.db import Base, db, transaction

BATCH = 1000
_NOTICE_SECONDS = 1  # that a new key lies there; longer than from making a hash to writing it
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What became of a rotation."""

    generation: int
    rows: int
    unreadable: int  # sealed with a key that is not here: left as they were


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of one table that depend on the keys."""

    table: Table
    keyed: Sequence[Column[Any]]
    sealed: Sequence[Column[Any]]

    @property
    def steady(self) -> Column[Any]:
        """A column that tells rows apart and does not change on the way."""
        unique = (c for c in self.table.columns if c.primary_key or _is_unique(self.table, c))
        return next(column for column in unique if column not in self.keyed)


def rotate(progress: Progress = lambda _done: None) -> Rotated:
    """Take the next key into use; killed before its end, it has changed nothing.

    Args:
        progress: told how many more rows are done, from time to time.
    """
    _prepare()
    with transaction() as session:
        _keep_writers_out(session)
        return pass_through(session, keys.generation() + 1, progress)


def pass_through(session: Session, last: int, progress: Progress = lambda _done: None) -> Rotated:
    """Put what is there through every key up to `last`, in the running transaction."""
    before, rows, unreadable = keys.generation(), 0, 0
    news = [keys.make_key(n) for n in range(before + 1, last + 1)]
    sealer = keys.sealer((*keys.active_keys(), *news))
    for columns in affected():
        for batch in _batches(session, columns):
            changed, closed = _changed(columns, batch, news, sealer)
            if changed:
                _write(session, columns, changed)
            rows += len(batch)
            unreadable += closed
            progress(len(batch))
    session.add_all(keys.KeyGeneration(generation=n) for n in range(before + 1, last + 1))
    audit.record("keys.rotated", "keys", last, rows=rows)
    session.flush()
    return Rotated(last, rows, unreadable)


def affected() -> list[_Columns]:
    """Every table with columns that depend on the keys."""
    found = [
        _Columns(
            table,
            [c for c in table.columns if c.info.get("keyed")],
            [c for c in table.columns if c.info.get("sealed")],
        )
        for table in Base.metadata.sorted_tables
    ]
    return [each for each in found if each.keyed or each.sealed]


def rows_affected() -> int:
    """How many rows a rotation will touch."""
    return sum(
        db.session.scalar(select(func.count()).select_from(each.table).where(_holds(each))) or 0
        for each in affected()
    )


def _prepare() -> None:
    """The next key lies ready before anything is read, so that every process has seen it."""
    ready = keys.key_file(keys.generation() + 1)
    if not ready.exists():
        keys.make_key(keys.generation() + 1)
        time.sleep(_NOTICE_SECONDS)


def _keep_writers_out(session: Session) -> None:
    """SQLite's transaction has done so; PostgreSQL's writers of keyed values hold this lock."""
    if db.engine.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": keys.LOCK})


def _is_unique(table: Table, column: Column[Any]) -> bool:
    unique = (each for each in table.constraints if isinstance(each, UniqueConstraint))
    return any(set(constraint.columns) == {column} for constraint in unique)


def _holds(columns: _Columns) -> Any:
    return or_(
        *(column.is_not(None) for column in columns.keyed),
        *(column != "" for column in columns.sealed),
    )


def _batches(session: Session, columns: _Columns) -> Iterator[list[dict[str, Any]]]:
    steady = columns.steady
    wanted = select(steady.label("row"), *columns.keyed, *columns.sealed).where(_holds(columns))
    ordered = wanted.order_by(steady).limit(BATCH)
    batch = [dict(row) for row in session.execute(ordered).mappings()]
    while batch:
        yield batch
        after = ordered.where(steady > batch[-1]["row"])
        batch = [dict(row) for row in session.execute(after).mappings()]


def _changed(
    columns: _Columns, batch: list[dict[str, Any]], news: list[bytes], sealer: MultiFernet
) -> tuple[list[dict[str, Any]], int]:
    """The rows with their new values, and how many sealed texts nobody can open."""
    unreadable = 0
    changed = []
    for row in batch:
        new = {"row": row["row"]}
        for column in columns.keyed:
            new[f"new_{column.name}"] = _through(news, row[column.name])
        for column in columns.sealed:
            again = _sealed_again(sealer, row[column.name])
            unreadable += again is None
            new[f"new_{column.name}"] = row[column.name] if again is None else again
        changed.append(new)
    return changed, unreadable


def _through(news: list[bytes], value: str | None) -> str | None:
    if value is None:
        return None
    for key in news:
        value = keys.hash_with(key, value)
    return value


def _sealed_again(sealer: MultiFernet, value: str) -> str | None:
    if not value:
        return value
    try:
        return sealer.rotate(value.encode()).decode()
    except InvalidToken:
        return None


def _write(session: Session, columns: _Columns, changed: list[dict[str, Any]]) -> None:
    table = columns.table
    values: dict[str, Any] = {
        c.name: bindparam(f"new_{c.name}") for c in (*columns.keyed, *columns.sealed)
    }
    session.connection().execute(
        table.update().where(columns.steady == bindparam("row")).values(values), changed
    )


def status() -> Iterator[str]:
    """What an operator should know about the keys, line by line; never a key itself."""
    done = keys.generation()
    since = keys.rotated_at()
    when = f"since {clock.local(since):%d/%m/%Y %H:%M}" if since else "since the beginning"
    yield f"key {done} is in use {when}; keys 1 to {done} are needed"
    for number in range(1, done + 2):
        file = keys.key_file(number)
        if number <= done:
            yield f"  {number}: {file}{'' if file.exists() else ' IS MISSING'}"
        elif file.exists():
            yield f"  {number}: {file} lies ready for the next rotation"
