"""A report as people read it, on the page and on paper: figures in words of the page's language."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core import formats
from app.core.i18n import Bilingual
from app.core.tables import Value
from app.indicators.measures.catalogue import STARTING_SET
from app.indicators.reports.content import Cell, Definition, Frozen, Part, Sign, Table
from app.indicators.reports.differences import Change
from app.indicators.reports.rows import SIGNS
from app.participation.dimensions import NOT_STATED, OUTSIDE, TOTAL, Dimension

_PLACES = {start.code: place for place, start in enumerate(STARTING_SET)}
_LAST = (OUTSIDE, NOT_STATED, TOTAL)
_MOST_DIGITS = 2
_DIGITS = {"percent": 1, "per_100000": 1, "ratio": 2, "hours": 1}
UNITS = {
    "persons": Bilingual("người", "persons"),
    "enrolments": Bilingual("lượt ghi danh", "enrolments"),
    "attendances": Bilingual("lượt người", "attendances"),
    "named_attendances": Bilingual("lượt người", "attendances"),
    "hours": Bilingual("giờ", "hours"),
    "percent": Bilingual(""),
    "per_100000": Bilingual("trên 100.000 dân", "per 100,000 residents"),
    "ratio": Bilingual("lần", "times"),
    "spaces": Bilingual("địa điểm", "places"),
    "events": Bilingual("buổi", "sessions"),
    "runs": Bilingual("lớp", "classes"),
    "resources": Bilingual("học liệu", "resources"),
}


@dataclass(frozen=True, slots=True)
class CityFigure:
    """A measure for the whole city."""

    definition: Definition
    figure: str
    unit: str
    base: str
    identified: str
    missing: Bilingual
    denominator: Bilingual


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of one or several tables side by side; the first column names the rows."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    total: list[str]


def city(report: Frozen, part: Part) -> list[CityFigure]:
    """Every measure for the whole city, people and what they attended first."""
    tables = [table for table in report.tables(part) if not table.by]
    tables.sort(key=lambda table: _PLACES.get(table.measure, len(_PLACES)))
    return [_city(report, table) for table in tables]


def of_measure(report: Frozen, part: Part, code: str) -> list[Grid]:
    """All breakdowns of one measure in which there is a figure."""
    tables = [each for each in report.tables(part) if each.measure == code and each.by]
    tables = [each for each in tables if _has_figures(each)]
    return [_one(report, each) if len(each.by) == 1 else _two(report, each) for each in tables]


def by(report: Frozen, part: Part, dimension: Dimension, most: int) -> Iterator[Grid]:
    """All measures that have figures by it, at most so many side by side."""
    tables = [
        table for table in report.tables(part) if table.by == (dimension,) and _has_figures(table)
    ]
    for begin in range(0, len(tables), most):
        yield _side_by_side(report, dimension, tables[begin : begin + most])


def text(definition: Definition, cell: Cell | None) -> str:
    """The figure in the page's language, or the sign that stands instead."""
    if cell is None:
        return _number(Decimal(0), definition.unit)
    if cell.sign in SIGNS:
        return SIGNS[cell.sign]
    return _number(cell.value, definition.unit)


def differences(report: Frozen, changes: Iterable[Change]) -> list[list[str]]:
    """What changed, and its figure before and now, as far as a reader sees it with these digits."""
    rows = (
        [_place(report, each), _written(report, each, each.before),
         _written(report, each, each.after)]
        for each in changes
    )  # fmt: skip
    return [row for row in rows if row[1] != row[2]]


def _place(report: Frozen, change: Change) -> str:
    pairs = zip(change.by, change.key, strict=True)
    words = (report.name_of(dimension, code).text() for dimension, code in pairs)
    measure = f"{change.measure} · {report.definition(change.measure).name}"
    return ", ".join([measure, *words])


def _written(report: Frozen, change: Change, value: Value) -> str:
    """A figure before or after a change; empty where there was none."""
    if value is None or isinstance(value, str):
        return value or ""
    return _number(Decimal(str(value)), report.definition(change.measure).unit)


def unit(definition: Definition) -> str:
    return UNITS.get(definition.unit, Bilingual("")).text()


def _number(value: Decimal | None, kind: str) -> str:
    if value is None:
        return ""
    written = formats.number(float(value), _digits(value, kind))
    return f"{written}%" if kind == "percent" else written


def _digits(value: Decimal, kind: str) -> int:
    """As many as the kind of figure has, and one more where the files have it too."""
    usual = _DIGITS.get(kind, 0)
    exponent = value.normalize().as_tuple().exponent
    own = -exponent if isinstance(exponent, int) else 0
    return min(max(usual, own), _MOST_DIGITS) if usual else usual


def _has_figures(table: Table) -> bool:
    return any(cell.sign is not Sign.NONE for cell in table.cells)


def _city(report: Frozen, table: Table) -> CityFigure:
    definition, cell = report.definition(table.measure), table.cells[0] if table.cells else None
    return CityFigure(
        definition,
        text(definition, cell),
        unit(definition) if cell and cell.sign is Sign.SHOWN else "",
        _base(cell),
        _number(cell.identified * 100, "percent") if cell and cell.identified is not None else "",
        table.missing,
        table.denominator_source,
    )


def _base(cell: Cell | None) -> str:
    """What a rate was made from."""
    if cell is None or cell.numerator is None or not cell.denominator:
        return ""
    return f"{_number(cell.numerator, '')} / {_number(cell.denominator, '')}"


def _values(tables: Sequence[Table], at: int = 0) -> list[str]:
    """The codes that occur, by their names; outside, not stated and all together last."""
    found = {cell.key[at] for table in tables for cell in table.cells}
    return sorted(found, key=lambda code: (_LAST.index(code) + 1 if code in _LAST else 0, code))


def _one(report: Frozen, table: Table) -> Grid:
    grid = _side_by_side(report, table.by[0], [table])
    return Grid(str(table.by[0].name_of), grid.heads, grid.rows, grid.total)


def _side_by_side(report: Frozen, dimension: Dimension, tables: Sequence[Table]) -> Grid:
    found = [{cell.key: cell for cell in table.cells} for table in tables]
    definitions = [report.definition(table.measure) for table in tables]
    rows = [
        [
            report.name_of(dimension, code).text(),
            *(text(d, cells.get((code,))) for d, cells in zip(definitions, found, strict=True)),
        ]
        for code in _values(tables)
    ]
    heads = [str(dimension.name_of), *(each.label for each in definitions)]
    return Grid(str(dimension.name_of), heads, rows[:-1], rows[-1] if rows else [])


def _two(report: Frozen, table: Table) -> Grid:
    down, across = table.by[1], table.by[0]
    cells = {cell.key: cell for cell in table.cells}
    definition = report.definition(table.measure)
    columns = _values([table], 0)
    rows = [
        [
            report.name_of(down, code).text(),
            *(text(definition, cells.get((head, code))) for head in columns),
        ]
        for code in _values([table], 1)
    ]
    heads = [str(down.name_of), *(report.name_of(across, code).text() for code in columns)]
    title = f"{down.name_of} × {across.name_of}"
    return Grid(title, heads, rows[:-1], rows[-1] if rows else [])
