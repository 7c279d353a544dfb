"""A released table as files: one tuple of columns makes them and their codebook."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from app.core import audit
from app.core.db import transaction
from app.core.i18n import Bilingual
from app.core.tables import Column, codebook, csv_lines, xlsx
from app.core.tables import Value as Cell
from app.participation import definitions as words
from app.participation.dimensions import TOTAL, Dimension
from app.participation.queries import Counts, Question
from app.participation.sheets import Line, Sheet

HIDDEN = "*"
CSV, XLSX = "csv", "xlsx"
FORMATS = (CSV, XLSX)
FILE_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def columns(question: Question) -> tuple[Column, ...]:
    """The columns of a file that answers this question."""
    breakdowns = (c for at, dimension in enumerate(question.by) for c in _named(at, dimension))
    return (*_ABOUT, *breakdowns, *_FIGURES)


def csv(sheet: Sheet) -> Iterator[str]:
    """The file line by line; the same facts give the same bytes."""
    return csv_lines(columns(sheet.question), sheet.lines)


def workbook(sheet: Sheet) -> bytes:
    """The cells, what the figures mean, and what the columns mean, on three sheets."""
    own = columns(sheet.question)
    heads: list[Cell] = [column.name for column in own]
    figures = [heads, *([column.value(line) for column in own] for line in sheet.lines)]
    return xlsx(
        [("figures", figures), ("definitions", _definitions(sheet)), ("columns", codebook(own))]
    )


def content(sheet: Sheet, file_format: str) -> bytes:
    """The whole file."""
    return workbook(sheet) if file_format == XLSX else "".join(csv(sheet)).encode()


def file_name(question: Question, file_format: str) -> str:
    parts = ("participation", question.period.code.replace("/", "_"), *question.by, "internal")
    return f"{'-'.join(parts)}.{file_format}"


def note(sheet: Sheet, file_format: str, account_id: int | None) -> None:
    """Keep a line about a file that went out."""
    by = [str(dimension) for dimension in sheet.question.by]
    period = sheet.question.period.code
    with transaction():
        audit.record(
            "participation.export", "participation", period, account_id,
            by=by, format=file_format, cells=len(sheet.lines),
        )  # fmt: skip


def _definitions(sheet: Sheet) -> list[list[Cell]]:
    period, mark = sheet.question.period, Bilingual(HIDDEN, HIDDEN)
    notes = (
        words.REFERENCE,
        words.NOT_STATED,
        words.small_cells(sheet.released.below, mark),
        words.ZERO,
    )
    rows: list[list[Cell]] = [
        [words.INTERNAL.vi, words.INTERNAL.en],
        [period.label.vi, period.label.en],
        [],
        ["code", "name", "ten", "label", "nghia", "meaning"],
    ]
    return rows + [_about(each) for each in words.FIGURES] + [[]] + [[n.vi, n.en] for n in notes]


def _about(figure: words.Definition) -> list[Cell]:
    label, meaning = figure.label, figure.meaning
    return [figure.code, figure.name, label.vi, label.en, meaning.vi, meaning.en]


def _share(counts: Counts) -> Cell:
    return None if counts.identified is None else round(counts.identified, 4)


_PLAIN: Mapping[str, Callable[[Counts], Cell]] = {
    words.PERSONS.name: lambda counts: counts.persons,
    words.ENROLMENTS.name: lambda counts: counts.enrolments,
    words.ATTENDANCES.name: lambda counts: counts.attendances,
    words.HOURS.name: lambda counts: round(counts.hours, 1),
    words.IDENTIFIED.name: _share,
}


def _figure(name: str, line: Line) -> Cell:
    return HIDDEN if line.counts is None else _PLAIN[name](line.counts)


_FIGURES = tuple(
    Column(each.name, each.label, each.meaning, partial(_figure, each.name))
    for each in words.FIGURES
)
_ABOUT = (
    Column(
        "status",
        Bilingual("Tình trạng", "Status"),
        Bilingual(
            "internal: nội bộ, không công bố, không làm tròn",
            "internal: not for publication, not rounded",
        ),
        lambda _line: "internal",
    ),
    Column(
        "period",
        Bilingual("Kỳ", "Period"),
        Bilingual("Tên kỳ, hoặc ngày đầu/ngày cuối", "Name of the period, or first/last day"),
        lambda line: line.question.period.code,
    ),
    Column(
        "first_day",
        Bilingual("Ngày đầu kỳ", "First day"),
        Bilingual("Ngày đầu tiên được tính", "First day that counts"),
        lambda line: line.question.period.first.isoformat(),
    ),
    Column(
        "last_day",
        Bilingual("Ngày cuối kỳ", "Last day"),
        Bilingual("Ngày cuối cùng được tính", "Last day that counts"),
        lambda line: line.question.period.last.isoformat(),
    ),
    Column(
        "reference_date",
        Bilingual("Thời điểm chốt tuổi và nơi ở", "Reference date"),
        words.REFERENCE,
        lambda line: line.question.period.reference_date.isoformat(),
    ),
)
_CODED = {
    Dimension.WARD: Bilingual(
        "mã đơn vị hành chính (không có hiệu lực: thêm @ngày đầu); outside: ngoài thành phố",
        "official code; a unit not in force has @ and its first day; outside: outside the city",
    ),
    Dimension.FIELD: Bilingual("mã lĩnh vực hẹp, 3 chữ số", "code of the narrow field, 3 digits"),
    Dimension.MONTH: Bilingual("năm-tháng", "year-month"),
}
_ANY_CODE = Bilingual("mã", "code")


def _named(at: int, dimension: Dimension) -> tuple[Column, ...]:
    """A breakdown's code and its two names."""
    about, coded = dimension.name_of, _CODED.get(dimension, _ANY_CODE)
    meaning = Bilingual(
        f"{about.vi}: {coded.vi}; {TOTAL}: tất cả; not_stated: không rõ",
        f"{about.en}: {coded.en}; {TOTAL}: all; not_stated: not stated",
    )
    named = Bilingual(f"{about.vi}: tên", f"{about.en}: name")
    return (
        Column(dimension.value, about, meaning, lambda line: line.values[at].code),
        Column(
            f"{dimension}_vi",
            named,
            Bilingual("Tên tiếng Việt", "Vietnamese name"),
            lambda line: line.values[at].label.vi,
        ),
        Column(
            f"{dimension}_en",
            named,
            Bilingual("Tên tiếng Anh", "English name"),
            lambda line: line.values[at].label.text("en"),
        ),
    )
