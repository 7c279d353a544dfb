"""Periods that are reported, and what providers and communes certify for them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.core import clock
from app.core.db import Base, code20, created_at, optional200, pk, prose
from app.indicators.models.frameworks import Criterion, Framework
from app.places.models import AdminUnit
from app.providers.models import Provider


class ReturnState(StrEnum):
    """How far one return is; who has no row has not begun, or is `MISSING` after the end."""

    DRAFT = "draft"
    CERTIFIED = "certified"  # the figures are right
    NIL = "nil"  # certified that there was nothing
    SENT_BACK = "sent_back"  # the commune or the city found something wrong
    CHECKED = "checked"
    MISSING = "missing"  # the period was closed before anything was certified


CERTIFIED = frozenset({ReturnState.CERTIFIED, ReturnState.NIL, ReturnState.CHECKED})


@dataclass(frozen=True, slots=True)
class Party:
    """Who owes a return: a provider, or a commune by its unit."""

    provider_id: int | None = None
    unit_id: int | None = None


class ReportingPeriod(Base):
    """A period for which returns are asked; `code` as in `participation.periods`."""

    __tablename__ = "reporting_periods"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[pk]
    code: Mapped[code20]
    framework_id: Mapped[int | None] = mapped_column(ForeignKey(Framework.id))
    due_on: Mapped[date]  # last day on which a return is in time
    opened_at: Mapped[created_at]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    closed_at: Mapped[datetime | None]  # no return is taken any more

    framework: Mapped[Framework | None] = relationship()
    returns: Mapped[list["Return"]] = relationship(back_populates="period")


class Return(Base):
    """What one provider, or one commune, certifies for a period."""

    __tablename__ = "returns"
    __table_args__ = (
        CheckConstraint("(provider_id IS NULL) <> (unit_id IS NULL)", name="of_one_party"),
        Index(
            "uq_returns_provider",
            "period_id",
            "provider_id",
            unique=True,
            sqlite_where=text("provider_id IS NOT NULL"),
            postgresql_where=text("provider_id IS NOT NULL"),
        ),
        Index(
            "uq_returns_unit",
            "period_id",
            "unit_id",
            unique=True,
            sqlite_where=text("unit_id IS NOT NULL"),
            postgresql_where=text("unit_id IS NOT NULL"),
        ),
    )

    id: Mapped[pk]
    period_id: Mapped[int] = mapped_column(ForeignKey(ReportingPeriod.id))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey(Provider.id), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(AdminUnit.id), index=True)
    state: Mapped[ReturnState] = mapped_column(default=ReturnState.DRAFT)
    narrative: Mapped[prose]
    difficulties: Mapped[prose]
    proposals: Mapped[prose]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    """The platform's figures as they were certified."""
    certified_at: Mapped[datetime | None]
    certified_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    signed_by: Mapped[optional200]
    signed_on: Mapped[date | None]
    """Of a return on paper: who signed it, and when; `certified_by` then is who entered it."""
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    remark: Mapped[optional200]  # of whoever checked it
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    period: Mapped[ReportingPeriod] = relationship(back_populates="returns")
    provider: Mapped[Provider | None] = relationship()
    unit: Mapped[AdminUnit | None] = relationship()
    values: Mapped[list["ReturnValue"]] = relationship(
        back_populates="return_", cascade="all, delete-orphan"
    )

    @property
    def party(self) -> Party:
        return Party(self.provider_id, self.unit_id)

    @property
    def is_certified(self) -> bool:
        return self.state in CERTIFIED

    @property
    def is_on_paper(self) -> bool:
        """Whether an office certified it in the name of whoever signed the paper."""
        return self.is_certified and self.signed_on is not None

    @property
    def without_source(self) -> list[str]:
        """Codes of the indicators whose figures do not say where they are from."""
        mute = [value.criterion for value in self.values if not value.source]
        return [each.code for each in sorted(mute, key=lambda each: each.position)]

    @property
    def is_late(self) -> bool:
        """Whether it was certified after the day on which it was due."""
        at = self.certified_at
        return at is not None and clock.local(at).date() > self.period.due_on


class ReturnValue(Base):
    """A figure that a return enters for one indicator."""

    __tablename__ = "return_values"
    __table_args__ = (UniqueConstraint("return_id", "criterion_id"),)

    id: Mapped[pk]
    return_id: Mapped[int] = mapped_column(ForeignKey(Return.id, ondelete="CASCADE"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey(Criterion.id))
    number: Mapped[Decimal]
    source: Mapped[optional200]
    as_of: Mapped[date | None]
    note: Mapped[prose]

    return_: Mapped[Return] = relationship(back_populates="values")
    criterion: Mapped[Criterion] = relationship()
