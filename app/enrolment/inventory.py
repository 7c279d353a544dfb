"""What the tables of places say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "enrolments", _("Places in classes"),
    learning="run_id state rank joined_at offered_until approved_at seated_at ended_at "
    "completed_at returned_at terms fee fee_group fee_status fee_reason fee_settled_at "
    "document_seen_at reservation_id",
    words="reason answers", trace="channel recorded_by_id fee_settled_by_id",
    link="id code form_key person_id party came_from_id began_as_id",
)  # fmt: skip
describe(
    "attendances", _("Attendance"),
    learning="session_id status", trace="recorded_by_id recorded_at marked_at",
    link="id enrolment_id",
)  # fmt: skip
describe(
    "registers", _("Attendance lists that were taken"),
    trace="taken_at taken_by_id counted_at", plain="session_id headcount version",
)  # fmt: skip
describe(
    "substitutes", _("Who takes a register instead of somebody"),
    learning="session_id", trace="named_at named_by_id", link="id account_id",
)  # fmt: skip
describe(
    "group_bookings", _("Seats for groups"),
    name="contact_name", contact="phone email",
    learning="organisation run_id learners adults state booked_at ended_at",
    trace="recorded_by_id", plain="language", link="id code form_key",
)  # fmt: skip
describe(
    "seat_alerts", _("News of a free seat that was asked for"),
    contact="contact", learning="run_id asked_at", plain="language", link="id code person_id",
)  # fmt: skip
describe(
    "calendar_feeds", _("Secret addresses of calendars"),
    access="token_hash token_sealed made_at", link="id person_id",
)  # fmt: skip
describe(
    "drafts", _("Enrolment forms that were not sent yet"),
    words="typed", learning="run_id typed_at", link="id token_hash",
)  # fmt: skip
describe(
    "units_done", _("Units of classes that were finished"),
    learning="unit_id done_at", link="id enrolment_id",
)  # fmt: skip
describe(
    "check_ins", _("Codes of online sessions that were typed"),
    learning="session_id at", link="id enrolment_id",
)  # fmt: skip
