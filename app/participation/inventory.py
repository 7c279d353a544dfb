"""What the tables of facts say about people."""

from app.accounts.rights.inventory import describe
from app.core.i18n import lazy as _

describe(
    "learner_keys", _("Numbers under which people are counted"), link="person_id number",
)  # fmt: skip
describe(
    "learner_states", _("What holds of learners on which days, without names"),
    birth="born_on sex employment", home="unit_id residence", sensitive="groups answered",
    trace="valid_from valid_to known_from known_to", link="id learner",
)  # fmt: skip
describe(
    "participation_facts", _("Facts for the figures, without names"),
    birth="born_on sex employment", home="unit_id residence", sensitive="groups answered",
    learning="meeting present fee", trace="known_from known_to", link="id learner",
    plain="headcount",
)  # fmt: skip
describe(
    "participation_sessions", _("What sessions were, as they are counted"),
    trace="known_from known_to corrected_by_id",
    plain="meeting day minutes run_id course_id provider_id provider_type topic isced_f cla mode "
    "job_related venue_id venue_unit_id campaign reason",
    link="id",
)  # fmt: skip
