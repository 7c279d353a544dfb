"""Pages of signing in and of one's own account, one module for each subject."""

from app.accounts.views import (
    child_data,
    confirm,
    contact,
    family,
    goodbye,
    groups,
    identity_newcomer,
    identity_provider,
    my_data,
    national_id,
    new_password,
    password,
    profile,
    requests,
    second_factor,
    sessions,
    sign_in,
)
from app.accounts.views.blueprint import bp

__all__ = [
    "bp",
    "child_data",
    "confirm",
    "contact",
    "family",
    "goodbye",
    "groups",
    "identity_newcomer",
    "identity_provider",
    "my_data",
    "national_id",
    "new_password",
    "password",
    "profile",
    "requests",
    "second_factor",
    "sessions",
    "sign_in",
]
