"""What the tables of learning resources say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "resource_takedowns", _("Learning resources the city took out of sight"),
    words="reason lifted_reason", trace="at by_id lifted_at lifted_by_id", link="id resource_id",
)  # fmt: skip
