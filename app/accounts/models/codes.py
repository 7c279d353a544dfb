"""Codes sent to a phone or mailbox to prove that somebody holds it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models.accounts import Account
from app.core.db import Base, created_at, pk
from app.core.keys import KEYED, SEALED


class CodePurpose(StrEnum):
    """What a code is good for; for anything else it is wrong."""

    SIGN_IN = "sign_in"  # also makes the account when there is none
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a purpose
    CHANGE_CONTACT = "change_contact"
    CONFIRM = "confirm"  # that somebody signed in is there in person
    FAMILY = "family"
    PROVIDER_APPLICATION = "provider_application"


class OneTimeCode(Base):
    """One code on its way, or typed, or past.

    Neither the code nor the contact is readable in the table: the hashes are compared, and what the
    sender needs is sealed and forgotten once it is sent.
    """

    __tablename__ = "one_time_codes"
    __table_args__ = (
        UniqueConstraint("handle"),
        Index("ix_one_time_codes_expires_at", "expires_at"),
    )

    id: Mapped[pk]
    handle: Mapped[str] = mapped_column(String(32))  # what the browser that asked holds
    purpose: Mapped[CodePurpose]
    contact_hash: Mapped[str] = mapped_column(String(64), info=KEYED)
    code_hash: Mapped[str] = mapped_column(String(64), info=KEYED)
    sealed: Mapped[str] = mapped_column(Text, default="", info=SEALED)
    account_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id), index=True)
    language: Mapped[str] = mapped_column(String(2), default="vi")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[created_at]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
