"""Commands for accounts."""

from datetime import datetime

import click
from flask.cli import AppGroup

from app.accounts import operations, queries
from app.accounts.models import Account
from app.core.access import CityRole
from app.core.errors import DomainError

cli = AppGroup("accounts", help="Accounts of staff.")
_ROLES = click.Choice([role.value for role in CityRole])


@cli.command("create-staff")
@click.argument("email")
@click.option("--name", required=True, help="How the person is called on pages.")
@click.option(
    "--role",
    type=_ROLES,
    default=CityRole.ADMINISTRATOR.value,
)
def create_staff(email: str, name: str, role: str) -> None:
    """Make an account for city staff and print its first password, once."""
    password = operations.one_time_password()
    try:
        account = operations.create_account(name, password, email=email, role=CityRole(role))
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(f"{account.email} ({role}): {password}")
    click.echo("Sign in with it and change it at /vi/me/password.")


@cli.command("grant")
@click.argument("name")
@click.argument("role", type=_ROLES)
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
def grant(name: str, role: str, until: datetime | None) -> None:
    """Give the account NAME (e-mail or phone) a ROLE at the city."""
    account = _named(name)
    last = until.date() if until else None
    try:
        operations.grant(account.id, CityRole(role), until=last, reason="command")
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(f"{name} is {role}" + (f" until {last}" if last else ""))


@cli.command("withdraw")
@click.argument("name")
@click.argument("role", type=_ROLES)
def withdraw(name: str, role: str) -> None:
    """Take a ROLE at the city from the account NAME (e-mail or phone); its sessions end."""
    account, office = _named(name), operations.Office(CityRole(role))
    try:
        had = operations.withdraw(account.id, office, None, reason="command")
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(f"{name} is {role} no more" if had else f"{name} was not {role}")


@cli.command("set-password")
@click.argument("name")
@click.password_option()
def set_password(name: str, password: str) -> None:
    """Give the account NAME (e-mail or phone) another password; its sessions end."""
    account = _named(name)
    try:
        operations.set_password(account.id, password)
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(f"{name}: password set, all sessions ended")


@cli.command("reset-second-factor")
@click.argument("name")
@click.option("--reason", required=True, help="How you made sure who is asking; it is kept.")
def reset_second_factor(name: str, reason: str) -> None:
    """Forget the second factor of the account NAME (e-mail or phone); its sessions end."""
    account = _named(name)
    operations.reset_second_factor(account.id, None, reason)
    click.echo(f"{name}: signs in with one factor until another is set up, all sessions ended")


@cli.command("sessions-end")
@click.argument("name")
def end_sessions(name: str) -> None:
    """Sign the account NAME (e-mail or phone) out of every browser."""
    ended = operations.end_sessions(_named(name).id, None)
    click.echo(f"{name}: {ended} sessions ended")


def _named(name: str) -> Account:
    account = queries.account_named(name)
    if account is None:
        message = f"There is no account {name}."
        raise click.ClickException(message)
    return account
