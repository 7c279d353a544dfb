"""A board as a CSV file: one row for each cell of the page, with the version of its definition."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response

from app.core.i18n import Bilingual
from app.core.rounding import to_places
from app.core.tables import Column, csv_lines
from app.core.tables import Value as FileCell
from app.indicators.boards.board import HIDDEN, Board, Figure, Value
from app.participation import periods
from app.participation.dimensions import TOTAL

MARK = "*"
_ALL = Bilingual("Tất cả", "All")


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of the page."""

    board: Board
    breakdown: str
    code: str
    name: Bilingual
    figure: Figure
    value: Value


def csv(board: Board) -> str:
    """The whole file; the same board gives the same bytes."""
    return "".join(csv_lines(COLUMNS, rows(board)))


def name_of(board: Board) -> str:
    """What the file is called."""
    parts = ["figures", board.period, board.place_code]
    return "-".join([*parts, "internal"] if board.is_internal else parts) + ".csv"


def rows(board: Board) -> Iterator[Row]:
    """The totals, then every table of the page in its order."""
    for figure, value in zip(board.figures, board.total, strict=True):
        yield Row(board, "", TOTAL, _ALL, figure, value)
    for table in board.tables:
        for line in table.lines:
            for column, value in zip(table.columns, line.values, strict=True):
                yield Row(board, table.by, line.code, line.name, board.figures[column], value)


def _number(row: Row) -> FileCell:
    if row.value == HIDDEN:
        return MARK
    if row.value is None or isinstance(row.value, str):
        return None
    return int(row.value) if row.value == int(row.value) else to_places(row.value, 4)


COLUMNS = (
    Column(
        "status",
        Bilingual("Tình trạng", "Status"),
        Bilingual(
            "public: công bố; internal: nội bộ, không công bố",
            "public: for everybody; internal: not for publication",
        ),
        lambda row: "internal" if row.board.is_internal else "public",
    ),
    Column(
        "period",
        Bilingual("Kỳ", "Period"),
        Bilingual("Tên kỳ", "Name of the period"),
        lambda row: row.board.period,
    ),
    Column(
        "first_day",
        Bilingual("Ngày đầu kỳ", "First day"),
        Bilingual("Ngày đầu tiên được tính", "First day that counts"),
        lambda row: periods.parse(row.board.period).first.isoformat(),
    ),
    Column(
        "last_day",
        Bilingual("Ngày cuối kỳ", "Last day"),
        Bilingual("Ngày cuối cùng được tính", "Last day that counts"),
        lambda row: periods.parse(row.board.period).last.isoformat(),
    ),
    Column(
        "place",
        Bilingual("Nơi", "Place"),
        Bilingual("Mã đơn vị hành chính hoặc đơn vị tổ chức", "Code of the unit or the provider"),
        lambda row: row.board.place_code,
    ),
    Column(
        "breakdown",
        Bilingual("Phân tổ", "Breakdown"),
        Bilingual("Trống: số chung", "Empty: the total"),
        lambda row: row.breakdown,
    ),
    Column(
        "value",
        Bilingual("Giá trị", "Value"),
        Bilingual("Mã của giá trị; total: tất cả", "Code of the value; total: all"),
        lambda row: row.code,
    ),
    Column(
        "value_vi",
        Bilingual("Giá trị: tên", "Value: name"),
        Bilingual("Tên tiếng Việt", "Vietnamese name"),
        lambda row: row.name.vi,
    ),
    Column(
        "value_en",
        Bilingual("Giá trị: tên", "Value: name"),
        Bilingual("Tên tiếng Anh", "English name"),
        lambda row: row.name.text("en"),
    ),
    Column(
        "measure",
        Bilingual("Chỉ tiêu", "Measure"),
        Bilingual("Mã chỉ tiêu", "Code of the measure"),
        lambda row: row.figure.code,
    ),
    Column(
        "version",
        Bilingual("Phiên bản", "Version"),
        Bilingual("Phiên bản của định nghĩa", "Version of the definition"),
        lambda row: row.figure.version,
    ),
    Column(
        "measure_vi",
        Bilingual("Chỉ tiêu: tên", "Measure: name"),
        Bilingual("Tên tiếng Việt", "Vietnamese name"),
        lambda row: row.figure.name.vi,
    ),
    Column(
        "measure_en",
        Bilingual("Chỉ tiêu: tên", "Measure: name"),
        Bilingual("Tên tiếng Anh", "English name"),
        lambda row: row.figure.name.text("en"),
    ),
    Column(
        "number",
        Bilingual("Số liệu", "Number"),
        Bilingual(
            f"{MARK}: đã ẩn vì ít người, hoặc giờ học gần như của riêng một đơn vị; 0: không có; "
            "trống: không tính được",
            f"{MARK}: hidden because of few people, or hours that are nearly all one provider's; "
            "0: none; empty: cannot be computed",
        ),
        _number,
    ),
    Column(
        "as_of",
        Bilingual("Tính đến", "As of"),
        Bilingual("Thời điểm tính", "Moment of counting"),
        lambda row: row.board.as_of.isoformat() if row.board.as_of else None,
    ),
)


def answer(board: Board) -> Response:
    """The file as it is sent."""
    sent = Response(csv(board).encode())
    sent.headers["Content-Type"] = "text/csv; charset=utf-8"
    sent.headers["Content-Disposition"] = f'attachment; filename="{name_of(board)}"'
    return sent
