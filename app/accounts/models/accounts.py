"""Accounts, the browsers they are signed in with, and their roles."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models.persons import Person
from app.core import clock
from app.core.access import CityRole
from app.core.db import Base, created_at, name200, optional200, pk
from app.core.keys import KEYED, SEALED, random_code
from app.places.models import AdminUnit


class Assurance(StrEnum):
    """How sure we are that the account belongs to the person it says; ordered."""

    STATED = "stated"  # nobody has looked
    CONTACT = "contact"  # holds the phone or the mailbox
    DESK = "desk"  # staff saw a paper
    ELECTRONIC = "electronic"  # an identity scheme vouches for it


class SignInMethod(StrEnum):
    PASSWORD = "password"  # noqa: S105 - the name of a method
    CODE = "code"
    IDENTITY_PROVIDER = "identity_provider"


class Account(Base):
    """A way to sign in, by e-mail or phone; the password is optional."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("phone"),
        CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="has_a_name"),
    )

    id: Mapped[pk]
    display_name: Mapped[name200]
    email: Mapped[str | None] = mapped_column(String(254))  # lower case
    email_proven_at: Mapped[datetime | None]
    phone: Mapped[str | None] = mapped_column(String(20))  # E.164
    phone_proven_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="vi", server_default="vi")
    assurance: Mapped[Assurance] = mapped_column(
        default=Assurance.STATED, server_default=Assurance.STATED.value
    )
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[created_at]

    person: Mapped[Person | None] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="account",
        cascade="all, delete-orphan",
        foreign_keys="RoleGrant.account_id",
    )


class LoginSession(Base):
    """One signed-in browser; the cookie holds the token, the table only its hash."""

    __tablename__ = "login_sessions"
    __table_args__ = (UniqueConstraint("handle"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True, info=KEYED)
    handle: Mapped[str] = mapped_column(
        String(16), default=lambda: random_code(16)
    )  # names it in addresses; opens nothing
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    created_at: Mapped[created_at]
    last_seen_at: Mapped[datetime] = mapped_column(
        default=clock.now
    )  # to a few minutes: no diary of clicks
    expires_at: Mapped[datetime]
    method: Mapped[SignInMethod] = mapped_column(
        default=SignInMethod.PASSWORD, server_default=SignInMethod.PASSWORD.value
    )
    second_factor_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]  # when somebody last proved to be there in person
    browser: Mapped[optional200]  # in words, to recognise it by
    viewed_account_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    viewed_until: Mapped[datetime | None]
    view_reason: Mapped[optional200]

    account: Mapped[Account] = relationship(foreign_keys=account_id)
    viewed_account: Mapped[Account | None] = relationship(foreign_keys=viewed_account_id)


class KnownBrowser(Base):
    """A kind of browser an account was signed in with, so that another one is noticed."""

    __tablename__ = "known_browsers"

    account_id: Mapped[int] = mapped_column(
        ForeignKey(Account.id, ondelete="CASCADE"), primary_key=True
    )
    browser: Mapped[str] = mapped_column(String(200), primary_key=True)  # in words
    last_seen_at: Mapped[created_at]


class SecondFactor(Base):
    """The secret shared with an authenticator app; it asks for codes once it is confirmed."""

    __tablename__ = "second_factors"

    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(400), info=SEALED)
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(
        BigInteger, default=0
    )  # of the last code: none counts twice


class RecoveryCode(Base):
    """One way in for somebody who lost the authenticator; good for one time."""

    __tablename__ = "recovery_codes"

    id: Mapped[pk]
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), info=KEYED)
    used_at: Mapped[datetime | None]


class ExternalIdentity(Base):
    """An account at an identity provider; its subject alone says who it is, never an address."""

    __tablename__ = "external_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[pk]
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    assurance: Mapped[Assurance]
    linked_at: Mapped[created_at]

    account: Mapped[Account] = relationship()


class RoleGrant(Base):
    """A role at the city, or in one commune; roles at providers are memberships there."""

    __tablename__ = "role_grants"
    __table_args__ = (
        CheckConstraint("(city_role IS NULL) <> (commune_id IS NULL)", name="one_scope"),
        UniqueConstraint("account_id", "city_role"),
        UniqueConstraint("account_id", "commune_id"),
    )

    id: Mapped[pk]
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    city_role: Mapped[CityRole | None]
    commune_id: Mapped[int | None] = mapped_column(ForeignKey(AdminUnit.id))
    granted_at: Mapped[created_at]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    expires_on: Mapped[date | None]  # the last day

    account: Mapped[Account] = relationship(back_populates="grants", foreign_keys=account_id)
    granted_by: Mapped[Account | None] = relationship(foreign_keys=granted_by_id)
    commune: Mapped[AdminUnit | None] = relationship()


class RoleProposal(Base):
    """A change among administrators that waits for a second one to agree."""

    __tablename__ = "role_proposals"
    __table_args__ = (
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id", name="two"),
        Index("ix_role_proposals_account_id", "account_id"),
    )

    id: Mapped[pk]
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    withdraw: Mapped[bool]  # False: to be granted
    expires_on: Mapped[date | None]
    reason: Mapped[optional200]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey(Account.id))
    proposed_at: Mapped[created_at]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    decided_at: Mapped[datetime | None]
    is_agreed: Mapped[bool | None]

    account: Mapped[Account] = relationship(foreign_keys=account_id)
    proposed_by: Mapped[Account] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
