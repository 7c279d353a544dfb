"""Signing in elsewhere: which schemes this installation knows, and the one that is set up."""

from collections.abc import Callable

from flask import Flask, current_app

from app.accounts.identity.oidc import openid_connect
from app.accounts.identity.provider import Departure, IdentityScheme, VouchedIdentity
from app.core.config import Settings

__all__ = ["SCHEMES", "Departure", "IdentityScheme", "VouchedIdentity", "install", "scheme"]

SCHEMES: list[Callable[[Flask, Settings], IdentityScheme | None]] = [openid_connect]
"""Makes each scheme from the settings, or None when it is not set up; the first one counts."""


def install(app: Flask, settings: Settings) -> None:
    """Make the scheme that the settings name."""
    made = (make(app, settings) for make in SCHEMES)
    app.extensions["identity_scheme"] = next((each for each in made if each), None)


def scheme() -> IdentityScheme | None:
    """The scheme people may sign in with; None: there is none."""
    found: IdentityScheme | None = current_app.extensions.get("identity_scheme")
    return found
