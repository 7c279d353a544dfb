"""What the tables of people and accounts say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "persons", _("People"),
    name="full_name sort_key name_key", contact="phone email",
    birth="sex born_on born_in employment", sensitive="groups_answer",
    trace="created_at erased_at restricted_at objected_at no_reminders_since", plain="language",
    link="id guest_key national_id_hash merged_into_id",
)  # fmt: skip
describe(
    "residences", _("Where people live"),
    home="unit_id kind valid_from valid_to", link="id person_id",
)  # fmt: skip
describe(
    "person_groups", _("Groups people belong to"),
    sensitive="group valid_from valid_to standard", trace="recorded_by_id recorded_at",
    link="id person_id",
)  # fmt: skip
describe(
    "guardianships", _("Who acts for whom"),
    family="guardian_id dependant_id bond begun_at agreed_at ended_at", trace="recorded_by_id",
    link="id",
)  # fmt: skip
describe(
    "accounts", _("Accounts"),
    name="display_name", contact="email phone", access="password_hash assurance is_active",
    trace="email_proven_at phone_proven_at created_at", plain="language", link="id person_id",
)  # fmt: skip
describe(
    "login_sessions", _("Browsers signed in"),
    access="token_hash method second_factor_at confirmed_at expires_at browser",
    trace="created_at last_seen_at viewed_account_id viewed_until", words="view_reason",
    link="handle account_id",
)  # fmt: skip
describe(
    "known_browsers", _("Kinds of browser used before"),
    access="browser", trace="last_seen_at", link="account_id",
)  # fmt: skip
describe(
    "second_factors", _("Second steps of signing in"),
    access="sealed_secret last_step", trace="confirmed_at", link="account_id",
)  # fmt: skip
describe(
    "recovery_codes", _("Recovery codes"),
    access="code_hash", trace="used_at", link="id account_id",
)  # fmt: skip
describe(
    "external_identities", _("Identities at other providers"),
    access="issuer subject assurance", trace="linked_at", link="id account_id",
)  # fmt: skip
describe(
    "one_time_codes", _("Codes on their way"),
    contact="contact_hash sealed", access="code_hash purpose tries expires_at",
    trace="created_at used_at", plain="language", link="id handle account_id",
)  # fmt: skip
describe(
    "role_grants", _("Roles at the city"),
    access="city_role commune_id expires_on", trace="granted_at granted_by_id",
    link="id account_id",
)  # fmt: skip
describe(
    "role_proposals", _("Changes of roles that wait"),
    access="withdraw expires_on is_agreed", words="reason",
    trace="proposed_by_id proposed_at decided_by_id decided_at", link="id account_id",
)  # fmt: skip
describe(
    "suspicions", _("Rows that may be one person"),
    link="id first_id second_id", trace="found_at decided_at decided_by_id", words="reasons note",
    plain="score state",
)  # fmt: skip
describe(
    "merges", _("Rows that were one person"),
    link="id kept_id gone_id moved", trace="merged_at merged_by_id undone_at undone_by_id",
    words="reason",
)  # fmt: skip
describe(
    "consents", _("Consents with their proof"),
    access="purpose text_version text_digest channel child_agreed",
    trace="given_at withdrawn_at recorded_by_id request_id", family="given_by_id", words="note",
    plain="language", link="id person_id",
)  # fmt: skip
describe(
    "data_requests", _("Requests about data"),
    access="kind channel outcome involves_others", words="wish reply extension_reason",
    trace="received_at answer_by act_by answered_at extended_at closed_at recorded_by_id "
    "handled_by_id",
    link="id code person_id",
)  # fmt: skip
describe(
    "breaches", _("Incidents with data"),
    words="what data measures",
    trace="happened_at noticed_at authority_told_at people_told_at closed_at recorded_by_id "
    "recorded_at",
    plain="id kind people is_serious",
)  # fmt: skip
describe(
    "audit_entries", _("Log of who saw or changed data"),
    trace="at account_id action object_kind object_id seen_on request_id", words="reason",
    plain="details", link="id person_id",
)  # fmt: skip
