"""The outbox of letters and texts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account, Person
from app.catalogue.models import Run
from app.core.db import Base, created_at, pk, prose


class Medium(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class Message(Base):
    """One letter or text; `key` is its Message-ID, so a repeat is recognised by the receiver."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[pk]
    key: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), index=True)
    medium: Mapped[Medium]
    to: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200), default="")
    body: Mapped[prose]
    stop_url: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[created_at]
    sent_at: Mapped[datetime | None]


class RunMessage(Base):
    """What a provider wrote to the people of a class; the same form sent twice is one message."""

    __tablename__ = "run_messages"
    __table_args__ = (UniqueConstraint("form_key"),)

    id: Mapped[pk]
    form_key: Mapped[str] = mapped_column(String(64))
    run_id: Mapped[int] = mapped_column(ForeignKey(Run.id), index=True)
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[prose]
    told: Mapped[int]  # how many places it went to
    sent_at: Mapped[created_at]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    run: Mapped[Run] = relationship()
    sent_by: Mapped[Account | None] = relationship()
