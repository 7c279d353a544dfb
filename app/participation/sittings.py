"""Many questions put to one set of files, one after another.

Facts come from `rollups`, and the states of learners are read once for each reference date. An
answer is kept on the shelf under what it was counted from: the files of its months, and a digest of
what held on the reference date of everybody in them. So what did not change is not counted again,
however many others learned or moved since, and a rewritten file is another file.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from app.participation import (
    dimensions,
    filters,
    groups,
    periods,
    queries,
    rollups,
    shelf,
    statements,
    store,
)
from app.participation.periods import Period
from app.participation.queries import Counts, Key, NotReady, Question, Table
from app.participation.shelf import Shelf
from app.participation.statements import Lines

_LARGE = 3_000_000
"""So many rows are read from their files for each question; fewer are kept in memory."""
_SMALL = 200_000
_FOR_SMALL, _FOR_LARGE = (
    "SET threads = 1; SET disabled_optimizers = 'grouping_sets'",
    "SET threads = 2; SET disabled_optimizers = ''",
)
"""Of so few rows every question costs more thinking and waiting for threads than counting."""
_OF_TIME = frozenset({"valid_from", "valid_to", "known_from", "known_to"})
_OF_LEARNER = tuple(name for name in store.LEARNERS.names if name not in _OF_TIME)
_PROGRAMS = (dimensions, filters, groups, periods, queries, rollups, statements)
_MINE = shelf.digest(shelf.programs(_PROGRAMS), duckdb.__version__)
"""Who counts otherwise finds nothing that was counted before."""


@contextmanager
def begun(where: Path, kept: Shelf) -> Iterator["Sitting"]:
    """A sitting over the newest files.

    Raises:
        NotReady: there are none yet.
    """
    manifest = store.read(where)
    if manifest is None:
        raise NotReady
    with queries.connected(where) as connection:
        yield Sitting(where, manifest, connection, kept)


@dataclass
class Sitting:
    """One engine over files that belong together; not for several threads at once."""

    where: Path
    manifest: store.Manifest
    connection: duckdb.DuckDBPyConnection
    kept: Shelf
    _facts: dict[tuple[str, ...], str] = field(default_factory=dict)
    _is_small: dict[str, bool] = field(default_factory=dict)
    _is_for_small: bool = False
    _states: dict[tuple[date, str, Lines], str] = field(default_factory=dict)
    _marks: dict[Period, str] = field(default_factory=dict)
    _maps: dict[Lines, str] = field(default_factory=dict)

    def count(self, question: Question) -> Table:
        """As `queries.count`, from the files of this sitting."""
        if question.as_known is not None:
            return self._table(question, self._counted(question))
        name = self._name(question)
        found = self.kept.get(name)
        if found is not None:
            return self._table(question, {tuple(key): Counts(*counts) for key, counts in found})
        cells = self._counted(question)
        self.kept.put(name, [[key, astuple(counts)] for key, counts in cells.items()])
        return self._table(question, cells)

    def mark(self, period: Period) -> str:
        """Changes with the facts of the months of the period, and with what holds of their people.

        That is the states of its reference date: who moves later, or never came, changes nothing.
        """
        if period not in self._marks:
            months = self.manifest.between(period.first, period.last)
            files = [each.file for each in months]
            self._marks[period] = shelf.digest(files, self._people(period) if months else None)
        return self._marks[period]

    def _people(self, period: Period) -> Any:
        states = self._states_of(Question(period))
        told = ", ".join(_OF_LEARNER)
        mark = f"SELECT count(*), bit_xor(md5_number(row({told})::VARCHAR))::VARCHAR FROM {states}"  # noqa: S608 - our own names
        return self.connection.execute(mark).fetchone()

    def _name(self, question: Question) -> str:
        told = {each.name: getattr(question, each.name) for each in fields(question)}
        told |= {"lines": self._map(question.lines), "where": _written(question.where)}
        told |= {"period": _written(question.period)}
        return shelf.digest("answer", _MINE, self.mark(question.period), told)

    def _map(self, lines: Lines) -> str:
        if lines not in self._maps:
            self._maps[lines] = shelf.digest(lines)
        return self._maps[lines]

    def _table(self, question: Question, cells: Mapping[Key, Counts]) -> Table:
        return Table(question, cells, self.manifest.as_of)

    def _counted(self, question: Question) -> dict[Key, Counts]:
        statement = queries.statement_of(self.where, self.manifest, question)
        if not statement.facts:
            return {}
        if not _is_rolled_up(question):
            self._fit(is_small=False)
        else:
            statement.rolled = self._facts_of(question.period)
            statement.states = self._states_of(question)
            statement.lines = ()
            self._fit(is_small=self._is_small[statement.rolled])
        return queries.cells_of(self.connection, statement, question)

    def _fit(self, *, is_small: bool) -> None:
        if is_small != self._is_for_small:
            self.connection.execute(_FOR_SMALL if is_small else _FOR_LARGE)
            self._is_for_small = is_small

    def _facts_of(self, period: Period) -> str:
        """The table of the rolled-up facts of its months."""
        months = self.manifest.between(period.first, period.last)
        files = tuple(rollups.files(self.where, self.connection, months))
        if files not in self._facts:
            name, listed = f"facts_{len(self._facts)}", ", ".join(f"'{each}'" for each in files)
            rows = f"SELECT * FROM read_parquet([{listed}])"  # noqa: S608 - our own names
            ((many,),) = self.connection.execute(f"SELECT count(*) FROM ({rows})").fetchall()  # noqa: S608 - as above
            kind = "VIEW" if many > _LARGE else "TABLE"
            self.connection.execute(f"CREATE TEMP {kind} {name} AS {rows}")
            self._facts[files], self._is_small[name] = name, many <= _SMALL
        return self._facts[files]

    def _states_of(self, question: Question) -> str:
        """The table of what holds on the reference date of those in the facts, on this map."""
        facts = self._facts_of(question.period)
        known = (question.period.reference_date, facts, question.lines)
        if known not in self._states:
            name = f"states_{len(self._states)}"
            asked = Question(question.period, lines=question.lines)
            statement = queries.statement_of(self.where, self.manifest, asked)
            theirs = f"learner IN (SELECT learner FROM {facts})"  # noqa: S608 - our own names
            self.connection.execute(
                f"CREATE TEMP TABLE {name} AS SELECT * FROM ({statement.holding()}) WHERE {theirs}",  # noqa: S608 - as above
                statement.values,
            )
            self._states[known] = name
        return self._states[known]


def _is_rolled_up(question: Question) -> bool:
    """Whether rolled-up facts can tell the answer."""
    where = question.where
    of_sessions = question.spaces or where.campaign or where.min_weekly_minutes is not None
    if of_sessions or question.as_known is not None:
        return False
    by = set(question.by) <= rollups.DIMENSIONS
    return by and rollups.has_whole_months(question.period)


def _written(told: Any) -> dict[str, Any]:
    """As JSON can hold it, the same whatever the order of a set."""
    values = {each.name: getattr(told, each.name) for each in fields(told)}
    return {
        name: sorted(value) if isinstance(value, frozenset)
        else value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
    }  # fmt: skip
