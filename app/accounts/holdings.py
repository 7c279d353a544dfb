"""What each package keeps about people, so that one operation can count, move, copy or erase it.

Merging two persons, "my data" and erasure begin here and touch every package above; each registers
what it holds when it is imported, and one operation calls them all in one transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

Row = Mapping[str, Any]


def _nothing_goes_back(_session: Session, _gone_id: int, _kept_id: int, _moved: Any) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One kind of rows about people, and what can be done with those of one person."""

    name: str  # never changes: merges of the past are undone by it
    label: str  # as people are told, for example "Places in classes"
    count: Callable[[int], int]
    """`count(person_id)`: how many rows."""
    move: Callable[[Session, int, int], Any]
    """`move(session, gone_id, kept_id)`: the rows go to the other person; JSON for `move_back`."""
    move_back: Callable[[Session, int, int, Any], None] = _nothing_goes_back
    """`move_back(session, gone_id, kept_id, moved)`: undo `move`."""
    copy: Callable[[int], Sequence[Row]]
    """`copy(person_id)`: the rows as the person may take them away; nothing about anybody else."""
    erase: Callable[[Session, int, int], None]
    """`erase(session, person_id, stripped_id)`: delete what names the person; what only counts goes
    to the stripped row."""


_holdings: dict[str, Holding] = {}


def register(holding: Holding) -> Holding:
    """Make the holding known; the same name again replaces it."""
    _holdings[holding.name] = holding
    return holding


def all_holdings() -> Sequence[Holding]:
    """Every holding, those of lower packages first: they were imported first."""
    return tuple(_holdings.values())
