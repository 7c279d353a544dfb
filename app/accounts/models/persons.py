"""Persons, where they live, and what they choose to say about themselves."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import vi
from app.core.db import Base, created_at, name200, optional200, pk
from app.core.keys import KEYED
from app.places.models import AdminUnit, Sex

if TYPE_CHECKING:
    from app.accounts.models.accounts import Account
    from app.accounts.models.family import Guardianship


class Employment(StrEnum):
    EMPLOYED = "employed"
    SELF_EMPLOYED = "self_employed"
    UNEMPLOYED = "unemployed"
    STUDYING = "studying"
    AT_HOME = "at_home"
    RETIRED = "retired"
    OTHER = "other"


class GroupsAnswer(StrEnum):
    """Whether the page of optional groups was ever answered."""

    NOT_ASKED = "not_asked"
    GIVEN = "given"
    DECLINED = "declined"  # "prefer not to say"


class PriorityGroup(StrEnum):
    """Groups that plans name and nobody can see from age or sex; the law's own words are labels."""

    MERITORIOUS = "meritorious"  # người có công
    POLICY = "policy"  # đối tượng chính sách
    POOR = "poor"  # hộ nghèo
    NEAR_POOR = "near_poor"  # hộ cận nghèo
    ETHNIC_MINORITY = "ethnic_minority"
    DISABILITY = "disability"
    RURAL_WORKER = "rural_worker"
    MIGRANT_WORKER = "migrant_worker"
    FOREIGNER = "foreigner"


class ResidenceKind(StrEnum):
    """How the residence is registered."""

    NOT_STATED = "not_stated"
    PERMANENT = "permanent"  # thường trú
    TEMPORARY = "temporary"  # tạm trú


class Person(Base):
    """A human, counted once.

    `guest_key` is the keyed hash of name, birth date (or year) and phone: the same three make the
    same person, and the unique index lets the database decide when two forms arrive together.

    A row that was merged stays, so that its key leads to the person it became; an erased one keeps
    what the figures need and nothing that names anybody.
    """

    __tablename__ = "persons"
    __table_args__ = (
        CheckConstraint("born_in IS NULL OR born_in BETWEEN 1900 AND 2200", name="born_in_range"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_into_itself"),
        UniqueConstraint("guest_key"),
        Index("ix_persons_phone", "phone"),
        Index("ix_persons_email", "email"),
        Index("ix_persons_name_key_born_in", "name_key", "born_in"),
        Index("ix_persons_national_id_hash", "national_id_hash"),
        Index("ix_persons_merged_into_id", "merged_into_id"),
    )

    id: Mapped[pk]
    full_name: Mapped[name200]
    sort_key: Mapped[str] = mapped_column(String(400))  # by given name, see core.vi
    name_key: Mapped[optional200]  # for finding the same name again, see core.vi
    sex: Mapped[Sex] = mapped_column(default=Sex.NOT_STATED)
    born_on: Mapped[date | None]
    born_in: Mapped[int | None]  # the year; known also when the day is not
    phone: Mapped[str | None] = mapped_column(String(20))  # E.164
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2), default="vi")
    guest_key: Mapped[str | None] = mapped_column(String(64), info=KEYED)
    national_id_hash: Mapped[str | None] = mapped_column(String(64), info=KEYED)
    employment: Mapped[Employment | None]
    groups_answer: Mapped[GroupsAnswer] = mapped_column(
        default=GroupsAnswer.NOT_ASKED, server_default=GroupsAnswer.NOT_ASKED.value
    )
    created_at: Mapped[created_at]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    erased_at: Mapped[datetime | None]
    restricted_at: Mapped[datetime | None]  # at their wish kept and not used
    objected_at: Mapped[datetime | None]  # to being counted by group
    no_reminders_since: Mapped[datetime | None]  # of classes to come; all other news still goes out

    residences: Mapped[list["Residence"]] = relationship(
        back_populates="person", order_by="Residence.valid_from", cascade="all, delete-orphan"
    )
    groups: Mapped[list["PersonGroup"]] = relationship(
        back_populates="person", order_by="PersonGroup.valid_from", cascade="all, delete-orphan"
    )
    guardianships: Mapped[list["Guardianship"]] = relationship(
        back_populates="dependant", foreign_keys="Guardianship.dependant_id", viewonly=True
    )

    @staticmethod
    def names(full_name: str) -> dict[str, str]:
        """The name as it is kept, with the keys by which it is sorted and found again."""
        return {
            "full_name": vi.clean(full_name),
            "sort_key": vi.name_sort_key(full_name),
            "name_key": vi.name_match_key(full_name)[:200],
        }

    def call(self, full_name: str) -> None:
        """Write the name."""
        for column, value in self.names(full_name).items():
            setattr(self, column, value)

    def age(self, day: date) -> int | None:
        """Full years on that day; by the year alone those that may be full by its end."""
        if self.born_on is None:
            return day.year - self.born_in if self.born_in else None
        before = (day.month, day.day) < (self.born_on.month, self.born_on.day)
        return day.year - self.born_on.year - before


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
    kind: Mapped[ResidenceKind] = mapped_column(
        default=ResidenceKind.NOT_STATED, server_default=ResidenceKind.NOT_STATED.value
    )
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="residences")
    unit: Mapped[AdminUnit | None] = relationship()


class PersonGroup(Base):
    """That a person belongs to a priority group, from when to when, by whose word and standard."""

    __tablename__ = "person_groups"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
        UniqueConstraint("person_id", "group", "valid_from"),
    )

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    group: Mapped[PriorityGroup]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    standard: Mapped[optional200]  # the decree, list or decision that says so; "" for own word
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    recorded_at: Mapped[created_at]

    person: Mapped[Person] = relationship(back_populates="groups")
    recorded_by: Mapped["Account | None"] = relationship()
