"""Commands of the floor: the worker, backup and restore, the front end's built files."""

import signal
import sys
from pathlib import Path
from threading import Event

import click
from flask.cli import AppGroup, with_appcontext

from app.core import archive, rotation
from app.core import assets as front_end
from app.core import jobs as queue
from app.core.config import current

jobs = AppGroup("jobs", help="Work that waits in the database.")
keys = AppGroup("keys", help="The keys of persons and of sealed values, outside the database.")
assets = AppGroup("assets", help="Fonts, styles and scripts as browsers get them.")


@jobs.command()
@click.option("--once", is_flag=True, help="Stop when nothing is due.")
def work(*, once: bool) -> None:
    """Run what is due: the index, letters, facts. A signal to stop lets the job in hand finish."""
    stop = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    queue.announce_day()
    click.echo(f"{queue.work(once=once, stop=stop)} jobs done")


@jobs.command()
def failing() -> None:
    """List what failed and is tried again, or was given up."""
    for job in queue.failing():
        click.echo(f"{job.id} {job.handler} {job.event} {job.attempts} times: {job.error}")


@assets.command()
@click.option("--if-older", is_flag=True, help="Only when a source is newer than the last build.")
def build(*, if_older: bool) -> None:
    """Subset the fonts and compress styles and scripts."""
    if if_older:
        front_end.ensure()
    else:
        front_end.rebuild()


@keys.command()
def status() -> None:
    """Which keys are needed, where they lie, and since when the newest is in use."""
    for line in rotation.status():
        click.echo(line)


@keys.command()
def rotate() -> None:
    """Make the next key and put everything through it, all or nothing; sessions go on."""
    with click.progressbar(length=rotation.rows_affected(), label="rows") as bar:
        done = rotation.rotate(bar.update)
    click.echo(f"{done.rows} rows put through key {done.generation}")
    if done.unreadable:
        click.echo(f"{done.unreadable} sealed values could not be opened and stay as they were")
    click.echo("Keep a copy of every key file, away from the backups: all of them are needed.")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write the whole installation (every table, every kept file, no keys) into FILE."""
    click.echo(archive.write(current(), file))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask at a terminal.")
@with_appcontext
def restore(file: Path, *, yes: bool) -> None:
    """Replace the whole installation by the one in FILE, or change nothing at all."""
    if sys.stdin.isatty() and not yes:
        click.confirm("This replaces every table and file of this installation. Go on?", abort=True)
    try:
        click.echo(archive.read(current(), file))
    except archive.NotABackup as error:
        raise click.ClickException(str(error)) from error
