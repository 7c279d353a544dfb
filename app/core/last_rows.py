"""Rows nobody reads before the commit, such as audit entries and events: written all at once."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Insert,
    Table,
    bindparam,
    cast,
    insert,
    select,
    union_all,
)

from app.core.prepared import Prepared

Row = dict[str, Any]
AT_MOST = 50
"""Values in one statement: psycopg reads a longer one anew each time."""
FEW = 4
"""Rows of one table for which a statement each is cheaper than one for all."""
_Shape = tuple[tuple[Table, int, tuple[str, ...]], ...]


def write(connection: Connection, rows: Mapping[Table, Sequence[Row]]) -> None:
    """Write these rows as the last thing of the transaction, which ends with them on PostgreSQL.

    Whoever calls commits at once.
    """
    whole = {table: [with_defaults(table, row) for row in each] for table, each in rows.items()}
    shape = tuple((table, len(each), tuple(each[0])) for table, each in whole.items())
    is_small = sum(number * len(columns) for _, number, columns in shape) <= AT_MOST
    if connection.dialect.name == "postgresql" and is_small:
        _together(shape).on(connection, _numbered(shape, whole), is_last=True)
        return
    for table, number, columns in shape:
        if number > FEW:
            connection.execute(insert(table), whole[table])
        else:
            for row in whole[table]:
                _one(table, columns).on(connection, row)


def add_row(connection: Connection, table: Table, row: Row) -> None:
    """One row, now."""
    whole = with_defaults(table, row)
    _one(table, tuple(whole)).on(connection, whole)


def with_defaults(table: Table, row: Row) -> Row:
    """A whole row, with what a column has when nobody says otherwise."""
    return _defaults(table) | row


def _defaults(table: Table) -> dict[str, Any]:
    return {name: make(None) if callable(make) else make for name, make in _makers(table)}


@cache
def _makers(table: Table) -> tuple[tuple[str, Any], ...]:
    made = ((column.name, getattr(column.default, "arg", None)) for column in table.c)
    return tuple((name, make) for name, make in made if make is not None)


@cache
def _one(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table).values({name: bindparam(name) for name in columns}))


@cache
def _together(shape: _Shape) -> Prepared:
    """One statement for so many rows, with these columns, of these tables."""
    numbers = count()
    *others, last = [_rows(*each, numbers) for each in shape]
    return Prepared(last.add_cte(*(each.cte(f"rows_{n}") for n, each in enumerate(others))))


def _rows(table: Table, number: int, columns: tuple[str, ...], numbers: Iterator[int]) -> Insert:
    rows = [
        select(*(_value(table.c[name], next(numbers)) for name in columns)) for _ in range(number)
    ]
    found = rows[0] if number == 1 else union_all(*rows)
    return insert(table).from_select(columns, found, include_defaults=False)


def _value(column: Column[Any], number: int) -> ColumnElement[Any]:
    value = bindparam(f"v{number}", type_=column.type)
    return cast(value, column.type) if isinstance(column.type, Boolean) else value


def _numbered(shape: _Shape, rows: Mapping[Table, Sequence[Row]]) -> Row:
    """The values by the short names they have in `_together`."""
    values = (row[name] for table, _, columns in shape for row in rows[table] for name in columns)
    return {f"v{number}": value for number, value in enumerate(values)}
