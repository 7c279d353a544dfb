"""Tables of feedback."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account, Person
from app.catalogue.models import Run
from app.core.db import Base, created_at, prose
from app.core.keys import random_code

ID_LENGTH = 16
LONGEST_COMMENT = 500


class CommentState(StrEnum):
    """Who may read the comment of an answer: until somebody decided, moderators alone."""

    NONE = "none"
    WAITING = "waiting"
    SHOWN = "shown"  # to the provider
    HIDDEN = "hidden"


def random_id() -> str:
    """Tells nothing about the order in which answers came."""
    return random_code(ID_LENGTH)


class FeedbackRound(Base):
    """The people of one run are asked, until a day; `invited` is counted when the round closes."""

    __tablename__ = "feedback_rounds"
    __table_args__ = (
        CheckConstraint("invited >= 0", name="invited_not_negative"),
        Index("ix_feedback_rounds_closed_at", "closed_at"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), primary_key=True)
    opened_at: Mapped[created_at]
    until: Mapped[date]
    closed_at: Mapped[datetime | None]
    invited: Mapped[int] = mapped_column(default=0)

    run: Mapped[Run] = relationship()

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class FeedbackMark(Base):
    """That a person has answered about a run. No time, no number, no way to the answer.

    The rows lie in the order of their key, not in the order in which they came.
    """

    __tablename__ = "feedback_marks"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's declaration

    run_id: Mapped[int] = mapped_column(ForeignKey(FeedbackRound.run_id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True, index=True)


class FeedbackAnswer(Base):
    """What somebody said about a run. No time, no person; the key is random."""

    __tablename__ = "feedback_answers"
    __table_args__ = (
        CheckConstraint("usefulness BETWEEN 1 AND 5", name="usefulness_in_range"),
        CheckConstraint("satisfaction BETWEEN 1 AND 5", name="satisfaction_in_range"),
        Index("ix_feedback_answers_comment_state", "comment_state"),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=random_id)
    run_id: Mapped[int] = mapped_column(ForeignKey(FeedbackRound.run_id), index=True)
    usefulness: Mapped[int]
    satisfaction: Mapped[int]
    comment: Mapped[prose]
    comment_state: Mapped[CommentState] = mapped_column(default=CommentState.NONE)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    round: Mapped[FeedbackRound] = relationship()
