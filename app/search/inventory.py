"""What the tables of the search say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "saved_searches", _("Searches that were saved"),
    words="name question", learning="seen letters", trace="created_at looked_at",
    link="id code person_id",
)  # fmt: skip
describe(
    "search_alerts", _("News of a first result that was asked for"),
    contact="contact", words="question", trace="asked_at looked_at", plain="language",
    link="id code question_key",
)  # fmt: skip
