"""What communes enter of paper sheets: activities that were only counted, and each session's count.

An activity is kept as a course and a run that nobody sees, and a row as a session of it whose
register has a headcount alone; so its facts are made as all others are. How many of the people were
women, and how many 60 or older, is known separately and not together: no fact can say it truly, so
it stays with the row.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.catalogue.models import ClassSession, Run
from app.core.db import Base, created_at, name200, optional200, pk
from app.core.i18n import Bilingual
from app.providers.models import Provider

MOST_PEOPLE = 10_000


class PaperActivity(Base):
    """Something a centre did of which only paper tells; `key` is its name as it is compared."""

    __tablename__ = "paper_activities"
    __table_args__ = (UniqueConstraint("provider_id", "key"), UniqueConstraint("run_id"))

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id))
    key: Mapped[name200]
    name: Mapped[name200]
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id))

    provider: Mapped[Provider] = relationship()
    run: Mapped[Run] = relationship()

    @property
    def title(self) -> Bilingual:
        """Its name, which is in Vietnamese alone."""
        return Bilingual(self.name)


class PaperRow(Base):
    """How many people came to one session of an activity, and how many of them were whom.

    `sent` and `line` tell which line of which form it was, so that a form sent twice is one.
    """

    __tablename__ = "paper_rows"
    __table_args__ = (
        UniqueConstraint("session_id"),
        UniqueConstraint("sent", "line"),
        CheckConstraint(f"headcount BETWEEN 1 AND {MOST_PEOPLE}", name="headcount_range"),
        CheckConstraint("women IS NULL OR women BETWEEN 0 AND headcount", name="women_among_them"),
        CheckConstraint("older IS NULL OR older BETWEEN 0 AND headcount", name="older_among_them"),
        Index("ix_paper_rows_activity_id_day", "activity_id", "day"),
    )

    id: Mapped[pk]
    activity_id: Mapped[int] = mapped_column(ForeignKey(PaperActivity.id))
    session_id: Mapped[int] = mapped_column(ForeignKey(ClassSession.id))
    day: Mapped[date]
    minutes: Mapped[int]
    headcount: Mapped[int]
    women: Mapped[int | None]  # None: the sheet does not say
    older: Mapped[int | None]  # of 60 or more
    sent: Mapped[str] = mapped_column(String(64))
    line: Mapped[int]
    entered_at: Mapped[created_at]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    activity: Mapped[PaperActivity] = relationship()
    session: Mapped[ClassSession] = relationship()
    changes: Mapped[list["PaperChange"]] = relationship(
        back_populates="row", order_by="PaperChange.id.desc()"
    )


class PaperChange(Base):
    """What a row said before somebody corrected it, and why they did."""

    __tablename__ = "paper_changes"

    id: Mapped[pk]
    row_id: Mapped[int] = mapped_column(ForeignKey(PaperRow.id), index=True)
    at: Mapped[created_at]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    reason: Mapped[optional200]

    row: Mapped[PaperRow] = relationship(back_populates="changes")

    @property
    def day(self) -> date:
        """The day it said before."""
        return date.fromisoformat(self.before["day"])
