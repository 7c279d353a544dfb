"""Which figures may be shown, to whom, and how: the one place every page and file asks.

Against what each part protects:

- `release` hides every cell of 1 to `below` - 1 people, with all its figures, and the cells from
  which one of these figures could be worked out exactly or nearly (`suppression`). The unit is
  always people, whichever figure is shown. By `round_to` the rest is rounded for the public; what
  is hidden does not depend on rounding, so every reader sees the same cells hidden.
- Persons are not additive over providers, subjects, modes and months, but their places,
  attendances and hours are: these would give a hidden cell away, so they are guarded in the same
  pattern. Where persons do not add up, their cells are hidden as if they did.
- Where figures are not rounded to `below` at least, the difference of two of them may be a few
  people: a part that is nearly its total is hidden then.
- Of a breakdown in which groups overlap (priority groups) a cell that holds everybody of its
  total is hidden too: it would say of each of them that they belong to the group.
- Hours of which nearly all are one provider's are hidden from everybody else
  (`of_one_provider`), and what would tell them in the same table; the people of these cells are
  not. It is a courtesy to providers: the auditor, who looks at all tables together, guards people.
- `percentage` says nothing on small bases, and is made of figures as they are shown.
- `audit.find_leaks` looks at everything ever published together, and is asked before more is.

`exact` hides nothing. It is for people whose role is to see it; what they see says "internal".
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.participation.disclosure import suppression
from app.participation.disclosure.rounding import percentage, rounded, tells_apart
from app.participation.disclosure.suppression import PEOPLE
from app.participation.queries import Counts, Key, Table

__all__ = [
    "Released", "exact", "hidden", "of_one_provider", "percentage", "release", "tells_apart",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Released:
    """A table as it may be shown; hidden cells have no counts.

    `small` are the hidden cells of too few people. Only the auditor may know them: the rest of
    what is hidden is there so that nobody can tell one from the other.
    """

    table: Table
    below: int
    cells: Mapping[Key, Counts | None]
    round_to: int = 1
    small: frozenset[Key] = frozenset()

    @property
    def total(self) -> Counts | None:
        return self.cells.get((None,) * len(self.table.question.by), Counts())

    @property
    def hides_something(self) -> bool:
        return None in self.cells.values()


def release(
    table: Table, below: int, *, round_to: int = 1, public_base: int | None = None
) -> Released:
    """Hide what belongs to 1 to `below` - 1 people, in all its figures, and what would tell it.

    Args:
        round_to: for everybody's eyes the nearest multiple of this; 1 leaves figures as they are.
        public_base: everybody reads multiples of this: hide a part, too, that differs from its
            total by a few people who can be told.
    """
    people = _figure(table, "people")
    small = _few(people, below) | _everybody(table, people)
    figures = {PEOPLE: people} | {name: _figure(table, name) for name in _OF_PEOPLE}
    nearly = _nearly_all(table, figures, below, public_base) if public_base else frozenset[Key]()
    out = suppression.protect(figures, below, small | nearly)
    cells = {
        key: None if key in out else counts if round_to == 1 else rounded(counts, round_to)
        for key, counts in table.cells.items()
    }
    return Released(table, below, cells, round_to, small)


def of_one_provider(shares: Mapping[Key, float | None], most: int) -> frozenset[Key]:
    """Cells of which one provider has more than `most` per cent: they would tell its own figure."""
    return frozenset(key for key, share in shares.items() if share and 100 * share > most)


def exact(table: Table) -> Released:
    """Everything, for those whose role it is to see it."""
    return Released(table, 0, table.cells)


def hidden(
    people: Mapping[Key, int],
    below: int,
    *,
    places: Mapping[Key, int] | None = None,
    told: Collection[Key] = (),
) -> frozenset[Key]:
    """The cells to hide, of a table of up to two dimensions with all its totals.

    Args:
        people: of every cell.
        below: fewer are few.
        places: what they had, where that is told beside them or instead of them.
        told: cells to hide for another reason.
    """
    figures = {PEOPLE: people} | ({} if places is None else {"places": places})
    return suppression.protect(figures, below, _few(people, below).union(told))


_OF_PEOPLE = ("enrolments", "named", "minutes")
"""What the people of a cell did. Whom nobody named is nobody who could be recognised."""


def _figure(table: Table, name: str) -> dict[Key, int]:
    return {key: getattr(counts, name) for key, counts in table.cells.items()}


def _few(people: Mapping[Key, int], below: int) -> frozenset[Key]:
    return frozenset(key for key, count in people.items() if 0 < count < below)


def _nearly_all(
    table: Table, figures: Mapping[str, Mapping[Key, int]], below: int, base: int
) -> frozenset[Key]:
    """Parts that do not add up, where the rest of the total is a few: who came elsewhere only."""
    by = table.question.by
    places = [at for at, each in enumerate(by) if each.overlaps or not each.is_of_person]
    return frozenset(
        key
        for name in (PEOPLE, "enrolments")
        for key, number in figures[name].items()
        for at in places
        if key[at] is not None
        and (whole := figures[name].get((*key[:at], None, *key[at + 1 :])))
        and tells_apart(whole, number, below, base)
    )


def _everybody(table: Table, people: Mapping[Key, int]) -> frozenset[Key]:
    """Cells of a group to which everybody of the total belongs."""
    places = [at for at, dimension in enumerate(table.question.by) if dimension.overlaps]
    return frozenset(
        key
        for at in places
        for key, count in people.items()
        if key[at] is not None and 0 < count == people.get((*key[:at], None, *key[at + 1 :]))
    )
