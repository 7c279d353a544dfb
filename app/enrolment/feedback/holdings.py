"""That a person has answered: one row, until the round closes. What they said is nobody's."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.rights.holdings import Holding, Row, register
from app.core.db import db
from app.core.i18n import lazy as _
from app.enrolment.feedback.models import FeedbackMark, FeedbackRound


def _runs(person_id: int) -> list[int]:
    query = select(FeedbackMark.run_id).where(FeedbackMark.person_id == person_id)
    return list(db.session.scalars(query.order_by(FeedbackMark.run_id)))


def _copy(person_id: int) -> Sequence[Row]:
    rounds = select(FeedbackRound).where(FeedbackRound.run_id.in_(_runs(person_id)))
    found = db.session.scalars(rounds.order_by(FeedbackRound.run_id))
    return [{"course": each.run.course.title_vi, "until": each.until} for each in found]


def _give(session: Session, from_id: int, to_id: int, run_ids: Sequence[int]) -> list[int]:
    """The marks of these runs; where the other has one too, theirs is enough."""
    theirs = set(_runs(to_id))
    mine = FeedbackMark.person_id == from_id
    doubled = FeedbackMark.run_id.in_(theirs)
    session.execute(delete(FeedbackMark).where(mine, doubled))
    moving = [run_id for run_id in run_ids if run_id not in theirs]
    given = update(FeedbackMark).where(mine, FeedbackMark.run_id.in_(moving))
    session.execute(given.values(person_id=to_id))
    return moving


def _move(session: Session, gone_id: int, kept_id: int) -> list[int]:
    return _give(session, gone_id, kept_id, _runs(gone_id))


def _move_back(session: Session, gone_id: int, kept_id: int, moved: Any) -> None:
    _give(session, kept_id, gone_id, [each for each in _runs(kept_id) if each in moved])


def _erase(session: Session, person_id: int, stripped_id: int) -> None:
    """It still counts once."""
    _give(session, person_id, stripped_id, _runs(person_id))


register(
    Holding(
        name="feedback_marks",
        layer=3,
        label=_("That you said what you think of a class (not what you said)"),
        count=lambda person_id: len(_runs(person_id)),
        copy=_copy,
        move=_move,
        move_back=_move_back,
        erase=_erase,
    )
)
