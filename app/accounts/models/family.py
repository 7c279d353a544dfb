"""Who acts for whom."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.accounts import Account
from app.accounts.models.persons import Person
from app.core import clock
from app.core.db import Base, created_at, pk


class Bond(StrEnum):
    PARENT = "parent"
    GUARDIAN = "guardian"  # by law, not a parent
    HELPER = "helper"  # of a grown person who asked for it


GROWN_UP, OWN_ACCOUNT = 18, 16
"""Years: parents stand for a child until the first; from the second it may have an account."""
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
    dependant: Mapped[Person] = relationship(
        foreign_keys=dependant_id, back_populates="guardianships"
    )

    @property
    def stands(self) -> bool:
        """Whether it counts today: a child grows up by itself, a grown person must have agreed."""
        if self.ended_at is not None:
            return False
        if self.bond is Bond.HELPER:
            return self.agreed_at is not None
        age = self.dependant.age(clock.today())
        return age is not None and age < GROWN_UP

    @property
    def last_day(self) -> date | None:
        """The day before the child is grown up, where the birthday is known."""
        born = self.dependant.born_on
        if self.bond is Bond.HELPER or born is None:
            return None
        return years_before(born, -GROWN_UP, 1)


def years_before(day: date, years: int, days: int = 0) -> date:
    """The same day so many years earlier; 29 February becomes the 28th where there is none."""
    year = day.year - years
    try:
        same = day.replace(year=year)
    except ValueError:
        same = day.replace(year=year, day=28)
    return date.fromordinal(same.toordinal() - days)
