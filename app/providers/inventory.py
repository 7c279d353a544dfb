"""What the tables of providers say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "staff_members", _("Staff of providers"),
    access="provider_id role expires_on", trace="granted_at granted_by_id", link="id account_id",
)  # fmt: skip
