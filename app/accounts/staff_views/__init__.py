"""Pages of city staff about accounts, roles, the audit log and people."""

from app.accounts.staff_views.blueprint import bp

__all__ = ["bp"]
