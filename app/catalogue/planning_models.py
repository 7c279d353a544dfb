"""Tables of planning: who teaches what, days without classes, terms made from others."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.accounts.models import Account
from app.catalogue.models import ClassSession, Run
from app.core.db import Base, created_at, name200, optional200, pk
from app.core.i18n import Bilingual
from app.providers.models import Provider

_OF_THE_CITY = text("provider_id IS NULL")


class RunTeacher(Base):
    """Somebody who teaches a whole run, or one session of it in place of those of the run.

    A colleague with an account here is the same person at every provider; of others only the name
    is known, and it means somebody within one provider.
    """

    __tablename__ = "run_teachers"

    id: Mapped[pk]
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey(ClassSession.id), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id), index=True)
    name: Mapped[name200]
    match_key: Mapped[name200]  # of the name, however it is written
    position: Mapped[int] = mapped_column(default=0)

    run: Mapped[Run] = relationship(back_populates="teachers")


class TermCopy(Base):
    """One term that was made from another; the form's key makes it happen once."""

    __tablename__ = "term_copies"
    __table_args__ = (UniqueConstraint("provider_id", "form_key"),)

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id))
    form_key: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[created_at]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class CalendarDay(Base):
    """A day on which no class is planned, or one is although the day is a public holiday.

    Without a provider it is the city's word, and holds for all of them.
    """

    __tablename__ = "calendar_days"
    __table_args__ = (
        UniqueConstraint("provider_id", "day"),
        Index(
            "uq_calendar_days_of_the_city", "day", unique=True,
            sqlite_where=_OF_THE_CITY, postgresql_where=_OF_THE_CITY,
        ),
    )  # fmt: skip

    id: Mapped[pk]
    provider_id: Mapped[int | None] = mapped_column(ForeignKey(Provider.id))
    day: Mapped[date]
    has_classes: Mapped[bool] = mapped_column(default=False)
    name_vi: Mapped[name200]
    name_en: Mapped[optional200]

    name: Mapped[Bilingual] = composite("name_vi", "name_en")
