"""What the city decides about courses: taken down, let go again, found to be the same."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.catalogue.models import Course
from app.core.db import Base, created_at, pk, prose
from app.providers.models import LikenessState

STANDS = text("lifted_at IS NULL")


class TakedownColumns:
    """That the city keeps something of a provider out of sight, and why."""

    id: Mapped[pk]
    reason: Mapped[prose]
    at: Mapped[created_at]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    lifted_reason: Mapped[prose]


class CourseTakedown(TakedownColumns, Base):
    """One course kept out of sight; of those of a course at most one stands."""

    __tablename__ = "course_takedowns"
    __table_args__ = (
        Index(
            "uq_course_takedowns_standing", "course_id",
            unique=True, sqlite_where=STANDS, postgresql_where=STANDS,
        ),
        Index("ix_course_takedowns_course_id", "course_id"),
    )  # fmt: skip

    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id))

    course: Mapped[Course] = relationship()


class CourseLikeness(Base):
    """Two courses of one provider that may be one; the lower id first."""

    __tablename__ = "course_likenesses"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
    )

    id: Mapped[pk]
    first_id: Mapped[int] = mapped_column(ForeignKey(Course.id))
    second_id: Mapped[int] = mapped_column(ForeignKey(Course.id), index=True)
    score: Mapped[int]  # 0 to 100
    state: Mapped[LikenessState] = mapped_column(default=LikenessState.OPEN)
    found_at: Mapped[created_at]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    first: Mapped[Course] = relationship(foreign_keys=first_id)
    second: Mapped[Course] = relationship(foreign_keys=second_id)
