"""Tables of providers."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.accounts.models import Account
from app.core.access import ProviderRole
from app.core.db import Base, code20, created_at, name200, optional200, pk, prose
from app.core.i18n import Bilingual
from app.core.keys import KEYED, SEALED
from app.places.models import AdminUnit, Venue


class ProviderStatus(StrEnum):
    APPLIED = "applied"
    ACTIVE = "active"
    SUSPENDED = "suspended"  # out of sight for a while; staff may read and not publish
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
    address: Mapped[optional200]  # number and street; the unit is told by unit_id
    licence_no: Mapped[optional200]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))  # of its profile
    needs_review: Mapped[bool] = mapped_column(default=False, server_default=false())
    """City staff look at its courses before residents see them."""

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


class ProviderStepKind(StrEnum):
    SUSPENDED = "suspended"
    LIFTED = "lifted"
    CLOSED = "closed"
    MERGED = "merged"


class ProviderStep(Base):
    """What the city decided about a provider, and why."""

    __tablename__ = "provider_steps"

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id), index=True)
    kind: Mapped[ProviderStepKind]
    reason: Mapped[prose]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey(Provider.id), index=True)
    at: Mapped[created_at]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    provider: Mapped[Provider] = relationship(foreign_keys=provider_id)
    successor: Mapped[Provider | None] = relationship(foreign_keys=successor_id)


class ApplicationState(StrEnum):
    DRAFT = "draft"  # nobody but the applicant sees it
    APPLIED = "applied"
    ASKED = "asked"  # the applicant is to answer
    APPROVED = "approved"
    REFUSED = "refused"


_WAITS = text("state IN ('applied', 'asked')")
_STANDS = text("accepted_at IS NULL AND taken_back_at IS NULL")


class Application(Base):
    """That an organisation wants to teach here; nothing of it is public.

    `contact` was proved by a code: letters go there, and it becomes the first owner's way in.
    """

    __tablename__ = "provider_applications"
    __table_args__ = (
        Index(
            "uq_provider_applications_waiting", "contact", "name_key", "unit_id",
            unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS,
        ),
        Index("ix_provider_applications_state_sent_at", "state", "sent_at"),
    )  # fmt: skip

    id: Mapped[pk]
    state: Mapped[ApplicationState] = mapped_column(default=ApplicationState.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    contact: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2), default="vi")
    type_id: Mapped[int | None] = mapped_column(ForeignKey(ProviderType.id))
    name_vi: Mapped[optional200]
    name_en: Mapped[optional200]
    name_key: Mapped[optional200]  # folded, to find the same name again
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(AdminUnit.id))
    address: Mapped[optional200]
    contact_name: Mapped[optional200]
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[optional200]
    licence_no: Mapped[optional200]
    about: Mapped[prose]
    question: Mapped[prose]
    answer: Mapped[prose]
    reason: Mapped[prose]
    created_at: Mapped[created_at]
    sent_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey(Provider.id))

    name: Mapped[Bilingual] = composite("name_vi", "name_en")
    type: Mapped[ProviderType | None] = relationship()
    unit: Mapped[AdminUnit | None] = relationship()
    provider: Mapped[Provider | None] = relationship()
    files: Mapped[list["ApplicationFile"]] = relationship(
        order_by="ApplicationFile.id", cascade="all, delete-orphan"
    )
    steps: Mapped[list["ApplicationStep"]] = relationship(
        order_by="ApplicationStep.id", cascade="all, delete-orphan"
    )

    @property
    def is_with_applicant(self) -> bool:
        """Whether the applicant may change and send it."""
        return self.state in (ApplicationState.DRAFT, ApplicationState.ASKED)

    @property
    def is_waiting(self) -> bool:
        """Whether city staff are to decide."""
        return self.state is ApplicationState.APPLIED


class ApplicationFile(Base):
    """A document of an application; its bytes lie under `stored` in the data folder."""

    __tablename__ = "application_files"
    __table_args__ = (
        UniqueConstraint("stored"),
        UniqueConstraint("application_id", "sha256"),
    )

    id: Mapped[pk]
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id))
    name: Mapped[name200]
    stored: Mapped[str] = mapped_column(String(40))
    media: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[created_at]


class ApplicationStepKind(StrEnum):
    SENT = "sent"
    ASKED = "asked"
    ANSWERED = "answered"
    APPROVED = "approved"
    REFUSED = "refused"


class ApplicationStep(Base):
    """One step of an application and what was said with it."""

    __tablename__ = "application_steps"

    id: Mapped[pk]
    application_id: Mapped[int] = mapped_column(ForeignKey(Application.id), index=True)
    kind: Mapped[ApplicationStepKind]
    words: Mapped[prose]
    at: Mapped[created_at]
    by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))


class Invitation(Base):
    """That somebody with this phone or mailbox may take a role at a provider.

    `sealed` holds the contact for the owners' list as long as the invitation stands.
    """

    __tablename__ = "provider_invitations"
    __table_args__ = (
        Index(
            "uq_provider_invitations_standing", "provider_id", "contact_hash",
            unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS,
        ),
    )  # fmt: skip

    id: Mapped[pk]
    provider_id: Mapped[int] = mapped_column(ForeignKey(Provider.id))
    role: Mapped[ProviderRole]
    contact_hash: Mapped[str] = mapped_column(String(64), info=KEYED)
    sealed: Mapped[str] = mapped_column(Text, default="", info=SEALED)
    language: Mapped[str] = mapped_column(String(2), default="vi")
    last_day: Mapped[date | None]  # of the role
    invited_at: Mapped[created_at]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    taken_back_at: Mapped[datetime | None]

    provider: Mapped[Provider] = relationship()


class LikenessState(StrEnum):
    OPEN = "open"
    MERGED = "merged"
    DIFFERENT = "different"  # somebody looked: two organisations


class ProviderLikeness(Base):
    """Two providers that may be one; the lower id first."""

    __tablename__ = "provider_likenesses"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="in_order"),
    )

    id: Mapped[pk]
    first_id: Mapped[int] = mapped_column(ForeignKey(Provider.id))
    second_id: Mapped[int] = mapped_column(ForeignKey(Provider.id), index=True)
    score: Mapped[int]  # 0 to 100
    state: Mapped[LikenessState] = mapped_column(default=LikenessState.OPEN)
    found_at: Mapped[created_at]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))

    first: Mapped[Provider] = relationship(foreign_keys=first_id)
    second: Mapped[Provider] = relationship(foreign_keys=second_id)
