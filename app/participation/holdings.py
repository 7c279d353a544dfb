"""The facts counted about a person."""

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

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
    """The stripped row counts as the person did: only each day of birth is less exact.

    Each fact keeps its own month: it may have been counted under another than is known now.
    """
    mine = Fact.person_id == person_id
    days = session.scalars(select(Fact.born_on).where(mine, Fact.born_on.is_not(None)).distinct())
    for born_on in days.all():
        of_day = update(Fact).where(mine, Fact.born_on == born_on)
        session.execute(of_day.values(born_on=born_on and born_on.replace(day=1)))
    operations.repoint(session, stripped_id, mine)


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
