"""A report as a workbook: the figures, what they mean, what the columns mean, what changed."""

from collections.abc import Sequence

from app.core.i18n import Bilingual
from app.core.tables import Value, codebook, xlsx
from app.indicators.reports import parameters
from app.indicators.reports.content import Completeness, Definition, Frozen, Part, Sign
from app.indicators.reports.differences import Change
from app.indicators.reports.metadata import title
from app.indicators.reports.rows import (
    COLUMNS,
    HIDDEN_MEANS,
    NONE_MEANS,
    SIGNS,
    lines,
)
from app.indicators.reports.source import Source
from app.participation.definitions import INTERNAL

_Rows = list[list[Value]]


def workbook(source: Source) -> bytes:
    """The file; the same report gives the same bytes."""
    report, revision, part = source.report, source.revision, source.part
    own = [each.column for each in COLUMNS]
    heads: list[Value] = [column.name for column in own]
    figures = [heads, *([c.value(line) for c in own] for line in lines(report, revision, part))]
    sheets: list[tuple[str, _Rows]] = [
        ("report", _about(report, revision, part, source.reason)),
        ("figures", figures),
        ("definitions", _definitions(report)),
        ("columns", codebook(own)),
    ]
    if source.changes:
        sheets.append(("changes", _changes(report, source.changes)))
    return xlsx(sheets)


def _about(report: Frozen, revision: int, part: Part, reason: str) -> _Rows:
    stated, heading = report.stated, title(report, revision)
    marks: _Rows = [[INTERNAL.vi, INTERNAL.en]] if part is Part.INTERNAL else []
    why: _Rows = [["Lý do hiệu chỉnh", "Why it was revised", reason]] if reason else []
    pairs = [*parameters.in_words(stated.parameters), *_filed(stated.completeness)]
    return [
        [heading.vi, heading.text("en")],
        *marks,
        [],
        *map(_pair, pairs),
        *why,
        ["Thời điểm chốt", "Cut-off", stated.cut_off.isoformat()],
        ["Phiên bản phần mềm", "Software", stated.software],
        [],
        [SIGNS[Sign.HIDDEN], HIDDEN_MEANS.vi, HIDDEN_MEANS.en],
        [SIGNS[Sign.NONE], NONE_MEANS.vi, NONE_MEANS.en],
    ]


def _pair(pair: tuple[Bilingual, Bilingual]) -> list[Value]:
    name, value = pair
    return [name.vi, name.text("en"), value.vi, value.text("en")]


def _filed(found: Completeness | None) -> list[tuple[Bilingual, Bilingual]]:
    if found is None:
        return []
    count = f"{found.reported} / {found.due}"
    return [
        (Bilingual("Báo cáo đã nhận / phải nộp", "Returns received / due"), Bilingual(count, count))
    ]


def _definitions(report: Frozen) -> _Rows:
    heads: list[Value] = [
        "code", "version", "status", "unit",
        "ten", "name", "nghia", "meaning", "nguon", "source", "formula",
    ]  # fmt: skip
    return [heads, *map(_definition, report.stated.definitions)]


def _definition(each: Definition) -> list[Value]:
    return [
        each.code, each.version, each.status, each.unit,
        each.name.vi, each.name.en, each.meaning.vi, each.meaning.en,
        each.source.vi, each.source.en, each.formula,
    ]  # fmt: skip


def _changes(report: Frozen, changes: Sequence[Change]) -> _Rows:
    heads: list[Value] = ["MEASURE", "by", "key", "nhom", "group", "from", "to"]
    return [heads, *(_change(report, each) for each in changes)]


def _change(report: Frozen, each: Change) -> list[Value]:
    pairs = zip(each.by, each.key, strict=True)
    names = [report.name_of(dimension, code) for dimension, code in pairs]
    words = ["; ".join(name.vi for name in names), "; ".join(name.text("en") for name in names)]
    return [each.measure, " ".join(each.by), " ".join(each.key), *words, each.before, each.after]
