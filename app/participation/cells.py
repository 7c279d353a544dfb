"""The cells of an exact table in reading order, read from disk a batch at a time.

A table may have a million cells: nothing here keeps one Python object for each of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from math import prod
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from app.participation import queries
from app.participation.labels import ALL, Value, values_of
from app.participation.queries import Counts, Question

ALL_CELLS_BELOW = 50_000
"""Tables larger than this leave out the cells in which nobody is, and are no page's matter."""
BATCH = 10_000
Axis = tuple[Value, ...]
Row = tuple[int, int, int, int, int, int, int]
"""Place on both axes, persons, enrolments, named, unnamed and minutes."""
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "100MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_NOBODY = """persons BIGINT, holders BIGINT, enrolments BIGINT, named BIGINT, unnamed BIGINT,
    minutes BIGINT, runs BIGINT"""
_PLACED = """CREATE VIEW placed AS SELECT a.place AS a, b.place AS b, c.* FROM cells c
    JOIN first a ON c.d1 IS NOT DISTINCT FROM a.raw
    JOIN second b ON c.d2 IS NOT DISTINCT FROM b.raw"""
_FIGURES = ("persons", "enrolments", "named", "unnamed", "minutes")
_OF_CELL = ", ".join(f"coalesce({name}, 0) AS {name}" for name in _FIGURES)
_SOME = f"SELECT a, b, {_OF_CELL} FROM placed ORDER BY a, b"  # noqa: S608 - constants
_TOTAL = f"SELECT {', '.join(queries.COLUMNS)} FROM cells WHERE d1 IS NULL AND d2 IS NULL"  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class Line:
    """One cell: its value of each breakdown and its figures."""

    question: Question
    values: tuple[Value, ...]
    counts: Counts

    @property
    def is_total(self) -> bool:
        return ALL in self.values


@dataclass(frozen=True, slots=True)
class Cells:
    """A counted table on disk; to be read while `counted` is open."""

    question: Question
    as_of: datetime
    axes: tuple[Axis, ...]
    total: Counts
    size: int
    _connection: duckdb.DuckDBPyConnection

    @property
    def is_large(self) -> bool:
        return prod(map(len, self.axes)) > ALL_CELLS_BELOW

    def rows(self) -> Iterator[list[Row]]:
        """The cells in reading order, totals behind their parts."""
        query: Any = self._connection.sql(self._query())
        for batch in query.to_arrow_reader(BATCH):
            yield list(zip(*(column.to_numpy().tolist() for column in batch), strict=True))

    def lines(self) -> list[Line]:
        """The cells with their names; of a large table the total alone."""
        if self.is_large:
            return [Line(self.question, (ALL,) * len(self.axes), self.total)]
        return [self._line(row) for rows in self.rows() for row in rows]

    def _query(self) -> str:
        if self.is_large:
            return _SOME
        first, second = map(len, _both(self.axes))
        return f"""SELECT a, b, {_OF_CELL} FROM (SELECT unnest(range({first})) AS a)
            CROSS JOIN (SELECT unnest(range({second})) AS b)
            LEFT JOIN placed USING (a, b) ORDER BY a, b"""  # noqa: S608 - constants and numbers

    def _line(self, row: Row) -> Line:
        first, second, persons, enrolments, named, unnamed, minutes = row
        values = tuple(axis[at] for axis, at in zip(self.axes, (first, second), strict=False))
        counts = Counts(
            persons, enrolments=enrolments, named=named, unnamed=unnamed, minutes=minutes
        )
        return Line(self.question, values, counts)


@contextmanager
def counted(where: Path, question: Question, scratch: Path) -> Iterator[Cells]:
    """Count into a file under `scratch`, gone afterwards; at most one statement a breakdown.

    Raises:
        NotReady: there are no facts to count in yet.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="cells-", dir=scratch) as made:
        file = Path(made) / "cells.parquet"
        as_of = queries.write_cells(where, question, file)
        with opened(question, as_of, file) as cells:
            yield cells


@contextmanager
def opened(question: Question, as_of: datetime, file: Path) -> Iterator[Cells]:
    """The cells that `queries.write_cells` wrote."""
    with duckdb.connect(config=_SETTINGS | {"temp_directory": str(file.parent)}) as connection:
        yield _read(connection, question, as_of, file)


def _read(
    connection: duckdb.DuckDBPyConnection, question: Question, as_of: datetime, file: Path
) -> Cells:
    source = f"read_parquet('{file}')" if file.exists() else "nothing"
    connection.execute(f"CREATE TABLE nothing (d1 VARCHAR, d2 VARCHAR, {_NOBODY})")
    connection.execute(f"CREATE VIEW cells AS SELECT * FROM {source}")  # noqa: S608 - our own name
    axes = []
    for name, at in (("first", 0), ("second", 1)):
        axis, raw = _axis(connection, question, at)
        places: dict[str, Any] = {"raw": raw, "place": range(len(raw))}
        shape = pa.schema([("raw", pa.string()), ("place", pa.int64())])
        connection.register(name, pa.table(places, schema=shape))
        axes.append(axis)
    connection.execute(_PLACED)
    asked = tuple(axes[: len(question.by)])
    totals = connection.execute(_TOTAL).fetchall()
    size = prod(map(len, asked))
    if size > ALL_CELLS_BELOW:
        ((size,),) = connection.execute("SELECT count(*) FROM placed").fetchall()
    return Cells(question, as_of, asked, _counts(totals), size, connection)


def _both(axes: tuple[Axis, ...]) -> tuple[Axis, Axis]:
    first, second = islice((*axes, (ALL,), (ALL,)), 2)
    return first, second


def _axis(
    connection: duckdb.DuckDBPyConnection, question: Question, at: int
) -> tuple[Axis, list[str | None]]:
    """The values in reading order, and what stands for each of them in the file."""
    if at >= len(question.by):
        return (ALL,), [None]
    dimension = question.by[at]
    query = f"SELECT DISTINCT d{at + 1} FROM cells WHERE d{at + 1} IS NOT NULL"  # noqa: S608 - our own names
    written = {
        queries.code_of(dimension, text): text for (text,) in connection.execute(query).fetchall()
    }
    axis = (*values_of(dimension, written, question.period.reference_date), ALL)
    return axis, [written.get(v.raw, v.raw) if v.raw is not None else None for v in axis]


def _counts(totals: list[tuple[int, ...]]) -> Counts:
    return Counts(**dict(zip(queries.COLUMNS, totals[0], strict=True))) if totals else Counts()
