"""Figures that never change silently, and figures made ready for pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.models import Account
from app.core.db import Base, code20, created_at, name200, optional200, pk
from app.core.i18n import Bilingual
from app.participation import periods


class Report(Base):
    """The figures of a period, frozen with everything that is needed to make them again.

    `content` is the canonical JSON whose SHA-256 is `digest`: definitions, parameters, cut-off,
    digest of the facts, software version and every figure. A correction is another revision.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("period", "revision"),
        CheckConstraint("revision >= 1", name="revision_from_one"),
        CheckConstraint("revision = 1 OR reason <> ''", name="a_revision_has_a_reason"),
    )

    id: Mapped[pk]
    period: Mapped[code20]
    revision: Mapped[int] = mapped_column(default=1)
    reason: Mapped[optional200]
    cut_off: Mapped[datetime]  # what was known by then is in the figures
    facts_digest: Mapped[str] = mapped_column(String(64))
    software: Mapped[str] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[created_at]
    frozen_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    published_at: Mapped[datetime | None]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    publish_asked_at: Mapped[datetime | None]
    publish_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """Why it was not published when it was last asked for; a code and the tables concerned."""

    @property
    def period_name(self) -> Bilingual:
        return periods.parse(self.period).label

    @property
    def is_being_checked(self) -> bool:
        """Whether the worker is to check and publish it."""
        return bool(self.publish_asked_at and not self.refusal and not self.published_at)


class RefusedFreeze(Base):
    """A period that was asked for and not frozen: why, by the code of the error."""

    __tablename__ = "refused_freezes"

    period: Mapped[code20] = mapped_column(primary_key=True)
    refused_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(String(40))

    @property
    def period_name(self) -> Bilingual:
        return periods.parse(self.period).label


class PreparedFigures(Base):
    """What many pages ask for, made by the worker when the facts changed."""

    __tablename__ = "prepared_figures"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    made_at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class OfficeForm(Base):
    """A workbook that some office wants to be filled, and which figure goes into which cell."""

    __tablename__ = "office_forms"

    id: Mapped[pk]
    name: Mapped[name200]
    content: Mapped[str] = mapped_column(Text)  # the file in Base64
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    uploaded_at: Mapped[created_at]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
