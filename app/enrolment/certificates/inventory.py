"""What the table of certificates says about people."""

from app.accounts.rights.inventory import describe
from app.accounts.rights.retention import Rule, register
from app.core.i18n import lazy as _

describe(
    "certificates", _("Certificates"),
    name="full_name", learning="content earned_on", words="revoked_because",
    trace="issued_at issued_by_id revoked_at revoked_by_id", plain="provider_id year serial "
    "languages", link="id code enrolment_id replaces_id",
)  # fmt: skip
register(
    Rule(
        code="certificates",
        what=_("Certificates"),
        kept=_("As long as the places in classes; then without the name"),
        then=_("Whoever has the paper can still check that it is genuine"),
        why=_("So that a certificate means something as long as its owner lives."),
    )
)
