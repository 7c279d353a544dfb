"""What the tables of the catalogue say about people: only who wrote and decided what."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "course_revisions", _("Changes of courses that residents do not see yet"),
    trace="changed_at changed_by_id",
    plain="course_id document base course_version version", link="id",
)  # fmt: skip
describe(
    "course_releases", _("Courses that wait to be published"),
    trace="asked_at asked_by_id decided_at decided_by_id",
    plain="course_id state publish_at reason agreed lacks version", link="id",
)  # fmt: skip
describe(
    "course_versions", _("Published versions of courses"),
    trace="at by_id", plain="course_id number document from_elsewhere", link="id",
)  # fmt: skip
describe(
    "run_teachers", _("Who teaches a class"),
    name="name", plain="run_id session_id position", link="id account_id match_key",
)  # fmt: skip
describe(
    "term_copies", _("Terms that were made from others"),
    trace="made_at made_by_id", plain="provider_id form_key", link="id",
)  # fmt: skip
