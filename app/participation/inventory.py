"""What the fact table says about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "participation_facts", _("Facts for the figures, without names"),
    birth="sex born_on", home="ward", learning="session_id run_id course_id day minutes present",
    link="id person_id enrolment_id",
    plain="provider_id headcount provider_type topic isced_f cla mode job_related",
)  # fmt: skip
