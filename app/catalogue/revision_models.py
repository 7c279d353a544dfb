"""What the words of courses are to become, what they were, and who is to let them out."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.catalogue.models import Course
from app.core.db import Base, code20, created_at, pk, prose


class CourseRevision(Base):
    """What is to replace the words of a live course; residents see none of it.

    `document` is of `catalogue.documents`. `base` is the course as it was when the revision was
    begun: what differs from it now, a feed or the city has changed meanwhile.
    """

    __tablename__ = "course_revisions"
    __table_args__ = (UniqueConstraint("course_id"),)

    id: Mapped[pk]
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    base: Mapped[dict[str, Any]] = mapped_column(JSON)
    course_version: Mapped[int]  # of `base`
    changed_at: Mapped[created_at]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    course: Mapped[Course] = relationship()
    changed_by: Mapped[Account | None] = relationship()


class ReleaseState(StrEnum):
    WAITING = "waiting"  # for city staff
    SCHEDULED = "scheduled"
    RETURNED = "returned"  # by city staff, with a reason
    REFUSED = "refused"  # its hour came and something was missing


class CourseRelease(Base):
    """The wish that residents see a draft or a revision, as long as it is not fulfilled.

    `lacks` holds the codes of `catalogue.completeness` for which the hour passed in vain.
    """

    __tablename__ = "course_releases"
    __table_args__ = (
        UniqueConstraint("course_id"),
        Index("ix_course_releases_state_asked_at", "state", "asked_at"),
    )

    id: Mapped[pk]
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id))
    state: Mapped[ReleaseState]
    publish_at: Mapped[datetime | None]  # None: at once
    asked_at: Mapped[created_at]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    reason: Mapped[prose]
    agreed: Mapped[code20] = mapped_column(default="", server_default="")
    """The versions of course and revision that city staff agreed to, to be published later."""
    lacks: Mapped[list[str]] = mapped_column(JSON, default=list, server_default="[]")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    course: Mapped[Course] = relationship()


class CourseVersion(Base):
    """The words that residents saw from a moment on; rows are only added."""

    __tablename__ = "course_versions"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[pk]
    course_id: Mapped[int] = mapped_column(ForeignKey(Course.id))
    number: Mapped[int]  # 1, 2, 3 of this course
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[created_at]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    from_elsewhere: Mapped[bool] = mapped_column(default=False)
    """A file, a feed or the city changed the live course; noticed at `at`."""

    by: Mapped[Account | None] = relationship()
