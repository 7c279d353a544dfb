"""A workbook of plain cells written as a stream: its memory is that of its different texts.

Many times quicker than a library that can do everything, and the same cells give the same bytes.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import chain, islice
from typing import BinaryIO, Protocol
from zipfile import ZIP_DEFLATED, ZipFile

from app.core.tables import Value

MOST_ROWS = 1_048_576
"""Of one sheet, its heads included; a longer list goes on in another sheet."""
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_QUICK = 1
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\r\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


class _Output(Protocol):
    def write(self, content: bytes, /) -> int: ...


class _Forwards:
    """Writes only, so that a file and a pipe get the same bytes."""

    def __init__(self, out: _Output) -> None:
        self._out = out

    def write(self, content: bytes) -> int:
        return self._out.write(content)

    def flush(self) -> None:
        """What is kept back is the business of whoever owns the output."""


class Texts:
    """Every different text once; cells refer to them by number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def cell(self, value: Value) -> str:
        """One cell; text is always text, never a formula."""
        if value is None or value == "":
            return "<c/>"
        if isinstance(value, str):
            number = self._numbers.setdefault(value, len(self._numbers))
            return f'<c t="s"><v>{number}</v></c>'
        return f"<c><v>{value}</v></c>"

    def row(self, values: Sequence[Value]) -> str:
        return f"<row>{''.join(map(self.cell, values))}</row>"

    def xml(self) -> Iterator[str]:
        yield f'{_HEAD}<sst xmlns="{_MAIN}">'
        for text in self._numbers:
            yield f'<si><t xml:space="preserve">{_written(text)}</t></si>'
        yield "</sst>"


Sheets = Iterable[tuple[str, str, Iterator[list[str]]]]
"""Name, heads and rows of each sheet; rows, some at a time, as `Texts.row` writes them."""


def write(out: _Output, texts: Texts, sheets: Sheets) -> None:
    """Write the workbook; rows are taken as they come."""
    names: list[str] = []
    with ZipFile(_forwards(out), "w", ZIP_DEFLATED, compresslevel=_QUICK) as book:
        for name, heads, batches in sheets:
            rows = chain.from_iterable(batches)
            for number, first in enumerate(rows, 1):
                names.append(name if number == 1 else f"{name}-{number}")
                part = chain([heads, first], islice(rows, MOST_ROWS - 2))
                _put(book, f"xl/worksheets/sheet{len(names)}.xml", _sheet(part))
        _put(book, "xl/sharedStrings.xml", texts.xml())
        for path, content in _frame(names):
            _put(book, path, [_HEAD + content])


def _forwards(out: _Output) -> BinaryIO:
    return _Forwards(out)  # type: ignore[return-value]  # all that a zip file asks of a pipe


def _put(book: ZipFile, path: str, parts: Iterable[str]) -> None:
    pieces = iter(parts)
    with book.open(path, "w") as file:
        while piece := "".join(islice(pieces, 2000)):
            file.write(piece.encode())


def _sheet(rows: Iterable[str]) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'
    yield from rows
    yield "</sheetData></worksheet>"


def _frame(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    numbers = range(1, len(names) + 1)
    sheets = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    yield (
        "xl/workbook.xml",
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{sheets}</sheets></workbook>',
    )
    strings = len(names) + 1
    parts = [(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
    yield (
        "xl/_rels/workbook.xml.rels",
        _related([*parts, (strings, "sharedStrings", "sharedStrings.xml")]),
    )
    yield "_rels/.rels", _related([(1, "officeDocument", "xl/workbook.xml")])
    kinds = [("workbook", "sheet.main"), ("sharedStrings", "sharedStrings")]
    kinds += [(f"worksheets/sheet{n}", "worksheet") for n in numbers]
    types = "".join(
        f'<Override PartName="/xl/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in kinds
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    default = f'<Default Extension="rels" ContentType="{relations}"/>'
    content = f'<Types xmlns="{_PACKAGE}/content-types">{default}{types}</Types>'
    yield "[Content_Types].xml", content


def _related(parts: Iterable[tuple[int, str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, kind, target in parts
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _written(text: str) -> str:
    return escape(_UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text), quote=False)
