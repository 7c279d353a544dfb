"""The facts counted about a person."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.rights.holdings import Holding, Row, register
from app.core.db import db
from app.core.i18n import lazy as _
from app.participation import operations, unlinking
from app.participation.models import Fact, KeptSession, LearnerKey


def _count(person_id: int) -> int:
    mine = select(func.count(Fact.id)).join(LearnerKey, LearnerKey.number == Fact.learner)
    counted = mine.where(LearnerKey.person_id == person_id, Fact.known_to.is_(None))
    return db.session.scalar(counted) or 0


def _copy(person_id: int) -> Sequence[Row]:
    session = (
        KeptSession.day, KeptSession.minutes, KeptSession.provider_type, KeptSession.topic,
        KeptSession.isced_f, KeptSession.cla, KeptSession.mode, KeptSession.job_related,
    )  # fmt: skip
    told = (Fact.present, Fact.fee, Fact.sex, Fact.born_on, Fact.residence, Fact.employment)
    mine = select(*session, *told).join(Fact, Fact.meeting == KeptSession.meeting)
    mine = mine.join(LearnerKey, LearnerKey.number == Fact.learner)
    current = (Fact.known_to.is_(None), KeptSession.known_to.is_(None))
    mine = mine.where(LearnerKey.person_id == person_id, *current)
    rows = db.session.execute(mine.order_by(KeptSession.day, Fact.id)).mappings()
    return [dict(row) for row in rows]


def _move(session: Session, gone_id: int, kept_id: int) -> None:
    operations.rejoin(session, gone_id, kept_id)


def _move_back(session: Session, gone_id: int, kept_id: int, _moved: None) -> None:
    """Their places have gone back already."""
    operations.rejoin(session, gone_id, kept_id)


def _erase(session: Session, person_id: int, stripped_id: int) -> None:
    """What counted goes on counting, under a number that leads to nobody.

    A row that was merged counted before that: its number of that time leads nowhere at all.
    """
    is_merged = session.get_one(Person, person_id).merged_into_id is not None
    unlinking.erase(session, person_id, None if is_merged else stripped_id)


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
