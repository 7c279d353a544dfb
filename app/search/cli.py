"""Commands of the index."""

import json

import click
from flask.cli import AppGroup

from app.search import in_step
from app.search.engine import SearchUnavailable
from app.search.service import engines

_SHOWN = 10
search = AppGroup("search", help="The index that residents search.")


@search.command()
def rebuild() -> None:
    """Build the index anew beside the old one, then switch."""
    try:
        counts = in_step.rebuild()
    except SearchUnavailable as error:
        raise click.ClickException(str(error)) from error
    for name, count in counts.items():
        click.echo(f"{name}: {count} documents")


@search.command()
@click.option("--heal", is_flag=True, help="Mend what differs.")
def check(*, heal: bool) -> None:
    """Compare the index with the database, document by document; exit 2 when they differ."""
    same = True
    for engine in engines().all():
        try:
            found = in_step.differences(engine)
        except SearchUnavailable as error:
            click.echo(f"{engine.name}: away ({error})")
            same = False
            continue
        same &= not found.ids()
        click.echo(f"{engine.name}: {found.documents} documents, {len(found.ids())} differ")
        for name in ("missing", "changed", "surplus"):
            if ids := getattr(found, name):
                more = "" if len(ids) <= _SHOWN else " ..."
                click.echo(f"  {name} {len(ids)}: {', '.join(ids[:_SHOWN])}{more}")
    if heal and not same:
        in_step.heal()
        click.echo("healed")
    elif not same:
        raise SystemExit(2)


@search.command()
def lag() -> None:
    """How far the indexes are behind the database, as JSON for a monitor."""
    click.echo(json.dumps(in_step.lag()))
