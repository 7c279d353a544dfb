"""Who acts for whom."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.accounts import Account
from app.accounts.models.persons import Person
from app.core.db import Base, created_at, pk


class Bond(StrEnum):
    PARENT = "parent"
    GUARDIAN = "guardian"  # by law, not a parent
    HELPER = "helper"  # of a grown person who asked for it


_STANDS = text("ended_at IS NULL")


class Guardianship(Base):
    """One person may act for another, from when to when."""

    __tablename__ = "guardianships"
    __table_args__ = (
        CheckConstraint("guardian_id <> dependant_id", name="two_people"),
        Index(
            "uq_guardianships_standing",
            "guardian_id",
            "dependant_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
    )

    id: Mapped[pk]
    guardian_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    dependant_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    bond: Mapped[Bond]
    begun_at: Mapped[created_at]
    agreed_at: Mapped[datetime | None]  # when the grown dependant said yes
    ended_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    guardian: Mapped[Person] = relationship(foreign_keys=guardian_id)
    dependant: Mapped[Person] = relationship(foreign_keys=dependant_id)
