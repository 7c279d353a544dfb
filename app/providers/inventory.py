"""What the tables of providers say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "staff_members", _("Staff of providers"),
    access="provider_id role expires_on", trace="granted_at granted_by_id", link="id account_id",
)  # fmt: skip
describe(
    "provider_applications", _("Applications of organisations"),
    name="contact_name", contact="contact phone email", words="about question answer reason",
    trace="created_at sent_at decided_at decided_by_id",
    plain="state version language type_id name_vi name_en name_key unit_id address licence_no",
    link="id provider_id",
)  # fmt: skip
describe(
    "application_files", _("Documents of applications"),
    words="name", trace="added_at", plain="stored media size sha256", link="id application_id",
)  # fmt: skip
describe(
    "application_steps", _("What happened to applications"),
    words="words", trace="at by_id", plain="kind", link="id application_id",
)  # fmt: skip
describe(
    "provider_invitations", _("Invitations to work at providers"),
    access="role sealed last_day", link="id provider_id contact_hash",
    trace="invited_at invited_by_id expires_at accepted_at accepted_by_id taken_back_at",
    plain="language",
)  # fmt: skip
describe(
    "provider_steps", _("What the city decided about providers"),
    words="reason", trace="at by_id", plain="kind", link="id provider_id successor_id",
)  # fmt: skip
describe(
    "provider_likenesses", _("Providers that may be one"),
    trace="found_at decided_at decided_by_id", plain="score state", link="id first_id second_id",
)  # fmt: skip
