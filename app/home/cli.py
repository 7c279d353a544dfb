"""Setting up a city, and the demo city."""

import time

import click
from flask import current_app
from flask.cli import AppGroup

from app.catalogue.vocabulary import ensure_vocabulary as ensure_topics
from app.core import config
from app.home.demo import bulk as bulk_city
from app.home.demo import desk as demo_desk
from app.home.demo import load as demo_city
from app.home.demo.bulk import Size, TooFewPeople
from app.home.demo.family import RESIDENT
from app.indicators.criteria.starting_points import ensure_frameworks
from app.indicators.operations.definitions import ensure_measures
from app.participation import store
from app.participation.operations import rebuild, sessions_to_count
from app.places.operations import ensure_city_units
from app.providers.vocabulary import ensure_vocabulary as ensure_types
from app.search import in_step

city = AppGroup("city", help="What a new installation needs before it can be used.")
demo = AppGroup("demo", help="An invented city to try everything with.")


@city.command()
def install() -> None:
    """Put in wards, provider types, topics, audiences and definitions; what is there stays."""
    code = current_app.extensions["settings"].city_code
    click.echo(f"{ensure_city_units(code)} administrative units")
    click.echo(f"{ensure_types()} provider types, {ensure_topics()} topics and audiences")
    click.echo(f"{ensure_measures()} definitions of figures, {ensure_frameworks()} criteria list")


@demo.command()
def load() -> None:
    """Fill an empty installation; one that has providers stays as it is."""
    if demo_city.is_loaded():
        click.echo("The demo city is already here; nothing was changed.")
        return
    started = time.perf_counter()
    demo_city.load(current_app.extensions["settings"].city_code, click.echo)
    click.echo(f"{rebuild()} participation facts")
    store.refresh(store.folder(config.current()))
    click.echo(f"{demo_desk.hand_in(demo_desk.officer())} returns")
    for name, count in in_step.rebuild().items():
        click.echo(f"{name} index: {count} documents")
    click.echo(f"loaded in {time.perf_counter() - started:.0f} s")


@demo.command()
@click.option("--courses", type=click.IntRange(1, 1_000_000), default=2000, show_default=True)
@click.option("--persons", type=click.IntRange(1, 20_000_000), default=20_000, show_default=True)
@click.option("--enrolments", type=click.IntRange(0, 60_000_000), default=50_000, show_default=True)
def bulk(courses: int, persons: int, enrolments: int) -> None:
    """Add invented courses, people and places in classes, as many as a real city has.

    Each run meets six times; facts and index are made anew at the end.
    """
    size = Size(courses, persons, enrolments)
    demo_city.ensure_vocabularies(current_app.extensions["settings"].city_code)
    try:
        with click.progressbar(length=size.steps, label="rows") as bar:
            bulk_city.add(size, bar.update)
    except TooFewPeople as error:
        raise click.UsageError(str(error.__doc__)) from error
    with click.progressbar(length=sessions_to_count(), label="sessions") as bar:
        facts = rebuild(bar.update)
    click.echo(f"{facts} participation facts")
    for name, count in in_step.rebuild().items():
        click.echo(f"{name} index: {count} documents")


@demo.command()
def accounts() -> None:
    """Print who can sign in."""
    staff = [(email, name) for email, name, _role in demo_city.ACCOUNTS]
    for email, name in (*staff, RESIDENT):
        click.echo(f"{email:24} {demo_city.PASSWORD}   {name}")
