"""The three counts and the hours, computed by DuckDB over the files of `store`.

Persons are counted anew for every cell and every total, never added up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from app.participation import store
from app.participation.dimensions import Dimension
from app.participation.filters import Filter, Residents
from app.participation.periods import Period
from app.participation.statements import Lines, Statement

__all__ = [
    "Counts", "Filter", "Key", "NotReady", "Question", "Residents", "Table", "count",
]  # fmt: skip
Key = tuple[str | None, ...]
"""One code for each dimension; None stands for all values together."""
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_ATTEMPTS = 3
COLUMNS = ("persons", "holders", "enrolments", "named", "unnamed", "minutes", "runs")
_BEFORE_SPACES = 6
"""So many counts come before those of the other statement, venues and sessions."""


EVERYBODY = Filter()


class NotReady(Exception):
    """No files have been written yet."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be counted: in which days, broken down by what, of whom, as known when.

    By group a person counts in each of theirs, and those cells do not add up to the total.
    """

    period: Period
    by: tuple[Dimension, ...] = ()
    provider_id: int | None = None  # only what this provider taught
    where: Filter = EVERYBODY
    as_known: datetime | None = None  # None: as it is known now
    lines: Lines = ()  # of another map, see `territory`: where the people of a unit are counted
    by_course: bool = False  # count visits of courses too
    spaces: bool = True  # count venues and sessions too


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of one cell. `holders` had a place, whether or not they ever came.

    `venues`, `sessions` and `runs` are those to which at least one person came. `course_visits` are
    attendances of which each person has one at a run, and those whom nobody named as many as at its
    fullest session; they are counted only where they were asked for.
    """

    persons: int = 0
    holders: int = 0
    enrolments: int = 0
    named: int = 0
    unnamed: int = 0
    minutes: int = 0
    venues: int = 0
    sessions: int = 0
    runs: int = 0
    course_visits: int = 0

    @property
    def attendances(self) -> int:
        return self.named + self.unnamed

    @property
    def hours(self) -> float:
        return self.minutes / 60

    @property
    def identified(self) -> float | None:
        """The share of attendances with a name; None where nobody came."""
        return self.named / self.attendances if self.attendances else None

    @property
    def people(self) -> int:
        """How many named people stand behind the figures."""
        return self.persons or self.holders


@dataclass(frozen=True, slots=True)
class Table:
    """The counts of every cell that is not empty, with all totals."""

    question: Question
    cells: Mapping[Key, Counts]
    as_of: datetime

    @property
    def total(self) -> Counts:
        return self.cells.get((None,) * len(self.question.by), Counts())


def count(where: Path, question: Question) -> Table:
    """The answer from the newest files; never waits for newer ones.

    Raises:
        NotReady: there are no files yet.
    """
    cells, as_of = _from_newest(where, lambda manifest: _cells(where, manifest, question))
    return Table(question, cells, as_of)


def write_cells(where: Path, question: Question, file: Path) -> datetime:
    """Write the answer to a Parquet file, however many cells it has; as of when it is.

    Its columns are COLUMNS, venues and sessions left out; no file is written where nobody was.

    Raises:
        NotReady: there are no files yet.
    """
    return _from_newest(where, lambda manifest: _copy(where, manifest, question, file))[1]


def _from_newest(where: Path, work: Callable[[store.Manifest], Any]) -> tuple[Any, datetime]:
    for attempt in range(1, _ATTEMPTS + 1):
        manifest = store.read(where)
        if manifest is None:
            raise NotReady
        try:
            return work(manifest), manifest.as_of
        except (
            duckdb.IOException
        ):  # the set was replaced twice between reading its list and its files
            if attempt == _ATTEMPTS:
                raise
    raise NotReady


def _copy(where: Path, manifest: store.Manifest, question: Question, file: Path) -> None:
    statement = statement_of(where, manifest, question)
    if not statement.facts:
        return
    lacking = ["d1", "d2"][len(question.by) :]
    codes = "".join(f"NULL::VARCHAR AS {name}, " for name in lacking)
    codes += "".join(f"{name}::VARCHAR AS {name}, " for name in statement.names)
    counts = ", ".join(f"{name}::BIGINT AS {name}" for name in COLUMNS)
    named = ", ".join((*statement.names, *COLUMNS))
    cells = f"SELECT {codes}{counts} FROM ({statement.counting()}) cells({named})"  # noqa: S608 - put together from constants
    with connected(where) as connection:
        connection.execute(f"COPY ({cells}) TO '{file}' (FORMAT parquet)", statement.values)


def _cells(where: Path, manifest: store.Manifest, question: Question) -> dict[Key, Counts]:
    statement = statement_of(where, manifest, question)
    if not statement.facts:
        return {}
    with connected(where) as connection:
        return cells_of(connection, statement, question)


def connected(where: Path) -> duckdb.DuckDBPyConnection:
    """An engine for the files of this folder."""
    return duckdb.connect(config=_SETTINGS | {"temp_directory": str(where / "spill")})


def cells_of(
    connection: duckdb.DuckDBPyConnection, statement: Statement, question: Question
) -> dict[Key, Counts]:
    """What the statement of this question counts."""
    rows = connection.execute(statement.counting(), statement.values).fetchall()
    spaces = (
        connection.execute(statement.spaces(), statement.values).fetchall()
        if question.spaces
        else []
    )
    width = len(question.by)
    came = {_key(question.by, row[:width]): row[width:] for row in spaces}
    cells = {}
    for row in rows:
        key, of_cell = _key(question.by, row[:width]), row[width:]
        counts, rest = of_cell[:_BEFORE_SPACES], of_cell[_BEFORE_SPACES:]
        cells[key] = Counts(*map(int, (*counts, *came.get(key, (0, 0)), *rest)))
    return cells


def statement_of(where: Path, manifest: store.Manifest, question: Question) -> Statement:
    """What asks these files; its facts are empty where no month of the period has any."""
    months = manifest.between(question.period.first, question.period.last)
    learners = [each for _, each in sorted(manifest.learners.items())]
    asks_past = question.as_known is not None
    chosen = question.where
    if question.provider_id is not None:
        mine = {question.provider_id}
        chosen = replace(chosen, provider_ids=frozenset(mine & (chosen.provider_ids or mine)))
    statement = Statement(
        question.period, question.by, chosen,
        _paths(where, [each.file for each in months]),
        _paths(where, [each.past for each in months]) if asks_past else None,
        _paths(where, [each.file for each in learners]),
        _paths(where, [each.past for each in learners]) if asks_past else None,
        question.lines, question.by_course,
    )  # fmt: skip
    if question.as_known is not None:
        statement.values["known"] = question.as_known.astimezone(UTC).replace(tzinfo=None)
    return statement


def _paths(where: Path, names: list[str]) -> list[str]:
    return [str(where / name) for name in names if name]


def _key(by: tuple[Dimension, ...], values: tuple[Any, ...]) -> Key:
    return tuple(
        None if value is None else code_of(dimension, value)
        for dimension, value in zip(by, values, strict=True)
    )


def code_of(dimension: Dimension, value: Any) -> str:
    """The code of a value as DuckDB has it, or as its text."""
    return _CODES.get(dimension, str)(value)


def _month_code(value: int) -> str:
    return f"{value // 100}-{value % 100:02}"


_CODES: Mapping[Dimension, Callable[[Any], str]] = {
    Dimension.MONTH: lambda value: _month_code(int(value))
}
