"""A table that goes out: one tuple of columns makes page, CSV, XLSX and codebook."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from app.core import rounding
from app.core.i18n import Bilingual

_CREATED = datetime(2026, 1, 1, tzinfo=UTC)  # constant: the same input gives the same bytes
BOM = "\ufeff"  # Excel reads UTF-8 only after it
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: machine name, what people read, what it means, and where the value comes from."""

    name: str
    label: Bilingual
    meaning: Bilingual
    value: Callable[[Any], Value]


def safe_text(value: Value) -> Value:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def csv_lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    """The file line by line, with machine names as heads; the same rows give the same bytes."""
    yield BOM + csv_line([column.name for column in columns])
    for row in rows:
        yield csv_line([safe_text(column.value(row)) for column in columns])


def csv_line(cells: Sequence[Value]) -> str:
    """One line of a file as its cells are; `safe_text` is the caller's."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(
        [rounding.plain(each) if isinstance(each, float) else each for each in cells]
    )
    return buffer.getvalue()


def xlsx(sheets: Sequence[tuple[str, Sequence[Sequence[Value]]]]) -> bytes:
    """A workbook of plain cells; text is always text, never a formula; no time stamps inside."""
    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"created": _CREATED})
        for name, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, ["" if cell is None else cell for cell in row])
    return buffer.getvalue()


def codebook(columns: Sequence[Column]) -> list[list[Value]]:
    """What each column means, in both languages."""
    head: list[Value] = ["column", "ten_cot", "label", "y_nghia", "meaning"]
    return [head, *map(_described, columns)]


def _described(column: Column) -> list[Value]:
    label, meaning = column.label, column.meaning
    return [column.name, label.vi, label.en, meaning.vi, meaning.en]
