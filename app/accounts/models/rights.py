"""What the data law asks to be kept: consents, requests with their clocks, breaches, retention."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.accounts import Account
from app.accounts.models.persons import Person
from app.core import clock
from app.core.db import Base, created_at, optional200, pk, prose


class Consent(Base):
    """Proof that a person agreed to one purpose, in one wording, and perhaps withdrew it."""

    __tablename__ = "consents"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(20))
    text_digest: Mapped[str] = mapped_column(
        String(64), default="", server_default=""
    )  # of the words as they were shown
    language: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(20))  # web, staff, paper
    given_at: Mapped[created_at]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id))  # None: the person
    child_agreed: Mapped[bool | None]  # asked from the age of seven
    withdrawn_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    request_id: Mapped[str] = mapped_column(String(40), default="", server_default="")
    note: Mapped[optional200]


class RequestKind(StrEnum):
    """What a person may ask for."""

    SEE = "see"
    CORRECT = "correct"
    COPY = "copy"
    RESTRICT = "restrict"
    OBJECT = "object"
    WITHDRAW = "withdraw"
    DELETE = "delete"
    COMPLAIN = "complain"


class RequestOutcome(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


class DataRequest(Base):
    """One request under the data law and its clocks; the days are counted when it arrives."""

    __tablename__ = "data_requests"
    __table_args__ = (
        UniqueConstraint("code"),
        Index("ix_data_requests_closed_at_act_by", "closed_at", "act_by"),
    )

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(12))  # what the person and the desk call it
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    kind: Mapped[RequestKind]
    channel: Mapped[str] = mapped_column(String(20))  # web, staff, paper
    wish: Mapped[prose]  # in the person's own words
    involves_others: Mapped[bool] = mapped_column(default=False)  # a processor or third party
    received_at: Mapped[created_at]
    answer_by: Mapped[date]
    act_by: Mapped[date]
    answered_at: Mapped[datetime | None]
    extended_at: Mapped[datetime | None]
    extension_reason: Mapped[optional200]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[RequestOutcome | None]
    reply: Mapped[prose]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    person: Mapped[Person | None] = relationship()
    handled_by: Mapped[Account | None] = relationship(foreign_keys=handled_by_id)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def due(self) -> date:
        """The clock that runs now: until an answer, then until the act."""
        return self.answer_by if self.answered_at is None else self.act_by

    @property
    def is_overdue(self) -> bool:
        return self.is_open and clock.today() > self.due

    @property
    def was_in_time(self) -> bool:
        """Of a closed request: whether both clocks were kept."""
        answered, closed = self.answered_at, self.closed_at
        return (
            answered is not None
            and closed is not None
            and clock.local(answered).date() <= self.answer_by
            and clock.local(closed).date() <= self.act_by
        )


TO_TELL_THE_AUTHORITY = timedelta(hours=72)


class BreachKind(StrEnum):
    LOST = "lost"
    SEEN = "seen"  # by somebody who may not
    CHANGED = "changed"
    PUBLISHED = "published"
    OTHER = "other"


class Breach(Base):
    """One incident with personal data, what was done about it, and when."""

    __tablename__ = "breaches"

    id: Mapped[pk]
    kind: Mapped[BreachKind]
    happened_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime]
    what: Mapped[prose]
    data: Mapped[prose]  # which data of whom
    people: Mapped[int | None]  # about how many
    measures: Mapped[prose]
    is_serious: Mapped[bool] = mapped_column(default=False)
    authority_told_at: Mapped[datetime | None]
    people_told_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    recorded_at: Mapped[created_at]

    @property
    def authority_due_at(self) -> datetime | None:
        """Until when the authority must hear of it; None while it is not serious."""
        return self.noticed_at + TO_TELL_THE_AUTHORITY if self.is_serious else None

    @property
    def is_overdue(self) -> bool:
        due = self.authority_due_at
        return due is not None and (self.authority_told_at or clock.now()) > due


class RetentionRun(Base):
    """That one retention rule was applied on one day, and to how many rows."""

    __tablename__ = "retention_runs"
    __table_args__ = (UniqueConstraint("rule", "day"),)

    id: Mapped[pk]
    rule: Mapped[str] = mapped_column(String(60))
    day: Mapped[date]
    at: Mapped[created_at]
    rows: Mapped[int]
