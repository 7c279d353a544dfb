"""Rows nobody reads before the commit, such as audit entries and events: written all at once.

On PostgreSQL the rows of a table are one value, a list in JSON, and all tables are one statement
that goes together with COMMIT unless it is long: nobody waits longer for a row that is held.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from json import JSONEncoder
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Table,
    bindparam,
    column,
    func,
    insert,
    literal_column,
    select,
)

from app.core.prepared import Prepared

Row = dict[str, Any]
FEW = 4
"""Rows of one table for which SQLite is quicker with a statement each than with one for all."""
_Shape = tuple[tuple[Table, tuple[str, ...]], ...]


def write(connection: Connection, rows: Mapping[Table, Sequence[Row]]) -> None:
    """Write these rows as the last thing of the transaction, which may end with them, see `trips`.

    Whoever calls commits at once.
    """
    whole = {table: _alike(table, each) for table, each in rows.items()}
    if connection.dialect.name == "postgresql":
        shape = tuple((table, tuple(each[0])) for table, each in whole.items())
        lists = {table.name: _JSON.encode(each) for table, each in whole.items()}
        _together(shape).on(connection, lists, is_last=True)
        return
    for table, each in whole.items():
        if len(each) > FEW:
            connection.execute(insert(table), each)
        else:
            for row in each:
                _one(table, tuple(row)).on(connection, row)


def add_row(connection: Connection, table: Table, row: Row) -> None:
    """One row, now."""
    whole = with_defaults(table, row)
    _one(table, tuple(whole)).on(connection, whole)


def _alike(table: Table, rows: Sequence[Row]) -> list[Row]:
    """Whole rows of the same columns: what one of them has and another has not is empty there."""
    whole = [with_defaults(table, row) for row in rows]
    if all(row.keys() == whole[0].keys() for row in whole):
        return whole
    columns = dict.fromkeys(name for row in whole for name in row)
    return [columns | row for row in whole]


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
    """One statement for any number of rows, with these columns, of these tables."""
    *others, last = [_rows(*each) for each in shape]
    return Prepared(last.add_cte(*(each.cte(f"rows_{n}") for n, each in enumerate(others))))


def _rows(table: Table, columns: tuple[str, ...]) -> Insert:
    kind: ColumnElement[Any] = literal_column(f"NULL::{table.name}")
    rows = func.json_populate_recordset(kind, bindparam(table.name))
    found = select(*rows.table_valued(*(column(name) for name in columns)).c)
    return insert(table).from_select(columns, found, include_defaults=False)


def _moment(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is None:
        message = "a moment without a time zone"
        raise ValueError(message)
    if isinstance(value, date):
        return value.isoformat()
    message = f"no column holds a {type(value).__name__}"
    raise TypeError(message)


_JSON = JSONEncoder(default=_moment, check_circular=False)
