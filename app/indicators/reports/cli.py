"""Commands of frozen reports."""

import sys
from datetime import datetime

import click
from flask.cli import AppGroup

from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import speaking
from app.indicators.models import Report
from app.indicators.operations import reports as operations
from app.indicators.reports import checking

reports = AppGroup("reports", help="Reports that never change, and the proof of it.")
_DIFFERS = 2
_MOST = 50


class Moment(click.ParamType[datetime]):
    name = "moment"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("Write it as 2026-07-15T09:30:00Z.", param, ctx)
        if found.tzinfo is None:
            self.fail("Say the time zone, for example Z or +07:00.", param, ctx)
        return found


@reports.command()
@click.option("--period", required=True, help="For example 2026-H1, 2026, 2025-2026, 2Y-2026.")
@click.option("--reason", default="", help="Why another revision is made.")
@click.option(
    "--as-known",
    type=Moment(),
    help="Count what was known at this moment; by default now.",
)
def freeze(period: str, reason: str, as_known: datetime | None) -> None:
    """Keep the figures of a period for good, as the next revision."""
    try:
        report = operations.freeze(period, reason, as_known)
    except DomainError as error:
        with speaking("en"):
            raise click.ClickException(str(error.message)) from error
    click.echo(f"report {report.id}: {report.period} revision {report.revision} {report.digest}")


@reports.command()
@click.argument("report_id", metavar="ID", type=int)
def verify(report_id: int) -> None:
    """Make a report again and compare every byte; exit 2 when it differs."""
    report = db.session.get(Report, report_id)
    if report is None:
        message = f"There is no report {report_id}."
        raise click.ClickException(message)
    name = f"report {report.id}: {report.period} revision {report.revision}"
    found = checking.check(report)
    if found.as_stated:
        click.echo(f"taken as stated: {', '.join(found.as_stated)}")
    if found.other_software:
        click.echo(f"frozen by software {found.other_software}: its public part is as stated")
    if found.is_same:
        click.echo(f"{name} is the same, byte for byte: {report.digest}")
        return
    for difference in found.differences[:_MOST]:
        click.echo(difference)
    if more := len(found.differences) - _MOST:
        click.echo(f"and {more} more" if more > 0 else "", nl=more > 0)
    click.echo(f"{name} DIFFERS")
    sys.exit(_DIFFERS)
