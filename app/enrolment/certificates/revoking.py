"""Certificates that hold no longer. They stay: whoever checks one is told."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit, clock, jobs
from app.core.db import transaction
from app.enrolment.certificates.errors import NoLongerValid
from app.enrolment.certificates.events import CertificateRevoked
from app.enrolment.certificates.models import Certificate


def revoke(certificate_id: int, reason: str, by_id: int | None) -> None:
    """For good, with a reason its owner is told.

    Raises:
        NoLongerValid: it was revoked before.
    """
    with transaction() as session:
        end(session, certificate_id, reason, by_id)
        jobs.emit(CertificateRevoked(certificate_id))


def end(session: Session, certificate_id: int, reason: str, by_id: int | None) -> Certificate:
    """Mark it as revoked; one of two who try does it.

    Raises:
        NoLongerValid: it was revoked before.
    """
    found = session.get_one(Certificate, certificate_id, with_for_update={"of": Certificate})
    session.refresh(found)
    if not found.is_valid:
        raise NoLongerValid
    found.revoked_at, found.revoked_by_id, found.revoked_because = clock.now(), by_id, reason
    audit.record("certificate.revoke", "certificate", found.id, by_id, reason=reason)
    session.flush()  # before another takes its place
    return found


def follow_result(session: Session, enrolment_id: int, reason: str, by_id: int | None) -> None:
    """Whoever has not completed the class after all has no valid certificate of it."""
    mine = select(Certificate.id).where(
        Certificate.enrolment_id == enrolment_id, Certificate.revoked_at.is_(None)
    )
    for certificate_id in session.scalars(mine).all():
        end(session, certificate_id, reason, by_id)
