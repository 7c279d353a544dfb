"""Frameworks of areas, features and indicators, and what fills them besides measures."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.accounts.models import Account
from app.core.db import Base, code20, created_at, name200, optional200, pk, prose
from app.core.i18n import Bilingual
from app.indicators.models.measures import Status
from app.places.models import AdminUnit

_CURRENT = text("replaced_at IS NULL")
_OF_MEASURE = text("criterion_id IS NULL")


class CriterionKind(StrEnum):
    AREA = "area"
    FEATURE = "feature"
    INDICATOR = "indicator"


class SourceKind(StrEnum):
    """Who can say the figure of an indicator."""

    PLATFORM = "platform"  # a measure over what was attended here
    ENTERED = "entered"  # an office's own figure, with its source
    SURVEY = "survey"
    EXPERT = "expert"


class Framework(Base):
    """One version of somebody's list of criteria, as it was imported or written here."""

    __tablename__ = "frameworks"
    __table_args__ = (UniqueConstraint("code", "number"),)

    id: Mapped[pk]
    code: Mapped[code20]
    number: Mapped[int]  # of the version
    name_vi: Mapped[name200]
    name_en: Mapped[optional200]
    source: Mapped[optional200]
    status: Mapped[Status] = mapped_column(default=Status.UNVERIFIED)
    imported_at: Mapped[created_at]
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    verified_at: Mapped[datetime | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    name: Mapped[Bilingual] = composite("name_vi", "name_en")
    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="framework", order_by="Criterion.position"
    )


class Criterion(Base):
    """One line of a framework: an area, a feature of it, or an indicator.

    Only indicators have figures: of the measure with this code, or as offices enter them. What is
    asked of providers or communes stands on their returns.
    """

    __tablename__ = "criteria"
    __table_args__ = (UniqueConstraint("framework_id", "code"),)

    id: Mapped[pk]
    framework_id: Mapped[int] = mapped_column(ForeignKey(Framework.id))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("criteria.id"), index=True)
    kind: Mapped[CriterionKind]
    code: Mapped[code20]
    position: Mapped[int] = mapped_column(default=0)
    text_vi: Mapped[prose]
    text_en: Mapped[prose]
    measurement_vi: Mapped[prose]  # how the source says it is measured
    measurement_en: Mapped[prose]
    source_kind: Mapped[SourceKind] = mapped_column(default=SourceKind.ENTERED)
    measure_code: Mapped[code20] = mapped_column(default="", server_default="")
    unit_vi: Mapped[str] = mapped_column(String(60), default="", server_default="")
    unit_en: Mapped[str] = mapped_column(String(60), default="", server_default="")
    asked_of_providers: Mapped[bool] = mapped_column(default=False, server_default=false())
    asked_of_communes: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    words: Mapped[Bilingual] = composite("text_vi", "text_en")
    measurement: Mapped[Bilingual] = composite("measurement_vi", "measurement_en")
    unit: Mapped[Bilingual] = composite("unit_vi", "unit_en")
    framework: Mapped[Framework] = relationship(back_populates="criteria")
    parent: Mapped["Criterion | None"] = relationship(remote_side="Criterion.id")


class EnteredValue(Base):
    """A figure an office gives, with where it is from; a correction replaces it and keeps it.

    The whole city is a unit too.
    """

    __tablename__ = "entered_values"
    __table_args__ = (
        Index(
            "uq_entered_values_current",
            "criterion_id",
            "unit_id",
            "period",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
    )

    id: Mapped[pk]
    criterion_id: Mapped[int] = mapped_column(ForeignKey(Criterion.id))
    unit_id: Mapped[int] = mapped_column(ForeignKey(AdminUnit.id), index=True)
    period: Mapped[code20]
    number: Mapped[Decimal]
    source: Mapped[name200]
    as_of: Mapped[date]
    note: Mapped[prose]
    entered_at: Mapped[created_at]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    replaced_at: Mapped[datetime | None]

    criterion: Mapped[Criterion] = relationship()


class Target(Base):
    """What a figure shall be by the end of a period: of a measure or of an entered indicator."""

    __tablename__ = "targets"
    __table_args__ = (
        CheckConstraint(
            "(criterion_id IS NULL) <> (measure_code = '')", name="of_a_measure_or_an_indicator"
        ),
        Index(
            "uq_targets_measure",
            "measure_code",
            "unit_id",
            "period",
            unique=True,
            sqlite_where=_OF_MEASURE,
            postgresql_where=_OF_MEASURE,
        ),
        UniqueConstraint("criterion_id", "unit_id", "period"),
    )

    id: Mapped[pk]
    measure_code: Mapped[code20] = mapped_column(default="", server_default="")
    criterion_id: Mapped[int | None] = mapped_column(ForeignKey(Criterion.id))
    unit_id: Mapped[int] = mapped_column(ForeignKey(AdminUnit.id))
    period: Mapped[code20]
    number: Mapped[Decimal]
    source: Mapped[optional200]  # the plan that sets it
    set_at: Mapped[created_at]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
