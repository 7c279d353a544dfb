"""Rows that may be one human, and rows that were found to be."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.accounts import Account
from app.accounts.models.persons import Person
from app.core.db import Base, created_at, optional200, pk


class SuspicionState(StrEnum):
    OPEN = "open"
    MERGED = "merged"
    DIFFERENT = "different"  # somebody looked: two people


class Suspicion(Base):
    """Two persons that may be one; the lower id first."""

    __tablename__ = "suspicions"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
    )

    id: Mapped[pk]
    first_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    second_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    score: Mapped[int]  # 0 to 100
    reasons: Mapped[list[str]] = mapped_column(JSON)
    state: Mapped[SuspicionState] = mapped_column(default=SuspicionState.OPEN)
    found_at: Mapped[created_at]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    note: Mapped[optional200]

    first: Mapped[Person] = relationship(foreign_keys=first_id)
    second: Mapped[Person] = relationship(foreign_keys=second_id)


class Merge(Base):
    """That one person's rows went to another, with all that is needed to give them back."""

    __tablename__ = "merges"

    id: Mapped[pk]
    kept_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    moved: Mapped[dict[str, Any]] = mapped_column(JSON)  # by holding: what it needs to go back
    merged_at: Mapped[created_at]
    merged_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    reason: Mapped[optional200]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    kept: Mapped[Person] = relationship(foreign_keys=kept_id)
    gone: Mapped[Person] = relationship(foreign_keys=gone_id)
