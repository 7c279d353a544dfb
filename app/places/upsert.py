"""Rows written by key: a new one is inserted, a different one updated, an equal one left alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

_BATCH = 1000
Values = Mapping[str, Any]


@dataclass(slots=True)
class Counts:
    new: int = 0
    changed: int = 0
    unchanged: int = 0


class KeyedTable:
    """The rows of one table, remembered by key while a file is written into it."""

    def __init__(
        self,
        session: Session,
        model: Any,
        key: tuple[str, ...],
        rest: tuple[str, ...],
        *only: ColumnElement[bool],
    ) -> None:
        self._session, self._model, self._key, self._rest = session, model, key, rest
        self.counts = Counts()
        columns = [getattr(model, name) for name in ("id", *key, *rest)]
        found = session.execute(select(*columns).where(*only).execution_options(yield_per=_BATCH))
        self._known = {
            tuple(row[1 : 1 + len(key)]): (row[0], tuple(row[1 + len(key) :])) for row in found
        }

    def id_of(self, *key: Any) -> int | None:
        found = self._known.get(key)
        return found[0] if found else None

    def ids(self) -> Iterator[tuple[tuple[Any, ...], int]]:
        """Every key with the id of its row."""
        return ((key, known[0]) for key, known in self._known.items())

    def put(self, rows: Iterable[Values]) -> None:
        """Write the rows; of two with the same key the last one counts."""
        remaining = iter(rows)
        while batch := {self._key_of(row): row for row in islice(remaining, _BATCH)}:
            self._insert([row for key, row in batch.items() if key not in self._known])
            self._update([row for key, row in batch.items() if self._differs(key, row)])
            self.counts.unchanged += len(batch)

    def _key_of(self, row: Values) -> tuple[Any, ...]:
        return tuple(row[name] for name in self._key)

    def _differs(self, key: tuple[Any, ...], row: Values) -> bool:
        return self._known[key][1] != tuple(row[name] for name in self._rest)

    def _insert(self, rows: list[Values]) -> None:
        if not rows:
            return
        columns: list[Any] = [getattr(self._model, name) for name in ("id", *self._key)]
        written = self._session.execute(insert(self._model).returning(*columns), rows)
        ids = {tuple(row[1:]): row[0] for row in written}
        for row in rows:
            key = self._key_of(row)
            self._known[key] = ids[key], tuple(row[name] for name in self._rest)
        self.counts.new += len(rows)
        self.counts.unchanged -= len(rows)

    def _update(self, rows: list[Values]) -> None:
        if not rows:
            return
        changes = [
            {"id": self._known[self._key_of(row)][0], **{n: row[n] for n in self._rest}}
            for row in rows
        ]
        self._session.execute(update(self._model), changes)
        for row in rows:
            key = self._key_of(row)
            self._known[key] = self._known[key][0], tuple(row[name] for name in self._rest)
        self.counts.changed += len(rows)
        self.counts.unchanged -= len(rows)
