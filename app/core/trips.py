"""Fewer ways to PostgreSQL and back: what can go together is sent together.

On every way the server's process and ours wait for one another, while others wait for the row that
is held meanwhile. SQLite has no such way: there each statement stays one.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Table,
    bindparam,
    cast,
    event,
    insert,
    select,
    union_all,
)
from sqlalchemy.engine import Engine, ExecutionContext

Row = dict[str, Any]
AT_MOST = 12
"""Rows in one statement; more of them are sent table by table."""
_LAST = "last_of_transaction"


@event.listens_for(Engine, "do_execute")
def _with_begin_and_commit(
    cursor: Any, statement: str, parameters: Any, context: ExecutionContext
) -> bool | None:
    """The first statement goes with BEGIN, the last one with COMMIT."""
    if type(cursor) is not psycopg.Cursor or cursor.connection.autocommit:
        return None
    connection = cursor.connection
    is_first = connection.info.transaction_status is TransactionStatus.IDLE
    is_last = context.execution_options.get(_LAST, False)
    if not (is_first or is_last):
        return None
    with connection.pipeline():
        cursor.execute(statement, parameters)
        if is_last:
            connection.commit()
    return True


def write_last(connection: Connection, rows: Mapping[Table, Sequence[Row]]) -> None:
    """Write these rows as the last thing of the transaction, which ends with them on PostgreSQL.

    Whoever calls commits at once.
    """
    whole = {table: [_defaults(table) | row for row in each] for table, each in rows.items()}
    if connection.dialect.name == "postgresql" and sum(map(len, whole.values())) <= AT_MOST:
        shape = tuple((table, len(each), tuple(each[0])) for table, each in whole.items())
        connection.execute(_all(shape), _named(whole), execution_options={_LAST: True})
        return
    for table, each in whole.items():
        connection.execute(_insert(table), each if len(each) > 1 else each[0])


def _defaults(table: Table) -> dict[str, Any]:
    """What a row has when nobody says otherwise."""
    return {name: make(None) if callable(make) else make for name, make in _makers(table)}


@cache
def _makers(table: Table) -> tuple[tuple[str, Any], ...]:
    made = ((column.name, getattr(column.default, "arg", None)) for column in table.c)
    return tuple((name, make) for name, make in made if make is not None)


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _all(shape: tuple[tuple[Table, int, tuple[str, ...]], ...]) -> Insert:
    """One statement for so many rows, with these columns, of these tables."""
    *others, last = [_rows(*each) for each in shape]
    return last.add_cte(*(each.cte(f"rows_{n}") for n, each in enumerate(others)))


def _rows(table: Table, number: int, columns: tuple[str, ...]) -> Insert:
    """Selected, because SQLAlchemy compiles INSERT with several VALUES anew each time."""
    rows = [select(*(_value(table.c[name], row) for name in columns)) for row in range(number)]
    found = rows[0] if number == 1 else union_all(*rows)
    return insert(table).from_select(columns, found, include_defaults=False)


def _value(column: Column[Any], row: int) -> ColumnElement[Any]:
    value = bindparam(_name(column.table.name, row, column.name), type_=column.type)
    return cast(value, column.type) if isinstance(column.type, Boolean) else value


def _named(rows: Mapping[Table, Sequence[Row]]) -> dict[str, Any]:
    return {
        _name(table.name, n, column): value
        for table, each in rows.items()
        for n, row in enumerate(each)
        for column, value in row.items()
    }


def _name(table: str, row: int, column: str) -> str:
    return f"{table}_{row}_{column}"
