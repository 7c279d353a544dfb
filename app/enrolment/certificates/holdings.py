"""Certificates of a person: a name and a reason are theirs, the rest stays for whoever checks."""

from collections.abc import Sequence

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from app.accounts.rights.holdings import Holding, Row, register
from app.core.db import db
from app.core.i18n import lazy as _
from app.enrolment.certificates.content import Content
from app.enrolment.certificates.models import Certificate
from app.enrolment.models import Enrolment


def _mine(person_id: int) -> Select[Certificate]:
    query = select(Certificate).join(Certificate.enrolment)
    return query.where(Enrolment.person_id == person_id).order_by(Certificate.id)


def _count(person_id: int) -> int:
    return len(db.session.scalars(_mine(person_id)).all())


def _copy(person_id: int) -> Sequence[Row]:
    return [_row(each, Content.read(each.content)) for each in db.session.scalars(_mine(person_id))]


def _row(each: Certificate, content: Content) -> Row:
    return {
        "number": each.number,
        "code": each.code,
        "full_name": each.full_name,
        "course": content.course.vi,
        "provider": content.provider.vi,
        "starts_on": content.starts_on,
        "ends_on": content.ends_on,
        "issued_at": each.issued_at,
        "revoked_at": each.revoked_at,
        "revoked_because": each.revoked_because or None,
    }


def _follow_places(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """A certificate belongs to a place and goes where it goes."""


def _erase(session: Session, person_id: int, _stripped_id: int) -> None:
    """The paper in somebody's hands stays true: it can be checked, without the name."""
    ids = select(Enrolment.id).where(Enrolment.person_id == person_id)
    theirs = update(Certificate).where(Certificate.enrolment_id.in_(ids))
    session.execute(
        theirs.values(full_name="", revoked_because=""), execution_options=_IN_THE_DATABASE
    )


_IN_THE_DATABASE = {"synchronize_session": "fetch"}
register(
    Holding(
        name="certificates",
        layer=3,  # erased while the places still are theirs
        label=_("Certificates"),
        count=_count,
        copy=_copy,
        move=_follow_places,
        erase=_erase,
    )
)
