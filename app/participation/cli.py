"""Commands of participation."""

import sys
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core import config
from app.core.errors import DomainError
from app.core.i18n import Bilingual, speaking
from app.participation import (
    campaigns,
    checking,
    digest,
    exports,
    operations,
    orders,
    periods,
    store,
)
from app.participation.cells import counted
from app.participation.dimensions import read
from app.participation.periods import Period
from app.participation.queries import Question

participation = AppGroup("participation", help="Who really learned: facts and figures.")
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_DIFFERS = 2


@participation.command()
def rebuild() -> None:
    """Write all facts and their files anew from the registers."""
    with click.progressbar(length=operations.sessions_to_count(), label="sessions") as bar:
        rows = operations.rebuild(bar.update)
    manifest = store.refresh(store.folder(config.current()), everything=True)
    click.echo(f"{rows} facts in {len(manifest.months)} months")


@participation.command("check")
def check_facts() -> None:
    """Say where the facts are not those a rebuild would make; exit 2 when they are not."""
    found = 0
    for words in checking.check():
        click.echo(words)
        found += 1
    if found:
        raise SystemExit(_DIFFERS)
    click.echo("the facts are those a rebuild would make")


@participation.command()
@click.argument("code")
@click.option("--from", "first", type=_DAY, required=True, help="First day.")
@click.option("--to", "last", type=_DAY, required=True, help="Last day.")
@click.option("--vi", required=True, help="Name in Vietnamese.")
@click.option("--en", required=True, help="Name in English.")
def campaign(code: str, first: datetime, last: datetime, vi: str, en: str) -> None:
    """Say on which days sessions belong to a campaign, such as a week of lifelong learning."""
    try:
        campaigns.set_campaign(code, Bilingual(vi, en), first.date(), last.date(), None)
    except DomainError as error:
        with speaking("en"):
            raise click.ClickException(str(error.message)) from error
    click.echo(f"{code}: {first:%Y-%m-%d} to {last:%Y-%m-%d}; the worker brings the sessions over")


@participation.command()
@click.option("--from", "first", type=_DAY, help="First day, for example 2026-01-01.")
@click.option("--to", "last", type=_DAY, help="Last day.")
@click.option(
    "--period",
    "name",
    help="Instead of two days: 2026-H1, 2026, 2025-2026, 12M-2026-06-30, 2Y-2026.",
)
@click.option("--by", "by", multiple=True, help="Breakdown; at most two, repeated or with a comma.")
@click.option("--format", "file_format", type=click.Choice(exports.FORMATS), default=exports.CSV)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File; else standard output.",
)
def export(  # noqa: PLR0917 - click passes them by name
    first: datetime | None,
    last: datetime | None,
    name: str | None,
    by: tuple[str, ...],
    file_format: str,
    out: Path | None,
) -> None:
    """Write the same cells as the page of the city's staff: exact, internal, and kept in the log.

    The file comes as it is counted, however long it is; how far it is goes to standard error.
    """
    try:
        question = Question(_period(first, last, name), read(by), spaces=False)
    except DomainError as error:
        with speaking("en"):
            raise click.ClickException(str(error.message)) from error
    facts = store.folder(config.current())
    store.refresh(facts)
    with counted(facts, question, orders.scratch()) as cells:
        exports.note(question, file_format, cells.size, None)
        with (
            click.progressbar(length=cells.size, label="cells", file=sys.stderr) as bar,
            out.open("wb") if out else nullcontext(sys.stdout.buffer) as file,
        ):
            exports.write(cells, file_format, file, bar.update)
    if out:
        click.echo(f"{cells.size} cells in {out}")


@participation.command("digest")
@click.option("--period", "name", required=True, help="For example 2026-H1, 2026, 2Y-2026.")
def show_digest(name: str) -> None:
    """Print one number over the period's facts: the same facts give the same number."""
    try:
        period = periods.parse(name)
    except DomainError as error:
        with speaking("en"):
            raise click.ClickException(str(error.message)) from error
    click.echo(f"{period.code} {digest.digest(period)}")


def _period(first: datetime | None, last: datetime | None, name: str | None) -> Period:
    if name and not (first or last):
        return periods.parse(name)
    if first and last and not name:
        return periods.between(first.date(), last.date())
    message = "Give --from and --to, or --period."
    raise click.UsageError(message)
