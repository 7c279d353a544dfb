"""Pages of signing in and of one's own account, one module for each subject."""

from app.accounts.views import (
    confirm,
    contact,
    family,
    groups,
    identity_newcomer,
    identity_provider,
    national_id,
    new_password,
    password,
    profile,
    second_factor,
    sessions,
    sign_in,
)
from app.accounts.views.blueprint import bp

__all__ = [
    "bp",
    "confirm",
    "contact",
    "family",
    "groups",
    "identity_newcomer",
    "identity_provider",
    "national_id",
    "new_password",
    "password",
    "profile",
    "second_factor",
    "sessions",
    "sign_in",
]
