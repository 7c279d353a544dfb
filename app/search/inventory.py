"""What the tables of the search say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "saved_searches", _("Searches that were saved"),
    words="name question", learning="seen letters", trace="created_at looked_at",
    link="id code person_id",
)  # fmt: skip
