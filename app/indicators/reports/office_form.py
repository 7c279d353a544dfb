"""An office's own workbook: which of its cells have names, and a copy with figures in them.

Nothing but the named cells is touched. Formulas stay as they are and are computed anew by the
spreadsheet program; only numbers and the signs of hidden figures are ever written. Pictures and
charts do not survive being read and written, so a form that has any is told apart.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from xml.etree.ElementTree import ParseError, iterparse

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.reader.excel import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.workbook.workbook import Workbook

from app.core.tables import Value
from app.indicators.reports import errors

MOST_BYTES, MOST_INFLATED = 1024**2, 8 * 1024**2
MOST_PARTS, MOST_NAMES, MOST_MERGED = 500, 300, 50_000
MOST_TAGS = 100_000
"""A cell has one to four; the library takes a second for three times as many."""
MOST_TRANSLATED = 2_000_000
"""Letters of formulas that several cells share: the library writes each anew for its cell."""
_MADE_AT = (2026, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_LONG_TAG = re.compile(rb"<[^<>]{32768}")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b[^<>]*>([^<]*)")
_CELL = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")
_DRAWN = ("xl/media/", "xl/charts/", "xl/drawings/")
_UNREADABLE = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
)


class Trouble(StrEnum):
    """Why a name cannot be filled."""

    NOT_ONE_CELL = "not_one_cell"
    FORMULA = "formula"
    LOST = "lost"  # its sheet or cell is gone


@dataclass(frozen=True, slots=True)
class NamedCell:
    """A name in the workbook and the cell it stands for."""

    name: str
    sheet: str = ""
    cell: str = ""
    trouble: Trouble | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a form has."""

    names: tuple[NamedCell, ...]
    has_drawings: bool


def look(content: bytes) -> Looked:
    """The names of a workbook of unknown origin, in the order of the alphabet.

    Raises:
        NotAForm, FormTooBig, FormWithMacros, NoNamedCells: it is not taken.
    """
    _check(content)
    looked = look_again(content)
    if not looked.names or len(looked.names) > MOST_NAMES:
        raise errors.NoNamedCells
    return looked


def look_again(content: bytes) -> Looked:
    """The names of a workbook that was taken, whatever the limits were then."""
    names = tuple(sorted(_names(_book(content)), key=lambda each: each.name))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return Looked(names, any(part.startswith(_DRAWN) for part in archive.namelist()))


def filled(content: bytes, figures: Mapping[str, Value], moment: datetime) -> bytes:
    """A copy with these figures in the cells of these names; equal input gives equal bytes."""
    book = _book(content)
    for each in _names(book):
        if each.trouble is None and each.name in figures:
            book[each.sheet][each.cell] = figures[each.name]
    buffer = io.BytesIO()
    book.save(buffer)  # type: ignore[no-untyped-call]  # as below
    return _without_times(buffer.getvalue(), moment)


def _check(content: bytes) -> None:
    """The directory of the archive is looked at first: a bomb is refused unopened."""
    if len(content) > MOST_BYTES:
        raise errors.FormTooBig
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise errors.NotAForm from error
    if len(parts) > MOST_PARTS or sum(each.file_size for each in parts) > MOST_INFLATED:
        raise errors.FormTooBig
    if any("vbaproject" in each.filename.lower() for each in parts):
        raise errors.FormWithMacros
    _weigh(content)


def _weigh(content: bytes) -> None:
    """Refuse what would keep the library busy, before it opens anything."""
    tags = merged = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                data = archive.read(part)
                plain = data.replace(b"\0", b"")  # UTF-16 has one beside every letter
                if not plain.lstrip(_BEFORE_XML).startswith(b"<"):
                    continue
                tags += plain.count(b"<")
                if tags > MOST_TAGS or _takes_long(plain):
                    raise errors.FormTooBig
                if b"mergeCell" in plain:
                    merged += sum(_merges(data))
    except _UNREADABLE as error:
        raise errors.NotAForm from error
    if merged > MOST_MERGED:
        raise errors.FormTooBig


def _takes_long(part: bytes) -> bool:
    """A list of ranges in one attribute, or a formula that many cells share."""
    shared = part.count(b"shared")
    longest = max((len(each[1]) for each in _FORMULA.finditer(part)), default=0) if shared else 0
    return bool(_LONG_TAG.search(part)) or shared * longest > MOST_TRANSLATED


def _merges(part: bytes) -> Iterator[int]:
    """The sizes of the merged ranges: the library makes each cell, and one can be a whole sheet."""
    try:
        for _, element in iterparse(io.BytesIO(part)):  # noqa: S314 - expat fetches nothing and bounds entities
            if element.tag.endswith("mergeCell"):
                left, top, right, bottom = range_boundaries(element.get("ref", ""))  # type: ignore[no-untyped-call]  # as below
                yield (right - left + 1) * (bottom - top + 1)
            element.clear()
    except ParseError:
        return


def _book(content: bytes) -> Workbook:
    """Python's reader stops at the sizes that the directory states, so these hold."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book: Workbook = load_workbook(io.BytesIO(content), keep_links=False)  # type: ignore[no-untyped-call]  # the library has no types
    except _UNREADABLE as error:
        raise errors.NotAForm from error
    return book


def _names(book: Workbook) -> Iterator[NamedCell]:
    """Those of the whole workbook and those of one sheet; a name of both is the workbook's."""
    found: dict[str, DefinedName] = {}
    for sheet in book.worksheets:
        found |= dict(sheet.defined_names.items())
    found |= dict(book.defined_names.items())
    for name, defined in found.items():
        if not name.startswith("_xlnm.") and not getattr(defined, "hidden", False):
            yield _named(book, name, defined)


def _named(book: Workbook, name: str, defined: DefinedName) -> NamedCell:
    places = list(defined.destinations) if defined.type == "RANGE" else []
    if len(places) != 1:
        return NamedCell(name, trouble=Trouble.NOT_ONE_CELL if places else Trouble.LOST)
    sheet, place = places[0][0], places[0][1].replace("$", "")
    if sheet not in book.sheetnames:
        return NamedCell(name, trouble=Trouble.LOST)
    first, _, last = place.partition(":")
    if not _CELL.fullmatch(first) or (last and not _is_merged(book, sheet, place)):
        return NamedCell(name, sheet, place, Trouble.NOT_ONE_CELL)
    cell = book[sheet][first]
    if isinstance(cell, MergedCell):
        return NamedCell(name, sheet, first, Trouble.NOT_ONE_CELL)
    is_formula = isinstance(cell, Cell) and cell.data_type == "f"
    return NamedCell(name, sheet, first, Trouble.FORMULA if is_formula else None)


def _is_merged(book: Workbook, sheet: str, place: str) -> bool:
    return any(str(each) == place for each in book[sheet].merged_cells.ranges)


def _without_times(content: bytes, moment: datetime) -> bytes:
    """The library writes down when it ran; a copy of the same figures has to be the same file."""
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            data = old.read(part)
            if part.filename == _CORE:
                data = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            new.writestr(zipfile.ZipInfo(part.filename, _MADE_AT), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
