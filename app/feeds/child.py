"""Reads one table of unknown origin and prints its rows as JSON lines; a process of its own.

Files come from strangers: a parser may eat all memory, run for ever or crash, so it does so here,
under limits, and knows nothing of the application. It is run by path and imports no other module
of ours. Each line printed is `[number of the line in the file, [cells as text]]`; the first is
`{"encoding": ...}`; a file that cannot be read ends with `{"error": code, "values": {...}}`.
"""

import csv
import io
import json
import re
import resource
import sys
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

MEMORY = 1024**3
SECONDS = 20
MOST_BYTES = 64 * 1024**2
MOST_INFLATED = 64 * 1024**2
MOST_RATIO = 50
MOST_PARTS = 1000
MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
MOST_LINES_OF_A_ROW = 500
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WEB_PAGE = re.compile(rb"<\s*(?:!doctype\s+html|html|table)", re.IGNORECASE)
_BEFORE_TEXT = b"\xef\xbb\xbf \t\r\n"
_ENCODINGS = ("utf-8", "cp1258")
Row = tuple[int, list[str]]


class Refused(Exception):
    """The file cannot be read; `code` is one of the codes in `problems`."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


def main(path: str, encoding: str, sheet: str) -> None:
    """Print the rows of the file, or why there are none."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    warnings.simplefilter("ignore")
    try:
        for row in rows(Path(path), encoding, sheet):
            _say(row)
    except MemoryError:
        _say({"error": "too_big_to_read"})
    except Exception as error:  # noqa: BLE001 - any way in which a parser fails is a broken file
        code, values = getattr(error, "code", "broken_file"), getattr(error, "values", {})
        _say({"error": code, "values": values})


def _say(said: Any) -> None:
    sys.stdout.write(f"{json.dumps(said)}\n")


def rows(file: Path, encoding: str, sheet: str) -> Iterator[Any]:
    """The head, then every row that is not empty; the kind of file is told by its first bytes."""
    if file.stat().st_size > MOST_BYTES:
        raise Refused(code="file_too_big", most=MOST_BYTES // 1024**2)
    content = file.read_bytes()
    if content.startswith(_ZIP):
        used, found = "xlsx", _xlsx(content, sheet)
    elif content.startswith(_OLE):
        used, found = "xls", _xls(content, sheet)
    elif _WEB_PAGE.search(content[:2000]):
        raise Refused(code="web_page")
    elif content.lstrip(_BEFORE_TEXT)[:1] in (b"<", b"{", b"["):
        used, found = _feeds().read(content)
    else:
        used, text = _decoded(content, encoding)
        found = _csv(text)
    yield {"encoding": used}
    yield from _checked(found)


def _feeds() -> Any:
    """Loaded by its path: a process of its own knows no package."""
    spec = spec_from_file_location("child_feeds", Path(__file__).with_name("child_feeds.py"))
    if spec is None or spec.loader is None:
        raise Refused(code="broken_file")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _checked(found: Iterator[Row]) -> Iterator[Row]:
    count = 0
    for line, cells in found:
        while cells and not cells[-1].strip():
            cells.pop()
        if not cells:
            continue
        count += 1
        if count > MOST_ROWS:
            raise Refused(code="too_many_rows", most=MOST_ROWS)
        if len(cells) > MOST_COLUMNS:
            raise Refused(code="too_many_columns", line=line, most=MOST_COLUMNS)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise Refused(code="cell_too_long", line=line, most=LONGEST_CELL)
        yield line, cells


def _decoded(content: bytes, encoding: str) -> tuple[str, str]:
    """The encoding that was used, and the text."""
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if content.startswith(mark):
            return name, _text(content, name)
    if not encoding and content[1:400:2].count(0) > len(content[1:400:2]) * 0.6:
        return "utf-16-le", _text(content, "utf-16-le")
    if 0 in content:
        raise Refused(code="not_a_table", line=content[: content.index(0)].count(b"\n") + 1)
    for name in (encoding,) if encoding else _ENCODINGS:
        try:
            return name, content.decode(name)
        except UnicodeDecodeError:
            continue
    raise Refused(code="unknown_encoding")


def _text(content: bytes, name: str) -> str:
    try:
        text = content.decode(name)
    except UnicodeDecodeError as error:
        raise Refused(code="unknown_encoding") from error
    if "\0" in text:
        raise Refused(code="not_a_table", line=text[: text.index("\0")].count("\n") + 1)
    return text


def _csv(text: str) -> Iterator[Row]:
    csv.field_size_limit(MOST_BYTES)
    delimiter = max(",;\t", key=lambda mark: _columns(text, mark))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    for cells in reader:
        if reader.line_num - before > MOST_LINES_OF_A_ROW:
            raise Refused(code="open_quote", line=before + 1)
        yield before + 1, cells
        before = reader.line_num


def _columns(text: str, delimiter: str) -> int:
    """Into how many columns this delimiter cuts the most regular of the first lines."""
    reader = csv.reader(io.StringIO(text[:20_000], newline=""), delimiter=delimiter)
    widths = [len(cells) for cells, _number in zip(reader, range(20), strict=False)]
    return max((width * widths.count(width) for width in widths if width > 1), default=0)


def _xlsx(content: bytes, sheet: str) -> Iterator[Row]:
    """Look at the directory of the archive first: a bomb is refused unopened."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _check_parts(archive.infolist())
    openpyxl: Any = import_module("openpyxl")  # 0.3 s that a CSV file need not wait for
    book = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=True, keep_links=False
    )
    chosen = book[_sheet(book.sheetnames, sheet)]
    chosen.reset_dimensions()  # what the file says about its size is not believed
    for number, cells in enumerate(chosen.iter_rows(values_only=True), start=1):
        yield number, [_cell(value) for value in cells]


def _check_parts(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise Refused(code="too_many_parts", most=MOST_PARTS)
    if any(part.flag_bits & 1 for part in parts):
        raise Refused(code="encrypted")
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Refused(code="not_a_workbook")
    inflated = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if inflated > MOST_INFLATED or inflated > MOST_RATIO * max(packed, 1):
        raise Refused(code="zip_bomb", inflated=inflated // 1024**2)


def _xls(content: bytes, sheet: str) -> Iterator[Row]:
    if _ENCRYPTED in content:
        raise Refused(code="encrypted")
    xlrd: Any = import_module("xlrd")
    try:
        book = xlrd.open_workbook(
            file_contents=content, on_demand=True, ragged_rows=True, logfile=io.StringIO()
        )
    except xlrd.XLRDError as error:
        raise Refused(
            "encrypted" if "encrypted" in str(error).lower() else "broken_file"
        ) from error
    chosen = book.sheet_by_name(_sheet(book.sheet_names(), sheet))
    for number in range(chosen.nrows):
        yield number + 1, [_xls_cell(xlrd, cell, book.datemode) for cell in chosen.row(number)]


def _xls_cell(xlrd: Any, cell: Any, datemode: int) -> str:
    if cell.ctype == xlrd.XL_CELL_DATE:
        return _cell(xlrd.xldate_as_datetime(cell.value, datemode))
    return "" if cell.ctype == xlrd.XL_CELL_ERROR else _cell(cell.value)


def _sheet(names: list[str], wanted: str) -> str:
    if wanted and wanted not in names:
        raise Refused(code="no_such_sheet", sheet=wanted)
    return wanted or names[0]


def _cell(value: Any) -> str:
    """A cell as text: dates in ISO form, whole numbers without a point."""
    if isinstance(value, datetime):
        return (
            value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
        )
    if isinstance(value, time):
        return value.isoformat("minutes")
    if isinstance(value, timedelta):
        return f"{value.seconds // 3600:02}:{value.seconds // 60 % 60:02}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.6f}"
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


if __name__ == "__main__":
    main(*sys.argv[1:4])
