"""Tables of providers."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.accounts.models import Account
from app.core.access import ProviderRole
from app.core.db import Base, code20, created_at, name200, optional200, pk, prose
from app.core.i18n import Bilingual
from app.places.models import AdminUnit, Venue


class ProviderStatus(StrEnum):
    APPLIED = "applied"
    ACTIVE = "active"
    CLOSED = "closed"


class ProviderType(Base):
    """A kind of provider, as the law of its time names it; the list is edited, never hard-coded."""

    __tablename__ = "provider_types"
    __table_args__ = (UniqueConstraint("code"),)

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(40))
    name_vi: Mapped[name200]
    name_en: Mapped[name200]
    default_cla: Mapped[str] = mapped_column(String(10), default="2.2.1")  # CLA 2016
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    position: Mapped[int] = mapped_column(default=0)

    name: Mapped[Bilingual] = composite("name_vi", "name_en")


class Provider(Base):
    """An organisation that teaches."""

    __tablename__ = "providers"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("successor_id IS NULL OR successor_id <> id", name="not_its_own_successor"),
    )

    id: Mapped[pk]
    slug: Mapped[str] = mapped_column(String(80))
    name_vi: Mapped[name200]
    name_en: Mapped[optional200]
    type_id: Mapped[int] = mapped_column(ForeignKey(ProviderType.id), index=True)
    status: Mapped[ProviderStatus] = mapped_column(default=ProviderStatus.ACTIVE)
    unit_id: Mapped[int] = mapped_column(ForeignKey(AdminUnit.id), index=True)
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[optional200]
    website: Mapped[optional200]
    about_vi: Mapped[prose]
    about_en: Mapped[prose]
    founded_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("providers.id"))

    name: Mapped[Bilingual] = composite("name_vi", "name_en")
    about: Mapped[Bilingual] = composite("about_vi", "about_en")
    type: Mapped[ProviderType] = relationship()
    unit: Mapped[AdminUnit] = relationship()
    sites: Mapped[list["Site"]] = relationship(
        back_populates="provider", cascade="all, delete-orphan"
    )


class Site(Base):
    """A venue at which a provider teaches."""

    __tablename__ = "sites"
    __table_args__ = (UniqueConstraint("provider_id", "venue_id"),)

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id))
    venue_id: Mapped[int] = mapped_column(ForeignKey(Venue.id), index=True)
    code: Mapped[code20] = mapped_column(
        default=""
    )  # the provider's own name for it, used in files

    provider: Mapped[Provider] = relationship(back_populates="sites")
    venue: Mapped[Venue] = relationship()


class StaffMember(Base):
    """An account's role at a provider."""

    __tablename__ = "staff_members"
    __table_args__ = (UniqueConstraint("provider_id", "account_id"),)

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id))
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    role: Mapped[ProviderRole]
    granted_at: Mapped[created_at]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    expires_on: Mapped[date | None]  # the last day

    provider: Mapped[Provider] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=account_id)
    granted_by: Mapped[Account | None] = relationship(foreign_keys=granted_by_id)
