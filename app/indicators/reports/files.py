"""The files of a report by the names they have on the page, all from the frozen content alone."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.i18n import Bilingual
from app.indicators.reports import metadata, pdf, workbook
from app.indicators.reports.content import Part
from app.indicators.reports.source import Source


@dataclass(frozen=True, slots=True)
class Kind:
    """One file of a report."""

    ending: str
    content_type: str
    words: Bilingual
    make: Callable[[Source, str], bytes]


def file(source: Source, name: str, language: str) -> tuple[Kind, bytes] | None:
    """The file of this name; None where the report has no such file."""
    for kind in KINDS:
        if source.name(kind.ending) == name:
            return kind, kind.make(source, language)
    return None


def names(source: Source) -> list[tuple[str, Bilingual]]:
    """The name of every file and what it is."""
    return [(source.name(kind.ending), kind.words) for kind in KINDS]


def _json(source: Source, _language: str) -> bytes:
    internal = source.part is Part.INTERNAL
    return (source.report.text() if internal else source.report.public_text()).encode()


def _csvw(source: Source, _language: str) -> bytes:
    return metadata.csvw(source.report, source.revision, source.name(".csv")).encode()


def _package(source: Source, _language: str) -> bytes:
    name = source.name(".csv")
    return metadata.package(source.report, source.revision, name, source.csv).encode()


_JSON = "application/json; charset=utf-8"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = (
    Kind(".pdf", "application/pdf", Bilingual("PDF", "PDF"), pdf.paper),
    Kind(
        ".xlsx", SHEET,
        Bilingual("XLSX, kèm định nghĩa", "XLSX, with definitions"),
        lambda source, _language: workbook.workbook(source),
    ),
    Kind(
        ".csv", "text/csv; charset=utf-8",
        Bilingual("CSV, tên cột theo SDMX", "CSV, with SDMX column names"),
        lambda source, _language: source.csv,
    ),
    Kind(
        ".csv-metadata.json", _JSON,
        Bilingual("Mô tả tệp CSV theo CSVW", "Description of the CSV file (CSVW)"), _csvw,
    ),
    Kind(
        ".datapackage.json", _JSON,
        Bilingual("Mô tả tệp CSV theo Frictionless", "Description of the CSV file (Frictionless)"),
        _package,
    ),
    Kind(
        ".json", _JSON,
        Bilingual("Nội dung gốc (JSON) để đối chiếu", "Original content (JSON), for checking"),
        _json,
    ),
)  # fmt: skip
