"""Which columns say something about people, for the facts of the impact dossier.

Every table that refers to a person or an account is described by its own package, column by column;
a test refuses one that is not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.i18n import lazy as _


class Kind(StrEnum):
    """What a column says about somebody."""

    NAME = "name"
    CONTACT = "contact"
    BIRTH = "birth"
    HOME = "home"
    SENSITIVE = "sensitive"
    LEARNING = "learning"
    FAMILY = "family"
    ACCESS = "access"
    WORDS = "words"
    TRACE = "trace"
    LINK = "link"
    PLAIN = "plain"


LABELS: dict[Kind, str] = {
    Kind.NAME: _("Name"),
    Kind.CONTACT: _("Phone and e-mail"),
    Kind.BIRTH: _("Birth date, sex, work"),
    Kind.HOME: _("Where they live"),
    Kind.SENSITIVE: _("Sensitive, optional: groups"),
    Kind.LEARNING: _("Learning"),
    Kind.FAMILY: _("Family and helpers"),
    Kind.ACCESS: _("Signing in; secrets as hashes or sealed"),
    Kind.WORDS: _("Words written by or about people"),
    Kind.TRACE: _("When, and by whom it was recorded"),
    Kind.LINK: _("Numbers that link rows; keyed hashes"),
    Kind.PLAIN: _("Says nothing about a person"),
}


@dataclass(frozen=True, slots=True)
class Described:
    """One table and the kind of each of its columns."""

    table: str
    label: str
    columns: Mapping[str, Kind]

    def by_kind(self) -> list[tuple[str, Sequence[str]]]:
        """What matters first; columns that say nothing about a person are left out."""
        return [
            (LABELS[kind], [name for name, its in self.columns.items() if its is kind])
            for kind in Kind
            if kind is not Kind.PLAIN and kind in self.columns.values()
        ]


_tables: dict[str, Described] = {}


def describe(table: str, label: str, **columns: str) -> None:
    """Classify a table's columns: `kind="column column"`, see `Kind`; a second call replaces."""
    kinds = {name: Kind(kind) for kind, names in columns.items() for name in names.split()}
    _tables[table] = Described(table, label, kinds)


def all_tables() -> Sequence[Described]:
    """Every described table, those of lower packages first."""
    return tuple(_tables.values())
