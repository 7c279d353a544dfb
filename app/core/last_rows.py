"""Rows nobody reads before the commit, such as audit entries and events: written all at once."""

from collections.abc import Mapping, Sequence
from functools import cache
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
AT_MOST = 12
"""Rows in one statement; more of them are sent table by table."""


def write(connection: Connection, rows: Mapping[Table, Sequence[Row]]) -> None:
    """Write these rows as the last thing of the transaction, which ends with them on PostgreSQL.

    Whoever calls commits at once.
    """
    whole = {table: [with_defaults(table, row) for row in each] for table, each in rows.items()}
    is_small = sum(map(len, whole.values())) <= AT_MOST
    if connection.dialect.name == "postgresql" and is_small:
        shape = tuple((table, len(each), tuple(each[0])) for table, each in whole.items())
        _together(shape).on(connection, _named(whole), is_last=True)
        return
    for table, each in whole.items():
        if is_small:
            for row in each:
                _one(table, tuple(row)).on(connection, row)
        else:
            connection.execute(insert(table), each)


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
def _together(shape: tuple[tuple[Table, int, tuple[str, ...]], ...]) -> Prepared:
    """One statement for so many rows, with these columns, of these tables."""
    *others, last = [_rows(*each) for each in shape]
    return Prepared(last.add_cte(*(each.cte(f"rows_{n}") for n, each in enumerate(others))))


def _rows(table: Table, number: int, columns: tuple[str, ...]) -> Insert:
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
