"""Commands of figures."""

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import product

import click
from flask.cli import AppGroup

from app.core import audit, config
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import speaking
from app.indicators.measures import engine
from app.indicators.measures.counting import Counter
from app.indicators.measures.releasing import release
from app.indicators.measures.results import Cell, Definition, Result
from app.participation import labels, periods, store
from app.participation.dimensions import Dimension, read
from app.participation.labels import ALL, Value
from app.participation.periods import Period

indicators = AppGroup("indicators", help="Figures by their definitions.")
_COLUMNS = (
    "measure", "version", "status", "period", "value", "numerator", "denominator", "unit",
    "identified_share", "sign", "denominator_source", "missing",
)  # fmt: skip
_HIDDEN, _NO_VALUE = "hidden", "no_value"


@indicators.command()
@click.option("--period", "name", required=True, help="For example 2026-H1, 2026, 12M-2026-06-30.")
@click.option("--measure", "codes", multiple=True, help="Only this figure; may be repeated.")
@click.option("--by", "by", multiple=True, help="Breakdown; at most two, repeated or with a comma.")
@click.option("--format", "file_format", type=click.Choice(("text", "csv")), default="text")
@click.option("--exact", is_flag=True, help="Also what belongs to few people; this is noted.")
def compute(
    name: str, codes: Sequence[str], by: Sequence[str], file_format: str, *, exact: bool
) -> None:
    """Print every figure in force, each with the version it is made by.

    A figure that cannot be broken down as asked is left out when several are printed.
    """
    try:
        period, dimensions = periods.parse(name), read(by)
        wanted = [engine.definition(code) for code in codes] or [
            each for each in engine.in_force() if set(dimensions) <= set(each.formula.by)
        ]
        store.refresh(store.folder(config.current()))
        counter = Counter()
        results = [engine.compute(each, period, by=dimensions, counter=counter) for each in wanted]
    except DomainError as error:
        with speaking("en"):
            raise click.ClickException(str(error.message)) from error
    if exact:
        _note(wanted, period, dimensions)
    rows = [row for result in results for row in _rows(result, exact=exact)]
    header = [_COLUMNS[0], *dimensions, *_COLUMNS[1:]]
    write = _as_csv if file_format == "csv" else _as_text
    click.echo(write(header, rows), nl=False)


def _note(wanted: Sequence[Definition], period: Period, by: Sequence[Dimension]) -> None:
    with transaction():
        audit.record(
            "measures.computed", "measure", "", None,
            codes=[each.code for each in wanted], period=period.code, by=list(by),
        )  # fmt: skip


def _rows(result: Result, *, exact: bool) -> Iterator[list[str]]:
    shown = result.cells if exact else release(result, public=False).cells
    missing = result.missing.en if result.missing else ""
    source = result.denominator_source.en if result.denominator_source else ""
    for values in product(*_values(result)):
        key = tuple(value.raw for value in values)
        if key not in shown and values and any(value.raw for value in values):
            continue
        definition, cell = result.definition, shown.get(key)
        yield [
            definition.code,
            *(value.code for value in values),
            str(definition.version),
            definition.status.value,
            result.period.code,
            *_numbers(cell, definition),
            _sign(cell, is_hidden=cell is None and key in shown),
            source,
            missing,
        ]


def _values(result: Result) -> list[list[Value]]:
    """The values of each breakdown in reading order, all together last."""
    day = result.period.reference_date
    found = []
    for place, dimension in enumerate(result.by):
        raw = {key[place] for key in result.cells}
        known = {each for each in raw if each is not None}
        found.append([*labels.values_of(dimension, known, day), ALL])
    return found


def _numbers(cell: Cell | None, definition: Definition) -> list[str]:
    unit = definition.formula.form.value
    if cell is None:
        return ["", "", "", unit, ""]
    return [
        _written(cell.value),
        _written(cell.numerator),
        _written(cell.denominator),
        unit,
        _written(cell.identified_share),
    ]


def _sign(cell: Cell | None, *, is_hidden: bool) -> str:
    if is_hidden:
        return _HIDDEN
    return _NO_VALUE if cell is None or cell.value is None else ""


def _written(number: float | None) -> str:
    """Plain decimals, at most six of them."""
    if number is None:
        return ""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _as_csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def _as_text(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under one another; the long words of a row stand below it."""
    short = len(header) - 2
    table = [list(header[:short]), *(list(row[:short]) for row in rows)]
    widths = [max(len(row[place]) for row in table) for place in range(short)]
    lines = ["  ".join(t.ljust(w) for t, w in zip(table[0], widths, strict=True)).rstrip()]
    for row, full in zip(table[1:], rows, strict=True):
        lines.append("  ".join(t.ljust(w) for t, w in zip(row, widths, strict=True)).rstrip())
        lines += [f"    {words}" for words in full[short:] if words]
    return "\n".join(lines) + "\n"
