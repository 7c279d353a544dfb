"""Commands of enrolment."""

import click
from flask.cli import AppGroup

from app.enrolment.invariants import audit_invariants

enrolment = AppGroup("enrolment", help="Places on classes.")
BROKEN = 2


@enrolment.command()
def audit() -> None:
    """Check what must always be true of places; exit 2 when something is not."""
    broken = audit_invariants()
    for sentence in broken:
        click.echo(sentence)
    if broken:
        raise SystemExit(BROKEN)
    click.echo("All invariants hold.")
