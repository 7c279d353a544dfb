"""Statements of the hottest operations: compiled once, then sent straight to the driver.

What SQLAlchemy does around a statement costs several times what SQLite needs to run it. Here the
statement keeps its types, its errors and whoever listens to statements; rows are tuples with
names. Nothing is flushed before and nothing loaded is kept in step.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import trips


class Prepared:
    """One statement, whose values are bound by name."""

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update) -> None:
        self._statement = statement
        self._ready: dict[str, _Compiled] = {}

    def all(self, session: Session, values: Mapping[str, Any]) -> list[Any]:
        """The rows it finds or returns, with their columns as attributes."""
        return self.on(session.connection(), values)

    def first(self, session: Session, values: Mapping[str, Any]) -> Any:
        """The first row, or None."""
        return next(iter(self.all(session, values)), None)

    def on(
        self, connection: Connection, values: Mapping[str, Any], *, is_last: bool = False
    ) -> list[Any]:
        """As `all`; the last statement of a transaction may end it, see `trips`."""
        return self.compiled(connection).run(connection, values, is_last=is_last)

    def compiled(self, connection: Connection) -> "_Compiled":
        name = connection.dialect.name
        if name not in self._ready:
            self._ready[name] = _Compiled(self._statement, connection.dialect)
        return self._ready[name]


Asked = tuple[Prepared, Mapping[str, Any]]
"""A statement and the values it is sent with."""


def together(session: Session, *asked: Asked) -> list[list[Any]]:
    """The rows of each; none waits for the answer of another, see `trips`.

    On PostgreSQL each still sees what was committed before it began, and locks follow their order.
    """
    connection = session.connection()
    ready = [(each.compiled(connection), values) for each, values in asked]
    cursors = [connection.connection.cursor() for _ in ready]
    try:
        sent = [
            statement.told(connection, cursor, values)
            for cursor, (statement, values) in zip(cursors, ready, strict=True)
        ]
        with trips.together(cursors[0].connection, *(parameters for _, parameters in sent)):
            for cursor, (sql, parameters) in zip(cursors, sent, strict=True):
                cursor.execute(sql, parameters)
        return [each.rows(cursor) for cursor, (each, _) in zip(cursors, ready, strict=True)]
    except connection.dialect.loaded_dbapi.Error as error:
        all_of_them = ";\n".join(each.sql for each, _ in ready)  # PostgreSQL names none of them
        raise _refused(connection.dialect, all_of_them, error) from error
    finally:
        for cursor in cursors:
            cursor.close()


def _refused(dialect: Dialect, sql: str, error: Exception) -> BaseException:
    """As SQLAlchemy would say it; values stay hidden."""
    errors = dialect.loaded_dbapi.Error
    return DBAPIError.instance(sql, None, error, errors, hide_parameters=True, dialect=dialect)


class _Compiled:
    """The statement in the words of one database."""

    def __init__(self, statement: Any, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql, self._dialect = str(compiled), dialect
        self._order = compiled.positiontup
        self._fixed: dict[str, Any] = {}
        self._given = []
        for bound, name in compiled.bind_names.items():
            process = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if bound.required:
                self._given.append((name, process))
            else:
                value = bound.effective_value
                self._fixed[name] = process(value) if process else value
        columns = list(statement.exported_columns)
        self._row = cast("Any", NamedTuple("Row", [(each.key, Any) for each in columns]))._make
        self._out = [
            (at, process)
            for at, each in enumerate(columns)
            if (process := each.type.dialect_impl(dialect).result_processor(dialect, None))
        ]
        self._gives_rows = bool(columns)

    def run(self, connection: Connection, values: Mapping[str, Any], *, is_last: bool) -> list[Any]:
        cursor = connection.connection.cursor()
        sql, sent = self.told(connection, cursor, values)
        try:
            trips.send(cursor, sql, sent, is_last=is_last)
            return self.rows(cursor)
        except self._dialect.loaded_dbapi.Error as error:
            raise _refused(self._dialect, self.sql, error) from error
        finally:
            cursor.close()

    def told(
        self, connection: Connection, cursor: Any, values: Mapping[str, Any]
    ) -> tuple[str, Any]:
        """What is sent; whoever listens to statements has heard of it."""
        sent = self._sent(values)
        for tell in connection.dispatch.before_cursor_execute:
            tell(connection, cursor, self.sql, sent, None, *(False,))
        return self.sql, sent

    def rows(self, cursor: Any) -> list[Any]:
        return [self._read(row) for row in cursor.fetchall()] if self._gives_rows else []

    def _sent(self, values: Mapping[str, Any]) -> Any:
        sent = self._fixed | {
            name: process(values[name]) if process else values[name]
            for name, process in self._given
        }
        return sent if self._order is None else tuple([sent[name] for name in self._order])

    def _read(self, row: Any) -> Any:
        read = list(row)
        for at, process in self._out:
            read[at] = process(read[at])
        return self._row(read)
