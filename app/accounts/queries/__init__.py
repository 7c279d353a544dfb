"""Reading accounts, one module for each subject."""

from app.accounts.queries.accounts import (
    Credentials,
    account_named,
    credentials,
    grants,
    normal_name,
)
from app.accounts.queries.family import acts_for, bond, bonds_of, bonds_over, dependants
from app.accounts.queries.profile import groups, homes, person, residences, version
from app.accounts.queries.sessions import (
    OF_RESIDENTS,
    OF_STAFF,
    Browser,
    Lifetime,
    account_of_session,
    browser_of,
    sessions_of,
)

__all__ = [
    "OF_RESIDENTS",
    "OF_STAFF",
    "Browser",
    "Credentials",
    "Lifetime",
    "account_named",
    "account_of_session",
    "acts_for",
    "bond",
    "bonds_of",
    "bonds_over",
    "browser_of",
    "credentials",
    "dependants",
    "grants",
    "groups",
    "homes",
    "normal_name",
    "person",
    "residences",
    "sessions_of",
    "version",
]
