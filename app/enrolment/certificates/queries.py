"""Reading certificates."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from app.catalogue.models import Course, Run
from app.core.db import db
from app.enrolment.certificates.models import Certificate
from app.enrolment.models import Enrolment


def by_code(code: str) -> Certificate | None:
    """Whatever became of it."""
    query = select(Certificate).where(Certificate.code == code)
    return db.session.scalar(query.options(joinedload(Certificate.enrolment)))


def at_provider(provider_id: int, code: str) -> Certificate | None:
    """Of one of this provider's classes; another's does not exist here."""
    query = select(Certificate).join(Certificate.enrolment).join(Enrolment.run).join(Run.course)
    mine = query.where(Certificate.code == code, Course.provider_id == provider_id)
    place = contains_eager(Certificate.enrolment)
    eager = (place.joinedload(Enrolment.person), place.contains_eager(Enrolment.run))
    return db.session.scalar(mine.options(*eager))


def successor(of: Certificate) -> Certificate | None:
    """The one that took its place."""
    return db.session.scalar(select(Certificate).where(Certificate.replaces_id == of.id))


def of_run(run_id: int) -> dict[int, Certificate]:
    """The newest of each place of a run."""
    query = select(Certificate).join(Certificate.enrolment).where(Enrolment.run_id == run_id)
    found = db.session.scalars(query.order_by(Certificate.id))
    return {each.enrolment_id: each for each in found}


def printable(run_id: int) -> Sequence[Certificate]:
    """The valid ones of a run that still have a name, as their numbers follow one another."""
    query = _valid().join(Certificate.enrolment).where(Enrolment.run_id == run_id)
    ordered = query.order_by(Certificate.year, Certificate.serial)
    return db.session.scalars(ordered).all()


def of_place(enrolment_id: int) -> Certificate | None:
    """What its owner can print."""
    return db.session.scalar(_valid().where(Certificate.enrolment_id == enrolment_id))


def of_people(person_ids: Collection[int]) -> Sequence[Certificate]:
    """What these people can print, the newest first."""
    query = _valid().join(Certificate.enrolment).where(Enrolment.person_id.in_(person_ids))
    with_place = query.options(contains_eager(Certificate.enrolment))
    return db.session.scalars(with_place.order_by(Certificate.id.desc())).all()


def _valid() -> Select[Certificate]:
    return select(Certificate).where(Certificate.revoked_at.is_(None), Certificate.full_name != "")
