"""Answering, and deciding which comments the provider may read."""

from typing import Any

from sqlalchemy import update

from app.core import audit, clock
from app.core.db import inserting, transaction
from app.enrolment.feedback import rounds
from app.enrolment.feedback.errors import AlreadyAnswered, AlreadyDecided, FeedbackClosed
from app.enrolment.feedback.models import CommentState, FeedbackAnswer, FeedbackMark, FeedbackRound
from app.enrolment.models import Enrolment


def answer(place_id: int, usefulness: int, satisfaction: int, comment: str) -> None:
    """Once for each person and run. What was said and that somebody said it are kept apart.

    Raises:
        AlreadyAnswered: this person has.
        FeedbackClosed: it is too late, too early, or they did not come.
    """
    with transaction() as session:
        place = session.get_one(Enrolment, place_id)
        key, person_id = place.run_id, place.person_id
        found = session.get(FeedbackRound, key, with_for_update=True, populate_existing=True)
        if found is None or not is_open(found) or not rounds.is_asked(place):
            raise FeedbackClosed
        mark = inserting(FeedbackMark).values(run_id=key, person_id=person_id)
        kept = mark.on_conflict_do_nothing().returning(FeedbackMark.run_id)
        if session.execute(kept).first() is None:
            raise AlreadyAnswered
        state = CommentState.WAITING if comment else CommentState.NONE
        scales = {"usefulness": usefulness, "satisfaction": satisfaction}
        session.add(FeedbackAnswer(run_id=key, **scales, comment=comment, comment_state=state))
        audit.record("feedback.answered", "run", key)


def is_open(found: FeedbackRound) -> bool:
    return not found.is_closed and clock.today() <= found.until


def decide(answer_id: str, by_id: int | None, *, show: bool) -> None:
    """The provider may read the comment; or nobody, ever: then it is not kept.

    Raises:
        AlreadyDecided: somebody else has.
    """
    state = CommentState.SHOWN if show else CommentState.HIDDEN
    with transaction() as session:
        waiting = update(FeedbackAnswer).where(
            FeedbackAnswer.id == answer_id, FeedbackAnswer.comment_state == CommentState.WAITING
        )
        values: dict[str, Any] = {"comment_state": state, "decided_by_id": by_id}
        values |= {"decided_at": clock.now()} | ({} if show else {"comment": ""})
        done = session.execute(waiting.values(**values).returning(FeedbackAnswer.run_id)).first()
        if done is None:
            raise AlreadyDecided
        audit.record("feedback.decided", "run", done[0], by_id, shown=show)
