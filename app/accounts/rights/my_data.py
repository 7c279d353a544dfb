"""Everything held about one person, in plain words, to look at and to take away."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.accounts.rights import my_data_words as words
from app.accounts.rights.holdings import Holding, all_holdings
from app.core import clock
from app.core.i18n import Bilingual
from app.core.tables import Column, csv_lines

USES = "usage"
"""The holding that says who used the data; it has a table of its own on the page."""


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of rows."""

    name: str
    label: str
    rows: Sequence[Mapping[str, Any]]

    def in_words(self) -> Iterator[list[tuple[str, str]]]:
        """Each row as names and values that people read; what is empty is left out."""
        for row in self.rows:
            yield [
                (words.name_of(name), words.value_of(name, value))
                for name, value in row.items()
                if value is not None and value != "" and name not in words.FOR_PROGRAMS
            ]


@dataclass(frozen=True, slots=True)
class _Cell:
    section: str
    row: int
    name: str
    value: str


COLUMNS = (
    Column("section", Bilingual("Mục", "Section"), Bilingual(""), lambda cell: cell.section),
    Column("row", Bilingual("Dòng", "Row"), Bilingual(""), lambda cell: cell.row),
    Column("name", Bilingual("Tên", "Name"), Bilingual(""), lambda cell: cell.name),
    Column("value", Bilingual("Nội dung", "Value"), Bilingual(""), lambda cell: cell.value),
)


def sections(person_id: int) -> Iterator[Section]:
    """What every package holds about the person; kinds without rows are left out."""
    for holding in all_holdings():
        if rows := holding.copy(person_id):
            yield _section(holding, rows)


def _section(holding: Holding, rows: Sequence[Mapping[str, Any]]) -> Section:
    return Section(holding.name, str(holding.label), rows)


def as_json(person_id: int) -> Iterator[str]:
    """One document for programs, written as it is read; names and values never change."""
    yield '{\n"made_at": ' + json.dumps(clock.local(clock.now()).isoformat()) + ',\n"sections": ['
    between = ""
    for section in sections(person_id):
        body = {
            "name": section.name,
            "label": section.label,
            "rows": [{key: _machine(value) for key, value in row.items()} for row in section.rows],
        }
        yield between + "\n" + json.dumps(body, ensure_ascii=False, indent=1)
        between = ","
    yield "\n]\n}\n"


def as_csv(person_id: int) -> Iterator[str]:
    """For a spreadsheet, in words: one value in a line, none of which can run as a formula."""
    cells = (
        _Cell(section.label, number, name, value)
        for section in sections(person_id)
        for number, row in enumerate(section.in_words(), start=1)
        for name, value in row
    )
    return csv_lines(COLUMNS, cells)


def _machine(value: object) -> object:
    """JSON keeps numbers, truth and nothing; everything else becomes text."""
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, datetime):
        return clock.local(value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_machine(each) for each in value]
    return str(value)
