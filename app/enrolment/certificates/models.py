"""The table of certificates."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.core import clock
from app.core.db import Base, created_at, optional200, pk
from app.enrolment.models import Enrolment
from app.providers.models import Provider

CODE_LENGTH = 16
"""80 bits: nobody guesses one."""
_VALID = text("revoked_at IS NULL")


class Languages(StrEnum):
    """In which a certificate is written."""

    BOTH = "both"
    VI = "vi"
    EN = "en"


class Certificate(Base):
    """What was certified of one person and one class, in the words of the day it was issued on.

    `content` is what `certificates.content` reads, without the name; the name is empty once its
    owner is deleted. `code` is what the check page asks for, `year` and `serial` are the number in
    the provider's register.
    """

    __tablename__ = "certificates"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("provider_id", "year", "serial"),
        UniqueConstraint("replaces_id"),
        CheckConstraint("serial > 0", name="serial_positive"),
        Index(
            "uq_certificates_valid",
            "enrolment_id",
            unique=True,
            sqlite_where=_VALID,
            postgresql_where=_VALID,
        ),
        Index("ix_certificates_enrolment_id", "enrolment_id"),
        Index("ix_certificates_earned_on", "earned_on"),
    )

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(CODE_LENGTH))
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id))
    year: Mapped[int]
    serial: Mapped[int]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    languages: Mapped[Languages]
    full_name: Mapped[optional200]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    earned_on: Mapped[date]  # when the first of those that replaced one another was issued
    issued_at: Mapped[created_at]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    revoked_because: Mapped[optional200]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificates.id"))

    enrolment: Mapped[Enrolment] = relationship()

    @property
    def number(self) -> str:
        """As printed: the provider, the year, and which of that year."""
        return f"{self.provider_id:04}.{self.year}.{self.serial:05}"

    @property
    def issued_on(self) -> date:
        """On the city's calendar."""
        return clock.local(self.issued_at).date()

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None
