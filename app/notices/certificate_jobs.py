"""Letters about certificates."""

from functools import partial

from app.core.db import db
from app.core.jobs import handles
from app.enrolment.certificates.events import CertificateIssued, CertificateRevoked
from app.enrolment.certificates.models import Certificate
from app.enrolment.models import Enrolment
from app.notices import operations
from app.notices.wording import About, Words, endings


@handles(CertificateIssued)
def tell_of_a_certificate(event: CertificateIssued) -> None:
    """Nothing of one that was revoked again, or whose owner is deleted."""
    found = db.session.get(Certificate, event.certificate_id)
    if found is None or not found.is_valid or not found.full_name:
        return
    way = endings.new_certificate if found.replaces_id else endings.certificate
    operations.write_about(
        found.enrolment,
        lambda name: way(About.of(found.enrolment, name)),
        key=f"certificate-{found.id}",
    )


@handles(CertificateRevoked)
def tell_of_a_revoked_certificate(event: CertificateRevoked) -> None:
    found = db.session.get(Certificate, event.certificate_id)
    if found is None or found.is_valid or not found.full_name:
        return
    words = partial(_revoked, found.enrolment, found.revoked_because)
    operations.write_about(found.enrolment, words, key=f"revoked-{found.id}")


def _revoked(place: Enrolment, why: str, name: str) -> Words:
    return endings.revoked(About.of(place, name), why)
