"""What the tables of indicators say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "measure_versions", _("Definitions of figures"),
    trace="made_at made_by_id verified_at verified_by_id",
    plain="measure_id number name_vi name_en meaning_vi meaning_en formula source_vi source_en "
    "status reason",
    link="id",
)  # fmt: skip
describe(
    "frameworks", _("Lists of criteria"),
    trace="imported_at imported_by_id verified_at verified_by_id",
    plain="code number name_vi name_en source status", link="id",
)  # fmt: skip
describe(
    "entered_values", _("Figures entered by offices"),
    trace="entered_at entered_by_id",
    plain="criterion_id unit_id period number source as_of note replaced_at", link="id",
)  # fmt: skip
describe(
    "targets", _("Targets"),
    trace="set_at set_by_id",
    plain="measure_code criterion_id unit_id period number source", link="id",
)  # fmt: skip
describe(
    "reporting_periods", _("Periods of reporting"),
    trace="opened_at opened_by_id", plain="code framework_id due_on closed_at", link="id",
)  # fmt: skip
describe(
    "returns", _("Returns of providers and communes"),
    name="signed_by", words="narrative difficulties proposals remark",
    trace="signed_on certified_at certified_by_id checked_at checked_by_id",
    plain="period_id provider_id unit_id state figures version", link="id",
)  # fmt: skip
describe(
    "reports", _("Frozen reports"),
    trace="frozen_at frozen_by_id published_at published_by_id publish_asked_at "
    "publish_asked_by_id",
    plain="period revision reason cut_off facts_digest software content digest refusal",
    link="id",
)  # fmt: skip
describe(
    "figure_rules", _("What the city decided for its figures"),
    trace="set_at set_by_id", plain="name value",
)  # fmt: skip
describe(
    "office_forms", _("Forms of offices"),
    trace="uploaded_at uploaded_by_id", plain="name content mapping", link="id",
)  # fmt: skip
describe(
    "paper_activities", _("Activities that communes keep on paper"),
    plain="provider_id key name run_id", link="id",
)  # fmt: skip
describe(
    "paper_rows", _("Counts from paper sheets"),
    trace="entered_at entered_by_id removed_at",
    plain="activity_id session_id day minutes headcount women older sent line version", link="id",
)  # fmt: skip
describe(
    "paper_changes", _("Corrections of counts from paper sheets"),
    words="reason", trace="at by_id", plain="row_id before", link="id",
)  # fmt: skip
