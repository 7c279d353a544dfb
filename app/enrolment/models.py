"""Tables of enrolment."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account, Person, PriorityGroup
from app.catalogue.models import ClassSession, Run
from app.core.db import Base, code20, created_at, name200, optional200, pk
from app.core.keys import KEYED, SEALED


class EnrolmentState(StrEnum):
    """Where a person stands; only `enrolment.operations.steps` moves it.

    Whether somebody who had a seat came is told by attendance, never by a state.
    """

    PENDING = "pending"  # the provider has to say yes; the seat is kept meanwhile
    ENROLLED = "enrolled"
    WAITING = "waiting"
    OFFERED = "offered"  # a seat is kept until `offered_until`
    DECLINED = "declined"
    LAPSED = "lapsed"
    REFUSED = "refused"  # by the provider, with a reason
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"  # by the provider
    TRANSFERRED = "transferred"  # to another run of the same course
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    VOID = "void"  # a duplicate or a test; counts nowhere


SEATED = (EnrolmentState.ENROLLED, EnrolmentState.COMPLETED, EnrolmentState.NOT_COMPLETED)
"""Whoever is on the list of the class."""
HOLDS_A_SEAT = (*SEATED, EnrolmentState.PENDING, EnrolmentState.OFFERED)
"""Whoever keeps others from the seat."""
LIVE = (
    EnrolmentState.ENROLLED,
    EnrolmentState.PENDING,
    EnrolmentState.WAITING,
    EnrolmentState.OFFERED,
)
"""Whoever may still come; a person has one such place on a run."""
_LIVE_SQL = text("state IN ('enrolled', 'pending', 'waiting', 'offered')")


class Channel(StrEnum):
    WEB = "web"
    STAFF = "staff"  # at the desk
    PHONE = "phone"  # staff wrote down what a caller said
    PAPER = "paper"


class FeeStatus(StrEnum):
    FREE = "free"
    DUE = "due"  # at the centre
    PAID = "paid"
    WAIVED = "waived"


class AttendanceStatus(StrEnum):
    """What a register says about somebody; whoever came late came."""

    PRESENT = "present"
    LATE = "late"
    EXCUSED = "excused"  # was not there, and had said why
    ABSENT = "absent"

    @property
    def came(self) -> bool:
        return self in CAME


CAME = (AttendanceStatus.PRESENT, AttendanceStatus.LATE)
"""Whoever was there; every figure, rule and record counts these two alike."""


class Enrolment(Base):
    """One person's place, or place in the queue, on one run.

    `code` is what the person shows: ten characters, unguessable. `form_key` comes from the form,
    so that the same form sent twice finds the first answer. `rank` comes before the time in the
    queue: 0 for whom the run puts first, else 1.
    """

    __tablename__ = "enrolments"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("form_key"),
        UniqueConstraint("came_from_id"),
        CheckConstraint("fee >= 0", name="fee_not_negative"),
        CheckConstraint(
            "(state = 'offered') = (offered_until IS NOT NULL)", name="an_offer_has_an_end"
        ),
        Index(
            "uq_enrolments_live",
            "run_id",
            "person_id",
            unique=True,
            sqlite_where=_LIVE_SQL,
            postgresql_where=_LIVE_SQL,
        ),
        Index("ix_enrolments_queue", "run_id", "state", "rank", "joined_at", "id"),
        Index(
            "ix_enrolments_offered_until",
            "offered_until",
            sqlite_where=text("offered_until IS NOT NULL"),
            postgresql_where=text("offered_until IS NOT NULL"),
        ),
    )

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(10))
    form_key: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id))
    state: Mapped[EnrolmentState]
    channel: Mapped[Channel] = mapped_column(default=Channel.WEB)
    rank: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    joined_at: Mapped[created_at]  # never changes: it is the place in the queue
    offered_until: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    seated_at: Mapped[datetime | None]  # when the person got on the list of the class
    ended_at: Mapped[datetime | None]  # when it was given up, refused or cancelled
    completed_at: Mapped[datetime | None]  # when the result said so
    returned_at: Mapped[datetime | None]  # to the queue, out of which a mistake had taken it
    reason: Mapped[optional200]  # of staff, told to the person
    party: Mapped[str | None] = mapped_column(String(20), index=True)  # sent with one form
    terms: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """What was agreed to: fee, days, rules and the version of the words."""
    answers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """To the provider's own questions, by their ids."""
    fee: Mapped[int] = mapped_column(default=0, server_default=text("0"))  # dong, as agreed
    fee_group: Mapped[code20] = mapped_column(default="", server_default="")
    fee_status: Mapped[FeeStatus] = mapped_column(
        default=FeeStatus.FREE, server_default=FeeStatus.FREE.value
    )
    fee_reason: Mapped[optional200]  # why it was waived
    fee_settled_at: Mapped[datetime | None]
    fee_settled_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    document_seen_at: Mapped[datetime | None]  # the paper that proves the fee group
    reservation_id: Mapped[int | None] = mapped_column(ForeignKey("reservations.id"))
    came_from_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"))
    began_as_id: Mapped[int | None] = mapped_column(ForeignKey("enrolments.id"), index=True)
    """The first of a chain of moves, under which all of them count once."""
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    person: Mapped[Person] = relationship()
    run: Mapped[Run] = relationship()
    reservation: Mapped["Reservation | None"] = relationship()
    attendances: Mapped[list["Attendance"]] = relationship(back_populates="enrolment")

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_seated(self) -> bool:
        return self.state in SEATED


class Reservation(Base):
    """Seats of a run kept for a priority group or a partner until a day.

    Whoever has the partner's code, or belongs to the group, takes one of them; what is left on the
    day goes to everybody.
    """

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("places > 0", name="places_positive"),
        CheckConstraint("used BETWEEN 0 AND places", name="used_in_range"),
        UniqueConstraint("code"),
    )

    id: Mapped[pk]
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), index=True)
    group: Mapped[PriorityGroup | None]
    partner: Mapped[optional200]
    code: Mapped[str | None] = mapped_column(String(10))  # the partner gives it to its people
    places: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    until: Mapped[date | None]  # last day; None: until enrolment closes
    created_at: Mapped[created_at]
    released_at: Mapped[datetime | None]

    run: Mapped[Run] = relationship()


class GroupBooking(Base):
    """Seats for a school class or another group whose people are counted, not named."""

    __tablename__ = "group_bookings"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("form_key"),
        CheckConstraint("learners >= 1 AND adults >= 0", name="counts_in_range"),
    )

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(10))
    form_key: Mapped[str | None] = mapped_column(String(64))
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), index=True)
    organisation: Mapped[name200]
    contact_name: Mapped[name200]
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2), default="vi")
    learners: Mapped[int]
    adults: Mapped[int] = mapped_column(default=0)  # who come along; they need seats too
    state: Mapped[EnrolmentState]  # enrolled, withdrawn or cancelled
    booked_at: Mapped[created_at]
    ended_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    run: Mapped[Run] = relationship()

    @property
    def seats(self) -> int:
        return self.learners + self.adults


class SeatAlert(Base):
    """Somebody wants to hear, once, when a seat of a full run can be taken by anybody.

    The row is gone when they were told, and when the run begins; `code` stops it.
    """

    __tablename__ = "seat_alerts"
    __table_args__ = (UniqueConstraint("code"), UniqueConstraint("run_id", "contact"))

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(10))
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    contact: Mapped[str] = mapped_column(String(254))  # phone in E.164 or e-mail
    language: Mapped[str] = mapped_column(String(2), default="vi")
    asked_at: Mapped[created_at]

    run: Mapped[Run] = relationship()


class Draft(Base):
    """What was typed for one class and not sent yet, for the browser that has the token."""

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_drafts_typed_at", "typed_at"))

    id: Mapped[pk]
    token_hash: Mapped[str] = mapped_column(String(64), info=KEYED)
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id, ondelete="CASCADE"))
    typed: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    typed_at: Mapped[datetime]


class CalendarFeed(Base):
    """The secret address under which a calendar reads the sessions of a person and family."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (UniqueConstraint("person_id"), UniqueConstraint("token_hash"))

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    token_hash: Mapped[str] = mapped_column(String(64), info=KEYED)
    token_sealed: Mapped[str] = mapped_column(String(300), info=SEALED)  # to show it again
    made_at: Mapped[created_at]

    person: Mapped[Person] = relationship()


class Attendance(Base):
    """What the register says about one enrolment at one session.

    `marked_at` is when somebody said so, which on a phone without network is long before it was
    recorded; empty where nobody did, as for whoever is absent because nobody marked them.
    """

    __tablename__ = "attendances"
    __table_args__ = (UniqueConstraint("session_id", "enrolment_id"),)

    id: Mapped[pk]
    session_id: Mapped[int] = mapped_column(ForeignKey(ClassSession.id))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id), index=True)
    status: Mapped[AttendanceStatus]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    recorded_at: Mapped[created_at]
    marked_at: Mapped[datetime | None]

    enrolment: Mapped[Enrolment] = relationship(back_populates="attendances")
    session: Mapped[ClassSession] = relationship()


class Register(Base):
    """That attendance was taken for a session, and how many people came whom nobody named."""

    __tablename__ = "registers"
    __table_args__ = (CheckConstraint("headcount BETWEEN 0 AND 100000", name="headcount_range"),)

    session_id: Mapped[int] = mapped_column(ForeignKey(ClassSession.id), primary_key=True)
    headcount: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None]  # when they were counted on a phone
    taken_at: Mapped[created_at]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    version: Mapped[int] = mapped_column(default=1)

    session: Mapped[ClassSession] = relationship()
