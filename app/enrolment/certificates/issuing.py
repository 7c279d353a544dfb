"""Issuing certificates: to everybody who completed a class, or anew after a name was corrected."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.catalogue.models import Run
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.keys import random_code
from app.enrolment.certificates import revoking
from app.enrolment.certificates.content import Content
from app.enrolment.certificates.errors import NotCompleted, SameName
from app.enrolment.certificates.events import CertificateIssued
from app.enrolment.certificates.models import CODE_LENGTH, Certificate, Languages
from app.enrolment.models import Enrolment, EnrolmentState
from app.enrolment.operations import seats
from app.providers.errors import NotAtWork
from app.providers.models import Provider, ProviderStatus


def issue(
    run_id: int, enrolment_ids: Collection[int], languages: Languages, by_id: int | None
) -> int:
    """One to each of these people; how many are new. Who has a valid one keeps it.

    Raises:
        NotCompleted: somebody named has not completed the class, or has no name any more.
        NotAtWork: the city has suspended its provider.
    """
    with transaction() as session:
        run = seats.locked(session, run_id)
        _check_at_work(run)
        places = _completed(session, run_id, enrolment_ids)
        valid = select(Certificate.enrolment_id).where(
            Certificate.enrolment_id.in_(enrolment_ids), Certificate.revoked_at.is_(None)
        )
        have = set(session.scalars(valid))
        provider_id = run.course.provider_id
        given = {
            "provider_id": provider_id, "content": Content.of(run).as_json(),
            "languages": languages, "issued_by_id": by_id,
        }  # fmt: skip
        wanted = [place for place in places if place.id not in have]
        first = _next_serial(session, provider_id) if wanted else 0
        new = [_made(place, first + at, given) for at, place in enumerate(wanted)]
        _keep(session, new, by_id)
        return len(new)


def reissue(certificate_id: int, reason: str, by_id: int | None) -> Certificate:
    """The same with the name its owner has now; the old one is revoked and leads to the new.

    Raises:
        NoLongerValid: it was revoked before.
        SameName: nothing would change.
        NotAtWork: the city has suspended its provider.
    """
    with transaction() as session:
        old = session.get_one(Certificate, certificate_id)
        run = seats.locked(session, old.enrolment.run_id)
        _check_at_work(run)
        old = revoking.end(session, certificate_id, reason, by_id)
        place = _completed(session, run.id, [old.enrolment_id])[0]
        if place.person.full_name == old.full_name:
            raise SameName
        serial = _next_serial(session, old.provider_id)
        kept = ("provider_id", "content", "languages", "earned_on")
        given = {name: getattr(old, name) for name in kept}
        new = _made(place, serial, given | {"issued_by_id": by_id, "replaces_id": old.id})
        _keep(session, [new], by_id)
        return new


def _check_at_work(run: Run) -> None:
    if run.course.provider.status is not ProviderStatus.ACTIVE:
        raise NotAtWork


def _completed(session: Session, run_id: int, wanted: Collection[int]) -> list[Enrolment]:
    query = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.id.in_(wanted))
    query = query.where(Enrolment.state == EnrolmentState.COMPLETED)
    with_name = query.options(joinedload(Enrolment.person))
    found = sorted(session.scalars(with_name), key=lambda each: (each.person.sort_key, each.id))
    if len(found) < len(set(wanted)) or not all(each.person.full_name for each in found):
        raise NotCompleted
    return found


def _next_serial(session: Session, provider_id: int) -> int:
    """Numbers of a provider follow one another: its row is held until they are written."""
    held = select(Provider.id).where(Provider.id == provider_id)
    session.execute(held.with_for_update(key_share=True))
    last = select(func.max(Certificate.serial)).where(
        Certificate.provider_id == provider_id, Certificate.year == clock.today().year
    )
    return (session.scalar(last) or 0) + 1


def _made(place: Enrolment, serial: int, given: dict[str, Any]) -> Certificate:
    today = clock.today()
    return Certificate(
        code=random_code(CODE_LENGTH),
        year=today.year,
        serial=serial,
        enrolment_id=place.id,
        full_name=place.person.full_name,
        **{"earned_on": today} | given,
    )


def _keep(session: Session, new: Collection[Certificate], by_id: int | None) -> None:
    session.add_all(new)
    session.flush()  # the events carry their numbers
    for each in new:
        audit.record(
            "certificate.issue", "certificate", each.id, by_id,
            enrolment=each.enrolment_id, instead_of=each.replaces_id,
        )  # fmt: skip
        jobs.emit(CertificateIssued(each.id))
