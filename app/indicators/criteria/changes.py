"""What a new version of a list of criteria does to its lines."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.i18n import Bilingual
from app.indicators.criteria.columns import LABELS, Row


class Change(StrEnum):
    """What a new version does to a line."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line that is not as it was; `names` are the columns that differ."""

    change: Change
    row: Row
    before: Row | None = None
    names: tuple[str, ...] = ()

    @property
    def columns(self) -> list[tuple[Bilingual, str, str]]:
        """Head, what stood there, what will."""
        return [
            (_HEADS[name], str(getattr(self.before, name)), str(getattr(self.row, name)))
            for name in self.names
        ]


_HEADS = {
    **LABELS,
    "asked_of_providers": Bilingual("Hỏi đơn vị", "Asked of providers"),
    "asked_of_communes": Bilingual("Hỏi xã, phường", "Asked of communes"),
}


def compare(before: list[Row], after: list[Row]) -> list[Difference]:
    """What is new, what is told differently, and what goes, in the order of the new sheet."""
    known = {row.code: row for row in before}
    found = []
    for row in after:
        old = known.pop(row.code, None)
        if old is None:
            found.append(Difference(Change.NEW, row))
        elif names := row.differs_in(old):
            found.append(Difference(Change.CHANGED, row, old, tuple(names)))
    return [*found, *(Difference(Change.GONE, row) for row in known.values())]
