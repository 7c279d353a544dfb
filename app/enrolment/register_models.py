"""What registers need beside marks: who takes one instead, and what a phone has sent already."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.catalogue.models import ClassSession
from app.core.db import Base, created_at, pk


class Substitute(Base):
    """Somebody who works at the provider and takes the register of one session."""

    __tablename__ = "substitutes"
    __table_args__ = (UniqueConstraint("session_id", "account_id"),)

    id: Mapped[pk]
    session_id: Mapped[int] = mapped_column(ForeignKey(ClassSession.id))
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    named_at: Mapped[created_at]
    named_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    session: Mapped[ClassSession] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=account_id)


class MarksSent(Base):
    """That marks kept on a device have arrived; the same sending again changes nothing."""

    __tablename__ = "marks_sent"
    __table_args__ = (Index("ix_marks_sent_received_at", "received_at"),)

    session_id: Mapped[int] = mapped_column(ForeignKey(ClassSession.id), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    received_at: Mapped[datetime]
