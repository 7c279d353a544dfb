"""The demo city."""

import time

import click
from flask import current_app
from flask.cli import AppGroup

from app.home.demo import load as city
from app.participation.operations import rebuild
from app.search import indexing
from app.search.service import engines

demo = AppGroup("demo", help="An invented city to try everything with.")


@demo.command()
def load() -> None:
    """Fill an empty installation; one that has providers stays as it is."""
    if city.is_loaded():
        click.echo("The demo city is already here; nothing was changed.")
        return
    started = time.perf_counter()
    city.load(current_app.extensions["settings"].city_code, click.echo)
    click.echo(f"{rebuild()} participation facts")
    for name, count in engines().rebuild(indexing.documents).items():
        click.echo(f"{name} index: {count} documents")
    click.echo(f"loaded in {time.perf_counter() - started:.0f} s")


@demo.command()
def accounts() -> None:
    """Print who can sign in."""
    for email, name, _role in city.ACCOUNTS:
        click.echo(f"{email:24} {city.PASSWORD}   {name}")
