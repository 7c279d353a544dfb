"""Definitions of figures: data with versions, never code."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.accounts.models import Account
from app.core.db import Base, code20, created_at, name200, optional200, pk, prose
from app.core.i18n import Bilingual


class Status(StrEnum):
    """Whether an office has confirmed that the words and the formula are the right ones."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"


class Measure(Base):
    """A figure that is known under one code through all versions of its definition."""

    __tablename__ = "measures"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[pk]
    code: Mapped[code20]
    position: Mapped[int] = mapped_column(default=0)

    versions: Mapped[list["MeasureVersion"]] = relationship(
        back_populates="measure", order_by="MeasureVersion.number"
    )


class MeasureVersion(Base):
    """One version of a definition; the one with the highest number is in force.

    Once made, nothing of it changes but whether an office has confirmed it. `formula`
    is read by `measures.reading`.
    """

    __tablename__ = "measure_versions"
    __table_args__ = (UniqueConstraint("measure_id", "number"),)

    id: Mapped[pk]
    measure_id: Mapped[int] = mapped_column(ForeignKey(Measure.id))
    number: Mapped[int]
    name_vi: Mapped[name200]
    name_en: Mapped[name200]
    meaning_vi: Mapped[prose]
    meaning_en: Mapped[prose]
    formula: Mapped[dict[str, Any]] = mapped_column(JSON)
    source_vi: Mapped[optional200]  # the document that asks for the figure
    source_en: Mapped[optional200]
    status: Mapped[Status] = mapped_column(default=Status.UNVERIFIED)
    reason: Mapped[optional200]  # why it was changed
    made_at: Mapped[created_at]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    name: Mapped[Bilingual] = composite("name_vi", "name_en")
    meaning: Mapped[Bilingual] = composite("meaning_vi", "meaning_en")
    source: Mapped[Bilingual] = composite("source_vi", "source_en")
    measure: Mapped[Measure] = relationship(back_populates="versions")
    made_by: Mapped[Account | None] = relationship(foreign_keys=made_by_id)
    verified_by: Mapped[Account | None] = relationship(foreign_keys=verified_by_id)


class FigureRule(Base):
    """What the city decided for all its figures; what has no row is as the product begins.

    The names and values are those of `indicators.results.Rules`.
    """

    __tablename__ = "figure_rules"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[code20]
    set_at: Mapped[created_at]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
