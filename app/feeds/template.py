"""The sheet a provider fills in: CSV or XLSX, heads in either language, with an example below."""

from app.core import tables
from app.core.i18n import Bilingual
from app.core.tables import Value
from app.feeds.layout import COLUMNS, Column

_EXAMPLES: tuple[dict[str, Bilingual], ...] = (
    {
        "course_id": Bilingual("TH-01"),
        "title_vi": Bilingual("Tin học văn phòng"),
        "title_en": Bilingual("Office computing"),
        "summary_vi": Bilingual("Soạn thảo, bảng tính và thư điện tử từ đầu."),
        "summary_en": Bilingual("Writing, spreadsheets and e-mail from the start."),
        "topic": Bilingual("Kỹ năng số", "Digital skills"),
        "run_id": Bilingual("2026-12"),
        "capacity": Bilingual("20"),
        "fee": Bilingual("0"),
        "mode": Bilingual("in_person"),
        "session_on": Bilingual("01/12/2026"),
        "session_from": Bilingual("18:30"),
        "session_to": Bilingual("20:30"),
    },
    {
        "course_id": Bilingual("TH-01"),
        "title_vi": Bilingual("Tin học văn phòng"),
        "topic": Bilingual("Kỹ năng số", "Digital skills"),
        "run_id": Bilingual("2026-12"),
        "session_on": Bilingual("03/12/2026"),
        "session_from": Bilingual("18:30"),
        "session_to": Bilingual("20:30"),
    },
)
"""One course with one run of two sessions; to be overwritten."""


def csv_file(language: str) -> bytes:
    """With the mark that lets Excel read UTF-8."""
    return (tables.BOM + "".join(map(tables.csv_line, _rows(language)))).encode()


def xlsx_file(language: str) -> bytes:
    """The sheet, and a second one that says what each column means."""
    names = Bilingual("Khóa học", "Courses"), Bilingual("Giải thích", "Meaning")
    meanings: list[list[Value]] = [
        [_label(each, language), each.meaning.text(language)] for each in COLUMNS
    ]
    return tables.xlsx(
        [(names[0].text(language), _rows(language)), (names[1].text(language), meanings)]
    )


def _rows(language: str) -> list[list[Value]]:
    head: list[Value] = [each.label.text(language) for each in COLUMNS]
    return [head, *(_cells(example, language) for example in _EXAMPLES)]


def _cells(example: dict[str, Bilingual], language: str) -> list[Value]:
    return [example.get(each.name, Bilingual("")).text(language) for each in COLUMNS]


def _label(column: Column, language: str) -> str:
    return f"{column.label.text(language)}{' *' if column.needed else ''}"
