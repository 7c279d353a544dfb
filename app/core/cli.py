"""Commands of the floor: the worker, backup and restore, the front end's built files."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from app.core import archive, jobs as queue
from app.core import assets as front_end

jobs = AppGroup("jobs", help="Work that waits in the database.")
assets = AppGroup("assets", help="Fonts, styles and scripts as browsers get them.")


@jobs.command()
@click.option("--once", is_flag=True, help="Stop when nothing is due.")
def work(*, once: bool) -> None:
    """Run what is due: the index, letters, facts."""
    click.echo(f"{queue.work(once=once)} jobs done")


@assets.command()
def build() -> None:
    """Subset the fonts and compress styles and scripts."""
    front_end.build(Path(current_app.root_path) / "static" / "build")


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Write the whole installation (database, uploads, keys apart) into FILE."""
    click.echo(archive.write(current_app.extensions["settings"], file))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace what is here without asking.")
@with_appcontext
def restore(file: Path, *, yes: bool) -> None:
    """Replace the whole installation by the one in FILE."""
    if not yes:
        click.confirm("This replaces every table and file of this installation. Go on?", abort=True)
    click.echo(archive.read(current_app.extensions["settings"], file))
