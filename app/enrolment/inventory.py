"""What the tables of places say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "enrolments", _("Places in classes"),
    learning="run_id state joined_at seated_at ended_at", trace="channel recorded_by_id",
    link="id code form_key person_id",
)  # fmt: skip
describe(
    "attendances", _("Attendance"),
    learning="session_id status", trace="recorded_by_id recorded_at", link="id enrolment_id",
)  # fmt: skip
describe(
    "registers", _("Attendance lists that were taken"),
    trace="taken_at taken_by_id", plain="session_id headcount version",
)  # fmt: skip
