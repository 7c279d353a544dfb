"""Commands that fill the tables of places."""

from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.places import operations
from app.places.layouts import LAYOUTS, UnknownLayout
from app.places.operations import Imported
from app.places.reading import Problem

places = AppGroup("places", help="Administrative units and their population.")
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 20
_NOT_UTF8 = "Hãy lưu tệp ở dạng CSV UTF-8 / Save the file as CSV UTF-8."


@places.command("import")
@click.argument("file", type=_FILE)
@click.option(
    "--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="First day of the units in FILE."
)
def import_(file: Path, valid_from: datetime | None) -> None:
    """Read units, or which old unit went into which new one; the layout is told by the header."""
    try:
        done = operations.import_file(file, valid_from.date() if valid_from else None)
    except UnknownLayout as error:
        raise click.ClickException(_unknown(error)) from error
    except UnicodeDecodeError as error:
        raise click.ClickException(_NOT_UTF8) from error
    _tell(done)


@places.command()
@click.argument("file", type=_FILE)
@click.option("--source", default="", help="Who published the figures.")
@click.option(
    "--vintage", default="", help="Which of their publications, for example 'census 2019'."
)
def population(file: Path, source: str, vintage: str) -> None:
    """Read residents by unit, sex, age and year; the layout is told by the header.

    A city's own table has the columns unit_code (of a ward, or of the city), sex (both, female or
    male), age_from, age_to (included; empty for "and over"), year, persons, and perhaps whom: of
    which part of the people, such as employed, unemployed, poor or disability.
    """
    try:
        done = operations.import_population(file, source, vintage)
    except UnknownLayout as error:
        raise click.ClickException(_unknown(error)) from error
    except UnicodeDecodeError as error:
        raise click.ClickException(_NOT_UTF8) from error
    _tell(done)


@places.command()
@click.option("--city", help="Official code of the city; this installation's when not given.")
def install(city: str | None) -> None:
    """Load the table of a city's units that comes with the product."""
    count = operations.ensure_city_units(city or current_app.extensions["settings"].city_code)
    click.echo(f"{count} communes")


def _tell(done: Imported) -> None:
    counts = done.counts
    click.echo(
        f"{done.layout}: {counts.new} new, {counts.changed} changed, {counts.unchanged} unchanged"
    )
    for problem in done.problems[:_SHOWN]:
        click.echo(_line(problem), err=True)
    if done.problems:
        click.echo(f"{len(done.problems)} dòng không nhận / lines left out", err=True)


def _line(problem: Problem) -> str:
    said = " · ".join(each for each in (problem.column, problem.value) if each)
    reason = f"{problem.reason.vi} / {problem.reason.en}"
    return f"dòng / line {problem.line} · {said} · {reason}"


def _unknown(error: UnknownLayout) -> str:
    known = "\n".join(f"  {layout.name}: {' '.join(sorted(layout.columns))}" for layout in LAYOUTS)
    return (
        f"Không có bảng nào có các cột này / No table is known with these columns: {error}\n"
        f"Các bảng đọc được / Tables that can be read:\n{known}"
    )
