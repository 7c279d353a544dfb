"""Tables of learning resources."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.catalogue.city_models import STANDS, TakedownColumns
from app.catalogue.models import CourseStatus, Topic
from app.core.db import Base, created_at, name200, optional200, pk, prose
from app.core.i18n import Bilingual
from app.providers.models import Provider


class Licence(StrEnum):
    CC0 = "CC0-1.0"
    CC_BY = "CC-BY-4.0"
    CC_BY_SA = "CC-BY-SA-4.0"
    CC_BY_NC = "CC-BY-NC-4.0"
    PUBLIC_DOMAIN = "public-domain"
    ALL_RIGHTS = "all-rights-reserved"


class ResourceFormat(StrEnum):
    WEB = "web"
    PDF = "pdf"
    VIDEO = "video"
    AUDIO = "audio"


class Resource(Base):
    """A link to something people can learn from by themselves."""

    __tablename__ = "resources"
    __table_args__ = (CheckConstraint("title_vi <> ''", name="has_a_title"),)

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id), index=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey(Topic.id), index=True)
    title_vi: Mapped[name200]
    title_en: Mapped[optional200]
    summary_vi: Mapped[prose]
    summary_en: Mapped[prose]
    url: Mapped[str] = mapped_column(String(500))
    licence: Mapped[Licence]
    format: Mapped[ResourceFormat] = mapped_column(default=ResourceFormat.WEB)
    languages: Mapped[str] = mapped_column(String(20), default="vi")  # blank-separated codes
    status: Mapped[CourseStatus] = mapped_column(default=CourseStatus.DRAFT)
    reviewed_on: Mapped[date | None]
    created_at: Mapped[created_at]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declaration

    title: Mapped[Bilingual] = composite("title_vi", "title_en")
    summary: Mapped[Bilingual] = composite("summary_vi", "summary_en")
    provider: Mapped[Provider] = relationship()
    topic: Mapped[Topic] = relationship()

    @property
    def is_public(self) -> bool:
        return self.status is CourseStatus.PUBLISHED


class ResourceTakedown(TakedownColumns, Base):
    """One link kept out of sight by the city; of those of a link at most one stands."""

    __tablename__ = "resource_takedowns"
    __table_args__ = (
        Index(
            "uq_resource_takedowns_standing", "resource_id",
            unique=True, sqlite_where=STANDS, postgresql_where=STANDS,
        ),
        Index("ix_resource_takedowns_resource_id", "resource_id"),
    )  # fmt: skip

    resource_id: Mapped[int] = mapped_column(ForeignKey(Resource.id))

    resource: Mapped[Resource] = relationship()
