"""The database: column vocabulary, the one transaction, and what SQLite needs to be safe."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, ClassVar, cast

import psycopg
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Enum,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    event,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DisconnectionError, IntegrityError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, Pool
from sqlalchemy.types import TypeDecorator

from app.core import clock, last_rows, turns


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC on both databases (SQLite would return it naive)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            message = "a moment without a time zone"
            raise ValueError(message)
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


class Base(DeclarativeBase):
    """Every table of the product."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        StrEnum: Enum(
            StrEnum, native_enum=False, create_constraint=False, length=32, values_callable=_values
        ),
        Decimal: Numeric(12, 4),
    }


db = SQLAlchemy(metadata=Base.metadata, session_options={"autoflush": True})

pk = Annotated[int, mapped_column(primary_key=True)]
big_pk = Annotated[
    int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
]
created_at = Annotated[datetime, mapped_column(default=clock.now)]
code20 = Annotated[str, mapped_column(String(20))]
name200 = Annotated[str, mapped_column(String(200))]
optional200 = Annotated[str, mapped_column(String(200), default="", server_default="")]
prose = Annotated[str, mapped_column(Text, default="", server_default="")]

IDLE_SECONDS = 1.0
_GIVEN_BACK = "given_back"
_AFTERWARDS, _ROWS = "after_commit", "rows_for_the_end"
_will_write: ContextVar[bool] = ContextVar("will_write", default=False)


def announce_writing(*, intent: bool) -> None:
    """Say before the first query whether this request or job is going to write.

    SQLite then takes its write lock at the beginning; taking it later fails at once when somebody
    else has written in between, whatever the timeout.
    """
    _will_write.set(intent)


_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "secure_delete=ON",  # what is deleted is overwritten with zeros
)


@event.listens_for(Engine, "connect")
def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """Without JIT: compiling a statement took longer here than running it.

    PostgreSQL compiles whatever it believes to be expensive, and of tables that are being filled it
    believes anything: up to 0.17 s for a statement of 0.4 s.
    """
    if isinstance(connection, psycopg.Connection):
        connection.execute("SET jit = off")
        connection.commit()


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # transactions are begun by _begin below, not by the driver
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.create_function("lower", 1, _lower, deterministic=True)


def _lower(text: Any) -> Any:
    """SQLite's own knows no Đ: whoever typed "đờn ca" would not find "Đờn ca"."""
    return text.lower() if isinstance(text, str) else text


@event.listens_for(Pool, "checkin")
def _remember_when(_connection: Any, record: ConnectionPoolEntry) -> None:
    turns.give_back(record.info)
    record.info[_GIVEN_BACK] = time.monotonic()


@event.listens_for(Pool, "checkout")
def _try_idle(connection: Any, record: ConnectionPoolEntry, _fairy: Any) -> None:
    """A server that was restarted meanwhile has left dead connections in the pool.

    Those in use all the time are not tried before every transaction: nothing restarts in a second.
    """
    idle = time.monotonic() - record.info.get(_GIVEN_BACK, time.monotonic())
    if idle < IDLE_SECONDS or isinstance(connection, sqlite3.Connection):
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.OperationalError as error:
        raise DisconnectionError from error


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    if _will_write.get():
        turns.take(connection.info)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _will_write.get() else "BEGIN")


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit at the outermost block; roll everything back on any exception.

    On SQLite a read that is already under way without the announced intent is ended first. What is
    read afterwards, to make the answer, keeps nobody else from writing.
    """
    session: Session = db.session()
    if session.info.get("in_transaction"):
        yield session
        return
    before = _will_write.get()
    if (
        not before
        and session.in_transaction()
        and not (session.new or session.dirty or session.deleted)
    ):
        _read_anew(session)
    session.info["in_transaction"] = True
    _will_write.set(True)
    try:
        yield session
        _add_rows(session)
        session.commit()  # the only commit in app/
    except BaseException:
        session.info.pop(_AFTERWARDS, None)
        session.info.pop(_ROWS, None)
        session.rollback()
        raise
    finally:
        session.info["in_transaction"] = False
        _will_write.set(False)
    for run in session.info.pop(_AFTERWARDS, ()):
        run()


def _read_anew(session: Session) -> None:
    """Only SQLite needs another transaction; PostgreSQL would begin one for nothing."""
    if db.engine.dialect.name == "sqlite":
        session.rollback()
    else:
        session.expire_all()


def add_at_end(model: type[Base], **values: Any) -> None:
    """Add a row nobody reads before the commit: all of one table are written in one statement.

    Raises:
        RuntimeError: no transaction is running, so nothing would ever write it.
    """
    session: Session = db.session()
    if not session.info.get("in_transaction"):
        message = f"a row of {model.__tablename__} outside any transaction"
        raise RuntimeError(message)
    table = cast("Table", model.__table__)
    session.info.setdefault(_ROWS, {}).setdefault(table, []).append(values)


def _add_rows(session: Session) -> None:
    if _ROWS in session.info:
        session.flush()  # what the rows refer to
        last_rows.write(session.connection(), session.info.pop(_ROWS))


def inserting(
    table: type[Base] | Table, dialect: str | None = None
) -> postgresql.Insert | sqlite.Insert:
    """INSERT that can say what to do ON CONFLICT: alike on both databases, two classes here."""
    is_postgresql = (dialect or db.engine.dialect.name) == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def after_commit(run: Callable[[], None]) -> None:
    """Run it when the running transaction has been committed, and never if it is rolled back.

    A crash in between loses it: what must not be lost is an event besides.
    """
    session: Session = db.session()
    if session.info.get("in_transaction"):
        session.info.setdefault(_AFTERWARDS, []).append(run)
    else:
        run()


def forget_deleted() -> None:
    """SQLite's log still holds pages as they were before a deletion: empty it into the file.

    The file itself holds nothing deleted (`secure_delete`). PostgreSQL's VACUUM does both.
    """
    end_reading()
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def end_reading() -> None:
    """Give the connection back before slow work (hashing, network) that needs no database."""
    session: Session = db.session()
    if not session.info.get("in_transaction"):
        session.rollback()


def breaks(error: IntegrityError, constraint: str, *columns: str) -> bool:
    """Whether this constraint refused: PostgreSQL tells its name, SQLite table.column names."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return bool(diagnosis.constraint_name == constraint)
    text = str(error.orig)
    return constraint in text or (bool(columns) and all(column in text for column in columns))
