"""A report as one long table under SDMX names: one line for each figure.

Every file of a report is made from these lines, so all of them show and hide the same cells.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.i18n import Bilingual
from app.core.tables import Column, Value, csv_lines
from app.indicators.reports.content import Cell, Definition, Frozen, Part, Sign, Table
from app.participation.dimensions import NOT_STATED, TOTAL, Dimension
from app.participation.periods import Kind, Period

SIGNS = {Sign.HIDDEN: "*", Sign.NONE: "–"}
"""What stands instead of a figure, in every file and on every page; 0 is a figure."""
HIDDEN_MEANS = Bilingual(
    "Ẩn: số liệu của quá ít người, giờ học gần như của riêng một đơn vị, hoặc có thể dùng để tính "
    "ra số liệu như vậy. Không phải là 0.",
    "Hidden: a figure of too few people, hours that are nearly all one provider's, or a figure "
    "from which such a one could be worked out. It is not 0.",
)
NONE_MEANS = Bilingual(
    "Không có số liệu, ví dụ vì không có mẫu số.",
    "There is no figure, for example because there is no denominator.",
)
_ALL, _UNKNOWN = "_T", "_U"
_SEX = {"female": "F", "male": "M", TOTAL: _ALL, NOT_STATED: _UNKNOWN}


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with all that says what it is."""

    report: Frozen
    revision: int
    part: Part
    definition: Definition
    table: Table
    cell: Cell

    def code(self, dimension: Dimension) -> str:
        """The value of this breakdown; all values together where there is none."""
        place = dict(zip(self.table.by, self.cell.key, strict=True))
        return place.get(dimension, TOTAL)

    def name(self, dimension: Dimension) -> Bilingual:
        return self.report.name_of(dimension, self.code(dimension))


def lines(report: Frozen, revision: int, part: Part) -> Iterator[Line]:
    """Each figure once: a total that stands in several tables has the same sign in all of them."""
    seen = set()
    for table in report.tables(part):
        definition = report.definition(table.measure)
        for cell in table.cells:
            if (spot := table.spot(cell)) not in seen:
                seen.add(spot)
                yield Line(report, revision, part, definition, table, cell)


BREAKDOWNS = (
    Dimension.WARD,
    Dimension.SEX,
    Dimension.AGE_BAND,
    Dimension.PROVIDER_TYPE,
    Dimension.TOPIC,
)


def plain(value: Decimal | None) -> str | int | float | None:
    """A number as a spreadsheet keeps it; what came from text gives the same text again."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def figure(cell: Cell) -> Value:
    """The figure, or the sign that stands instead."""
    return SIGNS[cell.sign] if cell.sign in SIGNS else plain(cell.value)


def time_period(period: Period) -> str:
    """The period as SDMX writes it: 2026, 2026-S1, or its first day and length."""
    if period.kind is Kind.YEAR:
        return period.code
    if period.kind is Kind.HALF_YEAR:
        return period.code.replace("-H", "-S")
    return f"{period.first}/{'P2Y' if period.kind is Kind.TWO_YEARS else 'P1Y'}"


def age(code: str) -> str:
    """A band as SDMX writes it: Y15T24, Y_GE65."""
    if code in (TOTAL, NOT_STATED):
        return _ALL if code == TOTAL else _UNKNOWN
    low, _, high = code.partition("-")
    return f"Y{low}T{high}" if high else f"Y_GE{low.rstrip('+')}"


def _area(line: Line) -> str:
    code = line.code(Dimension.WARD)
    if code == TOTAL:
        return line.report.stated.city
    return _UNKNOWN if code == NOT_STATED else code


def _area_name(line: Line) -> Bilingual:
    if line.code(Dimension.WARD) == TOTAL:
        return line.report.stated.city_name
    return line.name(Dimension.WARD)


def _listed(dimension: Dimension) -> Callable[[Line], str]:
    def code(line: Line) -> str:
        found = line.code(dimension)
        return {TOTAL: _ALL, NOT_STATED: _UNKNOWN}.get(found, found)

    return code


def _groups(line: Line) -> Bilingual:
    """The values of all breakdowns but the area, in words."""
    names = [
        line.name(each)
        for each in BREAKDOWNS[1:]
        if each in line.table.by and line.code(each) != TOTAL
    ]
    return Bilingual("; ".join(n.vi for n in names), "; ".join(n.text("en") for n in names))


_STATUS = {Sign.SHOWN: "A", Sign.HIDDEN: "Q", Sign.NONE: "O"}


def _confidential(line: Line) -> str:
    if line.part is Part.INTERNAL:
        return "N"
    return "C" if line.cell.sign is Sign.HIDDEN else "F"


@dataclass(frozen=True, slots=True)
class Typed:
    """A column and what may stand in it, for the metadata of the file."""

    column: Column
    kind: str = "string"
    is_key: bool = False
    allowed: tuple[str, ...] = ()
    lowest: int | None = None
    required: bool = True

    @property
    def name(self) -> str:
        return self.column.name


def _column(
    name: str,
    vi: str,
    en: str,
    meaning: tuple[str, str],
    value: Callable[[Any], Value],
    **typed: Any,
) -> Typed:
    return Typed(Column(name, Bilingual(vi, en), Bilingual(*meaning), value), **typed)


COLUMNS: tuple[Typed, ...] = (
    _column(
        "MEASURE", "Mã chỉ tiêu", "Measure",
        ("Mã chỉ tiêu; xem bảng định nghĩa", "Code of the measure; see the definitions"),
        lambda line: line.definition.code, is_key=True,
    ),
    _column(
        "MEASURE_VERSION", "Phiên bản định nghĩa", "Version of the definition",
        ("Phiên bản của định nghĩa đã dùng để tính", "Version of the definition it was made with"),
        lambda line: line.definition.version, kind="integer", lowest=1,
    ),
    _column(
        "REF_AREA", "Mã địa bàn nơi ở", "Area of residence",
        (
            "Mã đơn vị hành chính; mã thành phố: tất cả; outside: ngoài thành phố; _U: không rõ",
            "Code of the unit; code of the city: all; outside: outside the city; _U: not stated",
        ),
        _area, is_key=True,
    ),
    _column(
        "TIME_PERIOD", "Kỳ (SDMX)", "Period (SDMX)",
        (
            "Năm, năm-S nửa năm, hoặc ngày đầu/độ dài",
            "Year, year-S half-year, or first day/length",
        ),
        lambda line: time_period(line.report.stated.period), is_key=True,
    ),
    _column(
        "PERIOD", "Kỳ", "Period",
        ("Tên kỳ trong hệ thống", "Name of the period here"),
        lambda line: line.report.stated.period.code,
    ),
    _column(
        "SEX", "Giới tính", "Sex",
        ("F: nữ; M: nam; _T: tất cả; _U: không rõ", "F: female; M: male; _T: all; _U: not stated"),
        lambda line: _SEX[line.code(Dimension.SEX)],
        is_key=True, allowed=("F", "M", _ALL, _UNKNOWN),
    ),
    _column(
        "AGE", "Nhóm tuổi", "Age band",
        (
            "Y15T24: 15–24 tuổi; Y_GE65: từ 65 tuổi; _T: tất cả; _U: không rõ",
            "Y15T24: 15 to 24; Y_GE65: 65 and over; _T: all; _U: not stated",
        ),
        lambda line: age(line.code(Dimension.AGE_BAND)), is_key=True,
    ),
    _column(
        "PROVIDER_TYPE", "Loại hình đơn vị", "Provider type",
        ("Mã loại hình; _T: tất cả", "Code of the type; _T: all"),
        _listed(Dimension.PROVIDER_TYPE), is_key=True,
    ),
    _column(
        "TOPIC", "Chủ đề", "Subject",
        ("Mã chủ đề; _T: tất cả", "Code of the subject; _T: all"),
        _listed(Dimension.TOPIC), is_key=True,
    ),
    _column(
        "UNIT_MEASURE", "Đơn vị tính", "Unit",
        ("Đơn vị của OBS_VALUE", "Unit of OBS_VALUE"),
        lambda line: line.definition.unit,
    ),
    _column(
        "OBS_VALUE", "Giá trị", "Value",
        (
            f"{SIGNS[Sign.HIDDEN]} {HIDDEN_MEANS.vi} {SIGNS[Sign.NONE]} {NONE_MEANS.vi}",
            f"{SIGNS[Sign.HIDDEN]} {HIDDEN_MEANS.en} {SIGNS[Sign.NONE]} {NONE_MEANS.en}",
        ),
        lambda line: figure(line.cell), kind="number", lowest=0, required=False,
    ),
    _column(
        "OBS_STATUS", "Tình trạng giá trị", "Status of the value",
        (
            "A: có giá trị; Q: ẩn; O: không có giá trị",
            "A: a value; Q: suppressed; O: no value",
        ),
        lambda line: _STATUS[line.cell.sign], allowed=("A", "Q", "O"),
    ),
    _column(
        "CONF_STATUS", "Mức bảo mật", "Confidentiality",
        (
            "F: công khai; C: ẩn để bảo mật; N: nội bộ, không công bố",
            "F: free; C: confidential, hidden; N: internal, not for publication",
        ),
        _confidential, allowed=("F", "C", "N"),
    ),
    _column(
        "REVISION", "Lần hiệu chỉnh", "Revision",
        ("Số thứ tự của lần công bố kỳ này", "Which revision of the report of this period"),
        lambda line: line.revision, kind="integer", lowest=1,
    ),
    _column(
        "MEASURE_VI", "Tên chỉ tiêu", "Name of the measure (Vietnamese)",
        ("Tên tiếng Việt", "Vietnamese name"), lambda line: line.definition.name.vi,
    ),
    _column(
        "MEASURE_EN", "Tên chỉ tiêu (tiếng Anh)", "Name of the measure",
        ("Tên tiếng Anh", "English name"), lambda line: line.definition.name.text("en"),
    ),
    _column(
        "AREA_VI", "Tên địa bàn", "Name of the area (Vietnamese)",
        ("Tên tiếng Việt", "Vietnamese name"), lambda line: _area_name(line).vi,
    ),
    _column(
        "AREA_EN", "Tên địa bàn (tiếng Anh)", "Name of the area",
        ("Tên tiếng Anh", "English name"), lambda line: _area_name(line).text("en"),
    ),
    _column(
        "GROUP_VI", "Nhóm", "Group (Vietnamese)",
        ("Các giá trị phân tổ bằng chữ", "Values of the breakdowns in words"),
        lambda line: _groups(line).vi, required=False,
    ),
    _column(
        "GROUP_EN", "Nhóm (tiếng Anh)", "Group",
        ("Các giá trị phân tổ bằng chữ", "Values of the breakdowns in words"),
        lambda line: _groups(line).en, required=False,
    ),
)  # fmt: skip


def csv(report: Frozen, revision: int, part: Part) -> str:
    """The whole file; the same report gives the same bytes."""
    return "".join(csv_lines([each.column for each in COLUMNS], lines(report, revision, part)))
