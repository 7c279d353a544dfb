"""Commands for providers."""

import click
from flask.cli import AppGroup

from app.accounts import operations as accounts
from app.accounts import queries as account_queries
from app.core.access import ProviderRole
from app.core.errors import DomainError
from app.core.i18n import Bilingual
from app.places import queries as places
from app.providers import operations, queries
from app.providers.vocabulary import ensure_vocabulary

cli = AppGroup("providers", help="Organisations that teach, and their staff.")


@cli.command()
@click.argument("slug")
@click.option("--name-vi", required=True)
@click.option("--name-en", default="")
@click.option("--type", "type_code", required=True, help="Code of the type.")
@click.option("--ward", required=True, help="Official code of the ward or commune.")
def create(slug: str, name_vi: str, name_en: str, type_code: str, ward: str) -> None:
    """Make a provider with the address /vi/providers/SLUG."""
    ensure_vocabulary()
    kind = next((kind for kind in queries.types() if kind.code == type_code), None)
    unit = places.unit(ward)
    if kind is None or unit is None:
        known = ", ".join(kind.code for kind in queries.types())
        message = f"Unknown type or ward. Types: {known}."
        raise click.ClickException(message)
    try:
        operations.create_provider(slug, Bilingual(name_vi, name_en), kind.id, unit.id)
    except DomainError as error:
        raise click.ClickException(str(error.message)) from error
    click.echo(f"/vi/providers/{slug}")


@cli.command("add-staff")
@click.argument("slug")
@click.argument("email")
@click.option("--name", default="", help="How the person is called; needed for a new account.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in ProviderRole]),
    default=ProviderRole.EDITOR.value,
)
def add_staff(slug: str, email: str, name: str, role: str) -> None:
    """Give EMAIL a role at provider SLUG; a new account's first password is printed, once."""
    provider = queries.by_slug(slug)
    if provider is None:
        message = f"There is no provider {slug}."
        raise click.ClickException(message)
    provider_id = provider.id
    account = account_queries.account_named(email)
    if account is None:
        password = accounts.one_time_password()
        account = accounts.create_account(name or email, password, email=email)
        click.echo(f"{account.email}: {password}")
    operations.set_member(provider_id, account.id, ProviderRole(role))
    click.echo(f"{email} is {role} of {slug}")
