"""The facts counted about a person."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.rights.holdings import Holding, Row, register
from app.core.db import db
from app.core.i18n import lazy as _
from app.enrolment.models import Enrolment
from app.participation import operations
from app.participation.models import Fact


def _count(person_id: int) -> int:
    return db.session.scalar(select(func.count()).where(Fact.person_id == person_id)) or 0


def _copy(person_id: int) -> Sequence[Row]:
    names = (
        "day", "minutes", "present", "sex", "born_on", "ward", "provider_type", "topic", "isced_f",
        "cla", "mode", "job_related",
    )  # fmt: skip
    mine = select(Fact).where(Fact.person_id == person_id).order_by(Fact.day, Fact.id)
    return [{name: getattr(each, name) for name in names} for each in db.session.scalars(mine)]


def _move(session: Session, gone_id: int, kept_id: int) -> None:
    operations.repoint(session, kept_id, Fact.person_id == gone_id)


def _move_back(session: Session, gone_id: int, kept_id: int, _moved: None) -> None:
    """Those of the places that have gone back already."""
    places = select(Enrolment.id).where(Enrolment.person_id == gone_id)
    mine = Fact.enrolment_id.in_(places)
    operations.repoint(session, gone_id, Fact.person_id == kept_id, mine)


def _erase(session: Session, person_id: int, stripped_id: int) -> None:
    """The stripped row counts as the person did: only the day of birth is less exact."""
    stripped = session.get_one(Person, stripped_id)
    born = {"born_on": stripped.born_on} if stripped.born_on else {}
    operations.repoint(session, stripped_id, Fact.person_id == person_id, **born)


register(
    Holding(
        name="facts",
        layer=3,
        label=_("What was counted of you"),
        count=_count,
        copy=_copy,
        move=_move,
        move_back=_move_back,
        erase=_erase,
    )
)
