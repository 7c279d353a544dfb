"""Tables of enrolment."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account, Person
from app.catalogue.models import ClassSession, Run
from app.core.db import Base, created_at, pk


class EnrolmentState(StrEnum):
    """Where a person stands; only `enrolment.operations` moves it."""

    ENROLLED = "enrolled"
    WAITING = "waiting"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"  # by the provider
    COMPLETED = "completed"
    VOID = "void"  # a duplicate or a test; counts nowhere


HOLDS_A_SEAT = (EnrolmentState.ENROLLED, EnrolmentState.COMPLETED)
LIVE = (EnrolmentState.ENROLLED, EnrolmentState.WAITING)
_LIVE_SQL = text("state IN ('enrolled', 'waiting')")


class Channel(StrEnum):
    WEB = "web"
    STAFF = "staff"
    PAPER = "paper"


class AttendanceStatus(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"


class Enrolment(Base):
    """One person's place, or place in the queue, on one run.

    `code` is what the person shows: ten characters, unguessable. `form_key` comes from the form,
    so that the same form sent twice finds the first answer.
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("form_key"),
        Index(
            "uq_enrolments_live",
            "run_id",
            "person_id",
            unique=True,
            sqlite_where=_LIVE_SQL,
            postgresql_where=_LIVE_SQL,
        ),
        Index("ix_enrolments_queue", "run_id", "state", "joined_at", "id"),
    )

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(10))
    form_key: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id))
    state: Mapped[EnrolmentState]
    channel: Mapped[Channel] = mapped_column(default=Channel.WEB)
    joined_at: Mapped[created_at]  # never changes: it is the place in the queue
    seated_at: Mapped[datetime | None]  # when the seat was taken
    ended_at: Mapped[datetime | None]  # when it was given up or cancelled
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    person: Mapped[Person] = relationship()
    run: Mapped[Run] = relationship()
    attendances: Mapped[list["Attendance"]] = relationship(back_populates="enrolment")

    @property
    def is_live(self) -> bool:
        return self.state in LIVE


class Attendance(Base):
    """What the register says about one enrolment at one session."""

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("session_id", "enrolment_id"),)

    id: Mapped[pk]
    session_id: Mapped[int] = mapped_column(ForeignKey(ClassSession.id))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    status: Mapped[AttendanceStatus]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    recorded_at: Mapped[created_at]

    enrolment: Mapped[Enrolment] = relationship(back_populates="attendances")
    session: Mapped[ClassSession] = relationship()


class Register(Base):
    """That attendance was taken for a session, and how many people came whom nobody named."""

    __tablename__ = "registers"
    __table_args__ = (CheckConstraint("headcount BETWEEN 0 AND 100000", name="headcount_range"),)

    session_id: Mapped[int] = mapped_column(ForeignKey(ClassSession.id), primary_key=True)
    headcount: Mapped[int] = mapped_column(default=0)
    taken_at: Mapped[created_at]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    version: Mapped[int] = mapped_column(default=1)

    session: Mapped[ClassSession] = relationship()
