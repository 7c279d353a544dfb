"""One line of a list of criteria, and the columns in which a sheet tells it."""

from dataclasses import dataclass, fields
from typing import Any

from app.core.i18n import Bilingual
from app.core.tables import Column, Value
from app.indicators.models.frameworks import CriterionKind, SourceKind

PROVIDERS, COMMUNES = "providers", "communes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One criterion, told without keys of the database."""

    kind: CriterionKind
    code: str
    parent: str = ""
    text_vi: str
    text_en: str = ""
    measurement_vi: str = ""
    measurement_en: str = ""
    source_kind: SourceKind = SourceKind.ENTERED
    measure_code: str = ""
    unit_vi: str = ""
    unit_en: str = ""
    asked_of_providers: bool = False
    asked_of_communes: bool = False

    @property
    def text(self) -> Bilingual:
        return Bilingual(self.text_vi, self.text_en)

    def differs_in(self, other: "Row") -> list[str]:
        """Names of what is not the same."""
        names = [each.name for each in fields(self)]
        return [name for name in names if getattr(self, name) != getattr(other, name)]


def _asked_of(row: Row) -> str:
    asked = {PROVIDERS: row.asked_of_providers, COMMUNES: row.asked_of_communes}
    return "; ".join(name for name, is_asked in asked.items() if is_asked)


def _source_of(row: Row) -> str:
    return row.source_kind.value if row.kind is CriterionKind.INDICATOR else ""


def _column(name: str, labels: str, meanings: str, value: Any = None) -> Column:
    """Labels and meanings are written `Vietnamese | English`."""

    def own(row: Row) -> Value:
        return str(getattr(row, name))

    return Column(
        name, Bilingual(*labels.split(" | ")), Bilingual(*meanings.split(" | ")), value or own
    )


COLUMNS: tuple[Column, ...] = (
    _column(
        "kind", "Loại | Kind",
        "lĩnh vực, tiêu chí hoặc chỉ số | area, feature or indicator",
    ),
    _column(
        "code", "Mã | Code",
        "Mã riêng của dòng, ví dụ 4.2; đặt cột là văn bản để Excel không đổi 4.10 thành 4.1 | "
        "The line's own code, for example 4.2; make the column text, or Excel turns 4.10 into 4.1",
    ),
    _column(
        "parent", "Thuộc mã | Belongs to",
        "Mã của lĩnh vực hoặc tiêu chí ở dòng phía trên; lĩnh vực có thể để trống | "
        "Code of the area or feature on a line above; an area may leave it empty",
    ),
    _column("text_vi", "Nội dung | Text in Vietnamese", "Bắt buộc | Must be filled"),
    _column(
        "text_en", "Nội dung tiếng Anh | Text in English", "Có thể để trống | May stay empty"
    ),
    _column(
        "measurement_vi", "Cách đo | How it is measured, in Vietnamese",
        "Như văn bản gốc nêu | As the source says it",
    ),
    _column(
        "measurement_en", "Cách đo tiếng Anh | How it is measured, in English",
        "Như trên, bằng tiếng Anh | The same in English",
    ),
    _column(
        "source_kind", "Nguồn số liệu | Source of the figure",
        "nền tảng, nhập, khảo sát hoặc chuyên gia; để trống là nhập | "
        "platform, entered, survey or expert; empty is entered",
        _source_of,
    ),
    _column(
        "measure_code", "Mã số đo | Measure",
        "Mã số đo của nền tảng, ví dụ R1; bắt buộc khi nguồn là nền tảng | "
        "Code of the platform's measure, for example R1; needed when the source is platform",
    ),
    _column("unit_vi", "Đơn vị | Unit in Vietnamese", "Ví dụ: %, người | For example %, persons"),
    _column(
        "unit_en", "Đơn vị tiếng Anh | Unit in English",
        "Như trên, bằng tiếng Anh | The same in English",
    ),
    _column(
        "asked_of", "Hỏi ai | Asked of",
        "đơn vị, xã hoặc cả hai (cách nhau dấu chấm phẩy): có ô nhập trong báo cáo của họ | "
        "providers, communes or both (parted by a semicolon): their return has a box for it",
        _asked_of,
    ),
)  # fmt: skip
LABELS = {column.name: column.label for column in COLUMNS}
