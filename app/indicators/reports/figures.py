"""One figure of a report by what it is about, as the cell of a form asks for it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.core.tables import Value
from app.indicators.reports.content import Cell, Frozen, Part, Spot
from app.indicators.reports.rows import BREAKDOWNS, figure
from app.participation.dimensions import TOTAL, Dimension

CITY = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes into a cell: `of` is empty for the whole city, else `sex=female,age_band=15-24`."""

    measure: str
    of: str = CITY
    period: str = ""  # another than that of the report the form is filled from


def cells(report: Frozen, part: Part) -> Mapping[Spot, Cell]:
    """Every figure by what it is about."""
    return {table.spot(cell): cell for table in report.tables(part) for cell in table.cells}


def value(found: Mapping[Spot, Cell], wanted: Wanted) -> Value:
    """The figure or its sign; None where the report has no such figure."""
    spot = _spot(wanted)
    return figure(found[spot]) if spot in found else None


def groups(report: Frozen) -> Iterator[tuple[str, str]]:
    """What a figure may be about, with its name: one value, or sex and age band together."""
    for dimension in BREAKDOWNS:
        for code in sorted(_codes(report, dimension)):
            name = report.name_of(dimension, code)
            yield f"{dimension}={code}", f"{dimension.name_of}: {name}"
    for sex in sorted(_codes(report, Dimension.SEX)):
        for age in sorted(_codes(report, Dimension.AGE_BAND)):
            both = (report.name_of(Dimension.SEX, sex), report.name_of(Dimension.AGE_BAND, age))
            yield f"sex={sex},age_band={age}", ", ".join(map(str, both))


def _codes(report: Frozen, dimension: Dimension) -> set[str]:
    return {
        cell.key[0]
        for table in report.public
        if table.by == (dimension,)
        for cell in table.cells
        if cell.key[0] != TOTAL
    }


def _spot(wanted: Wanted) -> Spot:
    pairs = [each.partition("=") for each in wanted.of.split(",") if each]
    known = {str(dimension): dimension for dimension in BREAKDOWNS}
    return wanted.measure, frozenset(
        (known[name], code) for name, _, code in pairs if name in known
    )
