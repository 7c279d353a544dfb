"""What each package keeps about people, so that one operation can count, move, copy or erase it.

Merging two persons, "my data" and erasure begin here and touch every package above; each registers
what it holds when it is imported, and one operation calls them all in one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.db import db

Row = Mapping[str, Any]
Column = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


def _nothing_goes_back(_session: Session, _gone_id: int, _kept_id: int, _moved: Any) -> None:
    return None


def _nothing_to_lock(_session: Session, _person_ids: Sequence[int]) -> None:
    return None


def _nothing_against(_kept_id: int, _gone_id: int) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One kind of rows about people, and what can be done with those of one person."""

    name: str  # never changes: merges of the past are undone by it
    layer: int = 0  # how far above accounts the package stands
    label: str  # as people are told, for example "Places in classes"
    count: Callable[[int], int]
    """`count(person_id)`: how many rows."""
    move: Callable[[Session, int, int], Any]
    """`move(session, gone_id, kept_id)`: the rows go to the other person; JSON for `move_back`."""
    move_back: Callable[[Session, int, int, Any], Sequence[str] | None] = _nothing_goes_back
    """`move_back(session, gone_id, kept_id, moved)`: undo `move`; what cannot be undone, in words
    for staff."""
    copy: Callable[[int], Sequence[Row]]
    """`copy(person_id)`: the rows as the person may take them away; nothing about anybody else."""
    erase: Callable[[Session, int, int], None]
    """`erase(session, person_id, stripped_id)`: delete what names the person; what only counts goes
    to the stripped row. It is called for every row that was merged into the person too."""
    lock: Callable[[Session, Sequence[int]], None] = _nothing_to_lock
    """`lock(session, person_ids)`: rows that everybody locks after a person's row."""
    conflicts: Callable[[int, int], Sequence[str]] = _nothing_against
    """`conflicts(kept_id, gone_id)`: what will not simply move, in words for staff."""
    obstacles: Callable[[int, int], Sequence[str]] = _nothing_against
    """`obstacles(kept_id, gone_id)`: why the two cannot be put together, in words for staff."""


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> Holding:
    """Make the holding known; the same name again replaces it."""
    _holdings[holding.name] = holding
    return holding


def all_holdings() -> Sequence[Holding]:
    """Every holding, those of lower packages first.

    Rows move in this order and are erased in the other: a higher package may look at what lower
    ones keep.
    """
    return sorted(_holdings.values(), key=lambda holding: holding.layer)


@dataclass(frozen=True, slots=True)
class Owner:
    """The column that says whose row it is; the same few steps serve most tables."""

    column: Column

    def count(self, person_id: int) -> int:
        return db.session.scalar(select(func.count()).where(self.column == person_id)) or 0

    def move(self, session: Session, gone_id: int, kept_id: int) -> list[int]:
        """All rows to the kept person; their numbers."""
        return self.give(session, gone_id, kept_id, self.column == gone_id)

    def move_back(self, session: Session, gone_id: int, kept_id: int, moved: list[int]) -> None:
        """The rows of these numbers that are still with the kept person."""
        mine = self.column.class_.id.in_(moved)
        self.give(session, kept_id, gone_id, self.column == kept_id, mine)

    def give(self, session: Session, from_id: int, to_id: int, *which: Any) -> list[int]:
        """Those of one person's rows to another; their numbers."""
        table = self.column.class_
        rows = select(table.id).where(self.column == from_id, *which).order_by(table.id)
        ids = list(session.scalars(rows.with_for_update()))
        given = update(table).where(table.id.in_(ids)).values({self.column.key: to_id})
        session.execute(given)
        return ids
