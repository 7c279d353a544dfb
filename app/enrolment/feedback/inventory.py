"""What the tables of feedback say about people: who has answered, until the round closes."""

from app.accounts.rights.inventory import describe
from app.accounts.rights.retention import Rule, register
from app.core.i18n import lazy as _

describe("feedback_marks", _("That somebody has answered about a class"), link="run_id person_id")
describe(
    "feedback_answers", _("Answers about classes, of nobody"),
    words="comment", trace="decided_at decided_by_id",
    plain="id run_id usefulness satisfaction comment_state",
)  # fmt: skip
register(
    Rule(
        code="feedback_marks",
        what=_("That somebody has answered about a class"),
        kept=_("Three weeks after the class"),
        then=_("Deleted; the answers stay, and nobody knows whose they are"),
        why=_("So that everybody answers once, and stays unknown."),
    )
)
