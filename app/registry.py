"""What each package contributes to the application: pages, commands, handlers, services."""

from collections.abc import Iterable

from flask import Blueprint, Flask
from flask.cli import AppGroup

from app.core.access import VISITOR, Actor
from app.core.config import Settings


def blueprints() -> Iterable[Blueprint]:
    """Every package's pages, the lower packages first."""
    return ()


def command_groups() -> Iterable[AppGroup]:
    """Every package's commands."""
    return ()


def load_jobs() -> None:
    """Importing the handlers registers them."""


def load_actor() -> Actor:
    """The account of this browser, with its roles at the city and at providers."""
    return VISITOR


def start_services(app: Flask, settings: Settings) -> None:
    """Objects that live as long as the application."""
