"""Thousands of numbers as one parameter: with one for each, building a statement takes long."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    any_,
    func,
    literal,
    select,
    true,
)

from app.core.db import db

_TOO_LONG = 2**31
"""For an Integer of PostgreSQL."""


def among(column: Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """Whether the column is one of these numbers; of none, nothing is."""
    if db.engine.dialect.name == "postgresql":
        one_of: ColumnElement[bool] = column == any_(_array(column.type, numbers))
        return one_of
    each = func.json_each(json.dumps([*numbers])).table_valued("value")
    found: ColumnElement[bool] = column.in_(select(each.c.value))
    return found


def _array(kind: Any, numbers: Collection[int]) -> ColumnElement[Any]:
    """Of the column's own type: only then PostgreSQL looks a number up instead of trying each.

    What is too long for the column is left out, as no row can have it.
    """
    if isinstance(kind, BigInteger):
        return literal([*numbers], ARRAY(BigInteger))
    return literal([each for each in numbers if -_TOO_LONG <= each < _TOO_LONG], ARRAY(Integer))


def pairs(numbers: Mapping[int, int]) -> Select[*tuple[Any, ...]]:
    """A row for each of these, to be inserted."""
    sides: list[ColumnElement[Any]]
    if db.engine.dialect.name == "postgresql":
        arrays = (literal([*each], ARRAY(BigInteger)) for each in (numbers, numbers.values()))
        sides = [func.unnest(each) for each in arrays]
        return select(*sides)
    pair = func.json_each(json.dumps([*numbers.items()])).table_valued("value")
    sides = [func.json_extract(pair.c.value, f"$[{side}]") for side in (0, 1)]
    return select(*sides).where(true())  # without it SQLite reads ON as a part of the SELECT
