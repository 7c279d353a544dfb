"""Commands of the audit log."""

from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core import audit_chain, clock

audit = AppGroup("audit", help="Who did and saw what: checked, copied, shortened.")
_BROKEN = 2


class Noted(click.ParamType[tuple[int, str]]):
    """POSITION:DIGEST as `verify` prints it."""

    name = "position:digest"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, str]:
        """Both halves, or a word about how to write them."""
        position, _, digest = value.partition(":")
        if not (position.isascii() and position.isdigit() and digest):
            self.fail("Write it as verify prints it: POSITION:DIGEST.", param, ctx)
        return int(position), digest


@audit.command()
@click.option("--known", type=Noted(), help="What an earlier check printed; it must still hold.")
def verify(known: tuple[int, str] | None) -> None:
    """Walk along the chain; exit 2 and name the first entry that was changed or removed."""
    found = audit_chain.verify(known)
    if found.broken is not None:
        broken = found.broken
        entry = f", entry {broken.entry_id}" if broken.entry_id else ""
        click.echo(f"broken at {broken.position}{entry}: {broken.why}", err=True)
        raise SystemExit(_BROKEN)
    click.echo(f"{found.links} links hold, {found.waiting} entries wait to be linked")
    click.echo(f"{found.head[0]}:{found.head[1]}")


@audit.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write every link with its entry into FILE, one JSON object a line."""
    count = 0
    with file.open("w", encoding="utf-8") as lines:
        for count, line in enumerate(audit_chain.lines(), 1):  # noqa: B007 - the last one is told
            lines.write(f"{line}\n")
    click.echo(f"{count} links")


@audit.command()
@click.argument("before", type=click.DateTime(["%Y-%m-%d"]))
def prune(before: datetime) -> None:
    """Remove entries from before this day; the rest can still be checked."""
    first, _last = clock.day_bounds(before.date(), before.date())
    click.echo(f"{audit_chain.prune(first)} entries removed")
