"""Rows collected in memory and sent to the database in large batches."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from app.core.db import Base

_BATCH = 2000


class Rows:
    """What the demo adds; numbers rows itself so that they can refer to one another."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rows: dict[Table, list[dict[str, Any]]] = defaultdict(list)
        self._next: dict[Table, int] = {}

    def add(self, target: type[Base] | Table, **values: Any) -> int:
        """Keep one row; its id, 0 for a table without one."""
        table = _table(target)
        number = 0
        if "id" in table.c:
            number = self._number(table)
            values["id"] = number
        self._rows[table].append(values)
        return number

    def of(self, target: type[Base]) -> list[dict[str, Any]]:
        """The rows kept so far, in the order of their ids."""
        return self._rows[_table(target)]

    def change(self, target: type[Base], number: int, **values: Any) -> None:
        """Set values of a row that was added before."""
        rows = self._rows[_table(target)]
        rows[number - rows[0]["id"]].update(values)

    def send(self) -> None:
        """Insert everything, referenced tables first."""
        for table in Base.metadata.sorted_tables:
            for rows in _alike(self._rows[table]):
                for start in range(0, len(rows), _BATCH):
                    self._session.execute(insert(table), rows[start : start + _BATCH])

    def _number(self, table: Table) -> int:
        if table not in self._next:
            highest = self._session.scalar(select(func.coalesce(func.max(table.c.id), 0)))
            self._next[table] = (highest or 0) + 1
        self._next[table] += 1
        return self._next[table] - 1


def _alike(rows: list[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    """Rows that say something of the same columns go together in one statement."""
    found: dict[frozenset[str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[frozenset(row)].append(row)
    return found.values()


def _table(target: type[Base] | Table) -> Table:
    return target if isinstance(target, Table) else cast("Table", target.__table__)
