"""Tables of people. A person need not have an account; an account need not take courses."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.access import CityRole
from app.core.db import Base, created_at, name200, optional200, pk
from app.places.models import AdminUnit, Sex


class Person(Base):
    """A human, counted once.

    `guest_key` is the keyed hash of name, birth date (or year) and phone: the same three make the
    same person, and the unique index lets the database decide when two forms arrive together.
    """

    __tablename__ = "persons"
    __table_args__ = (
        CheckConstraint("born_in IS NULL OR born_in BETWEEN 1900 AND 2200", name="born_in_range"),
        UniqueConstraint("guest_key"),
        Index("ix_persons_phone", "phone"),
    )

    id: Mapped[pk]
    full_name: Mapped[name200]
    sort_key: Mapped[str] = mapped_column(String(400))  # by given name, see core.vi
    sex: Mapped[Sex] = mapped_column(default=Sex.NOT_STATED)
    born_on: Mapped[date | None]
    born_in: Mapped[int | None]  # the year; known also when the day is not
    phone: Mapped[str | None] = mapped_column(String(20))  # E.164
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2), default="vi")
    guest_key: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[created_at]

    residences: Mapped[list["Residence"]] = relationship(
        back_populates="person", order_by="Residence.valid_from", cascade="all, delete-orphan"
    )


class Residence(Base):
    """Where a person lived from one day on; the last day is None while it lasts.

    No unit means somewhere outside the city.
    """

    __tablename__ = "residences"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
        Index(
            "uq_residences_current",
            "person_id",
            unique=True,
            postgresql_where=text("valid_to IS NULL"),
            sqlite_where=text("valid_to IS NULL"),
        ),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey(AdminUnit.id))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="residences")
    unit: Mapped[AdminUnit | None] = relationship()


class Account(Base):
    """A way to sign in, by e-mail or phone and a password."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("email"),
        UniqueConstraint("phone"),
        CheckConstraint("email IS NOT NULL OR phone IS NOT NULL", name="has_a_name"),
    )

    id: Mapped[pk]
    display_name: Mapped[name200]
    email: Mapped[str | None] = mapped_column(String(254))  # lower case
    phone: Mapped[str | None] = mapped_column(String(20))  # E.164
    password_hash: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), unique=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[created_at]

    person: Mapped[Person | None] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(
        back_populates="account", cascade="all, delete-orphan"
    )


class LoginSession(Base):
    """One signed-in browser; the cookie holds the token, the table only its hash."""

    __tablename__ = "login_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(Account.id), index=True)
    created_at: Mapped[created_at]
    expires_at: Mapped[datetime]

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

    account: Mapped[Account] = relationship(back_populates="grants")


class Consent(Base):
    """Proof that a person agreed to one purpose, in one wording, and perhaps withdrew it."""

    __tablename__ = "consents"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    channel: Mapped[str] = mapped_column(String(20))  # web, staff, paper
    given_at: Mapped[created_at]
    withdrawn_at: Mapped[datetime | None]
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey(Account.id))
    note: Mapped[optional200]
