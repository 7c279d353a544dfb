"""What the city's decisions about courses say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "course_takedowns", _("Courses the city took out of sight"),
    words="reason lifted_reason", trace="at by_id lifted_at lifted_by_id", link="id course_id",
)  # fmt: skip
describe(
    "course_likenesses", _("Courses that may be one"),
    trace="found_at decided_at decided_by_id", plain="score state", link="id first_id second_id",
)  # fmt: skip
