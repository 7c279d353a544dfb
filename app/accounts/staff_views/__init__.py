"""Pages of city staff about accounts, roles, the audit log and people."""

from app.accounts.staff_views import (
    accounts,
    audit_log,
    breaches,
    duplicates,
    people,
    requests,
    roles,
)
from app.accounts.staff_views.blueprint import bp

__all__ = [
    "accounts",
    "audit_log",
    "bp",
    "breaches",
    "duplicates",
    "people",
    "requests",
    "roles",
]
