"""Reading accounts, one module for each subject."""

from app.accounts.queries.accounts import (
    Credentials,
    account_named,
    credentials,
    grants,
    normal_name,
    officers_of,
    reached_by,
    with_account,
)
from app.accounts.queries.family import acts_for, bond, bonds_of, bonds_over, dependants
from app.accounts.queries.profile import (
    groups,
    has_proven_phone,
    homes,
    person,
    residences,
    version,
)
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
    "has_proven_phone",
    "homes",
    "normal_name",
    "officers_of",
    "person",
    "reached_by",
    "residences",
    "sessions_of",
    "version",
    "with_account",
]
