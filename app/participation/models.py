"""The fact table of participation."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.catalogue.models import ClassSession
from app.core.db import Base, big_pk
from app.places.models import Sex


class Fact(Base):
    """One enrolment at one session whose register was taken, or the unnamed people there.

    A row says by the values of its day what the session was and who the person was. `present` is
    False for a place that was held but not used: it counts as an enrolment, not as an attendance.
    `headcount` is above zero only on the one row of a session that has no person.
    """

    __tablename__ = "participation_facts"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) = (enrolment_id IS NULL)", name="named_or_not"),
        CheckConstraint("person_id IS NULL OR headcount = 0", name="headcount_without_person"),
        Index("ix_participation_facts_day", "day"),
        Index("ix_participation_facts_session_id", "session_id"),
    )

    id: Mapped[big_pk]
    session_id: Mapped[int] = mapped_column(ForeignKey(ClassSession.id))
    run_id: Mapped[int]
    course_id: Mapped[int]
    provider_id: Mapped[int]
    day: Mapped[date]  # on the city's calendar
    minutes: Mapped[int]
    person_id: Mapped[int | None]
    enrolment_id: Mapped[int | None]
    present: Mapped[bool]
    headcount: Mapped[int] = mapped_column(default=0)
    sex: Mapped[Sex] = mapped_column(default=Sex.NOT_STATED)
    born_on: Mapped[date | None]  # 1 July where only the year is known
    ward: Mapped[str] = mapped_column(String(5), default="")  # residence; "" not stated or outside
    provider_type: Mapped[str] = mapped_column(String(40))
    topic: Mapped[str] = mapped_column(String(60))
    isced_f: Mapped[str] = mapped_column(String(4))
    cla: Mapped[str] = mapped_column(String(10))
    mode: Mapped[str] = mapped_column(String(20))
    job_related: Mapped[bool]


class FactMonth(Base):
    """The state of one month's facts: a new mark with every change of its rows.

    The files beside the database carry the mark they were written from, so that a difference tells
    which months must be written again, also after a restore.
    """

    __tablename__ = "participation_months"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)  # 2026-06
    mark: Mapped[str] = mapped_column(String(16))
