"""Commands of the index."""

import click
from flask.cli import AppGroup

from app.search import indexing
from app.search.filters import CourseFilter
from app.search.service import engines

search = AppGroup("search", help="The index that residents search.")


@search.command()
def rebuild() -> None:
    """Build the index anew beside the old one, then switch."""
    for name, count in engines().rebuild(indexing.documents).items():
        click.echo(f"{name}: {count} documents")


@search.command()
def check() -> None:
    """Compare the index with the database; exit 2 when they differ."""
    expected = sum(1 for _ in indexing.documents())
    wrong = False
    for engine in engines().all():
        found = engine.search(CourseFilter(per_page=1)).total if engine.health() else -1
        same = found == min(expected, 1000)
        wrong |= not same
        click.echo(f"{engine.name}: {found} of {expected} documents{'' if same else '  DIFFERENT'}")
    if wrong:
        raise SystemExit(2)
