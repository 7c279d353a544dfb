"""What each package contributes to the application: pages, commands, handlers, services."""

from collections.abc import Iterable

from flask import Blueprint, Flask
from flask.cli import AppGroup

from app.accounts import login
from app.accounts import queries as accounts
from app.accounts.cli import cli as accounts_cli
from app.accounts.views import bp as accounts_pages
from app.core.access import VISITOR, Actor
from app.core.config import Settings
from app.providers import queries as providers


def blueprints() -> Iterable[Blueprint]:
    """Every package's pages, the lower packages first."""
    return (accounts_pages,)


def command_groups() -> Iterable[AppGroup]:
    """Every package's commands."""
    return (accounts_cli,)


def load_jobs() -> None:
    """Importing the handlers registers them."""


def load_actor() -> Actor:
    """The account of this browser, with its roles at the city and at providers."""
    account = login.current_account()
    if account is None:
        return VISITOR
    city_roles, communes = accounts.grants(account.id)
    return Actor(
        account_id=account.id,
        person_id=account.person_id,
        name=account.display_name,
        city_roles=city_roles,
        communes=communes,
        memberships=providers.memberships(account.id),
    )


def start_services(app: Flask, settings: Settings) -> None:
    """Objects that live as long as the application."""
    login.install(app)
