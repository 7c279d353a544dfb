"""An exact table as files, made as they are read from disk; the same facts give the same bytes."""

import io
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import BinaryIO

from app.core import audit, workbook
from app.core.db import transaction
from app.core.i18n import Bilingual
from app.core.rounding import plain, to_places
from app.core.tables import BOM, Column, codebook, csv_line, safe_text
from app.core.tables import Value as Cell
from app.participation import definitions as words
from app.participation.cells import Cells
from app.participation.dimensions import TOTAL, Dimension
from app.participation.queries import Question

CSV, XLSX = "csv", "xlsx"
FORMATS = (CSV, XLSX)
FILE_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Progress = Callable[[int], None]
_BYTE_FOR_BYTE = "latin-1"


def columns(question: Question) -> tuple[Column, ...]:
    """The columns of a file that answers this question."""
    breakdowns = (column for dimension in question.by for column in _named(dimension))
    return (*_ABOUT, *breakdowns, *_figures())


def write(
    cells: Cells, file_format: str, out: BinaryIO, progress: Progress = lambda _done: None
) -> None:
    """Write the whole file, holding a batch of cells at a time.

    Args:
        progress: told from time to time how many more cells there are in it.
    """
    if file_format == XLSX:
        _write_workbook(cells, out, progress)
        return
    out.writelines(csv(cells, progress))


def csv(cells: Cells, progress: Progress = lambda _done: None) -> Iterator[bytes]:
    """The file some lines at a time, the heads first."""
    yield (BOM + csv_line([column.name for column in columns(cells.question)])).encode()
    about, first, second = _repeated(cells, _csv_part)
    for rows in cells.rows():
        lines = "".join(
            [
                f"{about}{first[a]}{second[b]}{persons},{enrolments},{named + unnamed},"
                f"{_hours(minutes)},{_share(named, named + unnamed)}\r\n"
                for a, b, persons, enrolments, named, unnamed, minutes in rows
            ]
        )
        yield lines.encode(_BYTE_FOR_BYTE)
        progress(len(rows))


def _csv_part(cells: Sequence[Cell]) -> str:
    """With a comma behind, as more follows; a character for each byte, as texts of these are quick.

    Texts with wider characters take several times as long to join and to write.
    """
    line = csv_line([*map(safe_text, cells), None]).removesuffix("\r\n") if cells else ""
    return line.encode().decode(_BYTE_FOR_BYTE)


def _write_workbook(cells: Cells, out: BinaryIO, progress: Progress) -> None:
    """The cells, what the figures mean, and what the columns mean, on three sheets."""
    texts, own = workbook.Texts(), columns(cells.question)
    heads = texts.row([column.name for column in own])
    sheets = (
        ("figures", heads, _rows(cells, texts, progress)),
        ("definitions", *_listed(texts, _definitions(cells.question))),
        ("columns", *_listed(texts, codebook(own))),
    )
    workbook.write(out, texts, sheets)


def _listed(
    texts: workbook.Texts, rows: Sequence[Sequence[Cell]]
) -> tuple[str, Iterator[list[str]]]:
    heads, *rest = map(texts.row, rows)
    return heads, iter([rest])


def _rows(cells: Cells, texts: workbook.Texts, progress: Progress) -> Iterator[list[str]]:
    about, first, second = _repeated(cells, lambda part: "".join(map(texts.cell, part)))
    for rows in cells.rows():
        yield [
            f"<row>{about}{first[a]}{second[b]}<c><v>{persons}</v></c><c><v>{enrolments}</v></c>"
            f"<c><v>{named + unnamed}</v></c><c><v>{_hours(minutes)}</v></c>"
            f"{_share_cell(named, named + unnamed)}</row>"
            for a, b, persons, enrolments, named, unnamed, minutes in rows
        ]
        progress(len(rows))


def _repeated(
    cells: Cells, written: Callable[[Sequence[Cell]], str]
) -> tuple[str, list[str], list[str]]:
    """What every row begins with, and the names of each value: written once, used many times."""
    about = written([column.value(cells.question) for column in _ABOUT])
    named = [
        [written([column.value(value) for column in _named(dimension)]) for value in axis]
        for dimension, axis in zip(cells.question.by, cells.axes, strict=True)
    ]
    first, second = islice((*named, [""], [""]), 2)
    return about, first, second


def content(cells: Cells, file_format: str) -> bytes:
    """The whole file, of a table that is not large."""
    out = io.BytesIO()
    write(cells, file_format, out)
    return out.getvalue()


def file_name(question: Question, file_format: str) -> str:
    parts = ("participation", question.period.code.replace("/", "_"), *question.by, "internal")
    return f"{'-'.join(parts)}.{file_format}"


def note(question: Question, file_format: str, cells: int, account_id: int | None) -> None:
    """Keep a line about a file that went out."""
    by = [str(dimension) for dimension in question.by]
    with transaction():
        audit.record(
            "participation.export", "participation", question.period.code, account_id,
            by=by, format=file_format, cells=cells,
        )  # fmt: skip


@lru_cache(maxsize=50_000)
def _hours(minutes: int) -> str:
    return plain(to_places(minutes / 60, 1))


@lru_cache(maxsize=50_000)
def _share(named: int, attendances: int) -> str:
    return plain(to_places(named / attendances, 4)) if attendances else ""


def _share_cell(named: int, attendances: int) -> str:
    return f"<c><v>{_share(named, attendances)}</v></c>" if attendances else "<c/>"


def _definitions(question: Question) -> list[list[Cell]]:
    period = question.period
    rows: list[list[Cell]] = [
        [words.INTERNAL.vi, words.INTERNAL.en],
        [period.label.vi, period.label.en],
        [],
        ["code", "name", "ten", "label", "nghia", "meaning"],
    ]
    notes = (words.REFERENCE, words.NOT_STATED, words.ZERO)
    return rows + [_about(each) for each in words.in_force()] + [[]] + [[n.vi, n.en] for n in notes]


def _about(figure: words.Definition) -> list[Cell]:
    label, meaning = figure.label, figure.meaning
    return [figure.code, figure.name, label.vi, label.en, meaning.vi, meaning.en]


def _figures() -> Iterator[Column]:
    for each in words.in_force():
        yield Column(each.name, each.label, each.meaning, itemgetter(each.name))


_ABOUT = (
    Column(
        "status",
        Bilingual("Tình trạng", "Status"),
        Bilingual(
            "internal: nội bộ, không công bố, không làm tròn",
            "internal: not for publication, not rounded",
        ),
        lambda _question: "internal",
    ),
    Column(
        "period",
        Bilingual("Kỳ", "Period"),
        Bilingual("Tên kỳ, hoặc ngày đầu/ngày cuối", "Name of the period, or first/last day"),
        lambda question: question.period.code,
    ),
    Column(
        "first_day",
        Bilingual("Ngày đầu kỳ", "First day"),
        Bilingual("Ngày đầu tiên được tính", "First day that counts"),
        lambda question: question.period.first.isoformat(),
    ),
    Column(
        "last_day",
        Bilingual("Ngày cuối kỳ", "Last day"),
        Bilingual("Ngày cuối cùng được tính", "Last day that counts"),
        lambda question: question.period.last.isoformat(),
    ),
    Column(
        "reference_date",
        Bilingual("Thời điểm chốt tuổi và nơi ở", "Reference date"),
        words.REFERENCE,
        lambda question: question.period.reference_date.isoformat(),
    ),
)
_CODED = {
    Dimension.WARD: Bilingual(
        "mã đơn vị hành chính (không có hiệu lực: thêm @ngày đầu); outside: ngoài thành phố",
        "official code; a unit not in force has @ and its first day; outside: outside the city",
    ),
    Dimension.VENUE_WARD: Bilingual(
        "mã đơn vị hành chính (không có hiệu lực: thêm @ngày đầu); no_venue: không có địa điểm",
        "official code; a unit not in force has @ and its first day; no_venue: held nowhere",
    ),
    Dimension.FIELD: Bilingual("mã lĩnh vực hẹp, 3 chữ số", "code of the narrow field, 3 digits"),
    Dimension.MONTH: Bilingual("năm-tháng", "year-month"),
}
_ANY_CODE = Bilingual("mã", "code")


def _named(dimension: Dimension) -> tuple[Column, ...]:
    """A breakdown's code and its two names."""
    about, coded = dimension.name_of, _CODED.get(dimension, _ANY_CODE)
    meaning = Bilingual(
        f"{about.vi}: {coded.vi}; {TOTAL}: tất cả; not_stated: không rõ",
        f"{about.en}: {coded.en}; {TOTAL}: all; not_stated: not stated",
    )
    named = Bilingual(f"{about.vi}: tên", f"{about.en}: name")
    return (
        Column(dimension.value, about, meaning, lambda value: value.code),
        Column(
            f"{dimension}_vi",
            named,
            Bilingual("Tên tiếng Việt", "Vietnamese name"),
            lambda value: value.label.vi,
        ),
        Column(
            f"{dimension}_en",
            named,
            Bilingual("Tên tiếng Anh", "English name"),
            lambda value: value.label.text("en"),
        ),
    )
