"""Commands for accounts."""

import click
from flask.cli import AppGroup

from app.accounts import operations, queries
from app.core.access import CityRole
from app.core.errors import DomainError

cli = AppGroup("accounts", help="Accounts of staff.")


@cli.command("create-staff")
@click.argument("email")
@click.option("--name", required=True, help="How the person is called on pages.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in CityRole]),
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


@cli.command("set-password")
@click.argument("name")
@click.password_option()
def set_password(name: str, password: str) -> None:
    """Give the account NAME (e-mail or phone) another password; its sessions end."""
    account = queries.account_named(name)
    if account is None:
        message = f"There is no account {name}."
        raise click.ClickException(message)
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
    account = queries.account_named(name)
    if account is None:
        message = f"There is no account {name}."
        raise click.ClickException(message)
    operations.reset_second_factor(account.id, None, reason)
    click.echo(f"{name}: signs in with one factor until another is set up, all sessions ended")
