"""A report on paper: tagged PDF/UA, set by typst from the frozen content alone."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from app.core import formats, papers
from app.core.i18n import current_language, gettext, speaking
from app.indicators.reports import parameters, shown
from app.indicators.reports.content import Definition, Frozen, Part, Sign
from app.indicators.reports.differences import Change
from app.indicators.reports.metadata import title
from app.indicators.reports.rows import BREAKDOWNS, HIDDEN_MEANS, NONE_MEANS, SIGNS
from app.indicators.reports.source import Source
from app.participation.definitions import INTERNAL

_TEMPLATE = Path(__file__).with_name("report.typ")
_SIDE_BY_SIDE = 6


def paper(source: Source, language: str) -> bytes:
    """The file; the same report gives the same bytes: no date, no name of a machine is in it."""
    with speaking(language):
        content = _content(source)
    return papers.paper(_TEMPLATE, "report", content)


def _content(source: Source) -> dict[str, Any]:
    """All texts of the paper, already in its language."""
    report, part, reason = source.report, source.part, source.reason
    internal = part is Part.INTERNAL
    return {
        "language": current_language(),
        "title": title(report, source.revision).text(),
        "mark": INTERNAL.text() if internal else "",
        "reason": gettext("Why it was revised: %(reason)s", reason=reason) if reason else "",
        "about": _about(report),
        "city": {
            "title": gettext("The whole city"),
            "heads": [gettext("Measure"), gettext("Figure"), gettext("Identified share")],
            "rows": [_city(each) for each in shown.city(report, part)],
        },
        "tables": list(_tables(report, part)),
        "changes": _changes(report, source.changes),
        "definitions": {
            "title": gettext("What the figures mean"),
            "rows": [_definition(each) for each in report.stated.definitions],
        },
        "notes": [
            f"{SIGNS[Sign.HIDDEN]}  {HIDDEN_MEANS}",
            f"{SIGNS[Sign.NONE]}  {NONE_MEANS}",
        ],
    }


def _about(report: Frozen) -> list[list[str]]:
    stated = report.stated
    words = [[name.text(), value.text()] for name, value in parameters.in_words(stated.parameters)]
    filed = stated.completeness
    return [
        [gettext("Known by"), formats.date_time(stated.cut_off)],
        *([[gettext("Returns received"), f"{filed.reported} / {filed.due}"]] if filed else []),
        *words,
        [gettext("Software"), stated.software],
    ]


def _city(each: shown.CityFigure) -> list[str]:
    name = f"{each.definition.label} · {each.definition.name}"
    source = each.missing.text() or each.denominator.text()
    figure = f"{each.figure} {each.unit}".strip()
    return [
        name,
        f"{figure} ({each.base})" if each.base else figure,
        each.identified,
        source,
    ]


def _tables(report: Frozen, part: Part) -> Iterable[dict[str, Any]]:
    for dimension in BREAKDOWNS:
        for grid in shown.by(report, part, dimension, _SIDE_BY_SIDE):
            yield _grid(grid, grid.title)
    for table in report.tables(part):
        if len(table.by) > 1:
            for grid in shown.of_measure(report, part, table.measure):
                if "×" in grid.title:
                    yield _grid(grid, f"{report.definition(table.measure).label}: {grid.title}")


def _grid(grid: shown.Grid, name: str) -> dict[str, Any]:
    return {"title": name, "heads": grid.heads, "rows": grid.rows, "total": grid.total}


def _changes(report: Frozen, changes: Sequence[Change]) -> dict[str, Any]:
    return {
        "title": gettext("Figures that changed"),
        "heads": [gettext("Figure"), gettext("Before"), gettext("Now")],
        "rows": shown.differences(report, changes),
    }


def _definition(each: Definition) -> list[str]:
    status = gettext("verified") if each.status == "verified" else gettext("not verified")
    return [f"{each.label} · {each.name}", each.meaning.text(), each.source.text(), status]
