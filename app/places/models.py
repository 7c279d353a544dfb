"""Tables of places. A unit is known by its official code and the day from which it was valid."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, composite, mapped_column, relationship

from app.core.db import Base, code20, name200, optional200, pk
from app.core.i18n import Bilingual


class UnitLevel(StrEnum):
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class UnitKind(StrEnum):
    """What the unit is called; phường, xã and đặc khu are the commune level since 2025."""

    CITY = "city"
    PROVINCE = "province"
    DISTRICT = "district"
    TOWN = "town"  # thị xã, until 2025
    WARD = "ward"
    COMMUNE = "commune"
    TOWNSHIP = "township"
    SPECIAL_ZONE = "special_zone"


class Extent(StrEnum):
    """How much of the old unit went into the new one."""

    WHOLE = "whole"
    PART = "part"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    NOT_STATED = "not_stated"


class AdminUnit(Base):
    """A province, district or commune during one period of its life.

    Codes are text (leading zeros matter) and came back with another meaning at the reform of
    1 July 2025, so only code and `valid_from` together are a key. `valid_to` is the last day.
    """

    __tablename__ = "admin_units"
    __table_args__ = (
        UniqueConstraint("code", "level", "valid_from"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
        Index("ix_admin_units_search_key", "search_key"),
    )

    id: Mapped[pk]
    code: Mapped[str] = mapped_column(String(5))
    level: Mapped[UnitLevel]
    kind: Mapped[UnitKind]
    name_vi: Mapped[name200]  # without the kind: "Bến Thành"
    name_en: Mapped[optional200]
    full_name_vi: Mapped[name200]  # with it: "Phường Bến Thành"
    full_name_en: Mapped[optional200]
    search_key: Mapped[str] = mapped_column(String(200), default="")  # folded full name
    sort_key: Mapped[str] = mapped_column(String(800), default="")  # Vietnamese order of the name
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("admin_units.id"), index=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]

    name: Mapped[Bilingual] = composite("name_vi", "name_en")
    full_name: Mapped[Bilingual] = composite("full_name_vi", "full_name_en")
    parent: Mapped["AdminUnit | None"] = relationship(remote_side="AdminUnit.id")

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class UnitChange(Base):
    """One old unit went, whole or in part, into one new unit; many to many."""

    __tablename__ = "unit_changes"
    __table_args__ = (UniqueConstraint("old_id", "new_id"),)

    id: Mapped[pk]
    old_id: Mapped[int] = mapped_column(ForeignKey("admin_units.id"))
    new_id: Mapped[int] = mapped_column(ForeignKey("admin_units.id"), index=True)
    extent: Mapped[Extent]
    on: Mapped[date]  # first day of the new unit
    note: Mapped[optional200]

    old: Mapped[AdminUnit] = relationship(foreign_keys=[old_id])
    new: Mapped[AdminUnit] = relationship(foreign_keys=[new_id])


class Population(Base):
    """Residents of a unit by sex and age band in one year, as one source published them."""

    __tablename__ = "populations"
    __table_args__ = (
        UniqueConstraint("unit_id", "year", "sex", "age_from", "age_to", "vintage", "whom"),
        CheckConstraint("persons >= 0", name="persons_not_negative"),
    )

    id: Mapped[pk]
    unit_id: Mapped[int] = mapped_column(ForeignKey("admin_units.id"))
    year: Mapped[int]
    sex: Mapped[Sex | None]  # None: both
    age_from: Mapped[int]
    age_to: Mapped[int | None]  # last year of age included; None: open, so 0 and None is everybody
    persons: Mapped[int]
    source: Mapped[name200]
    vintage: Mapped[str] = mapped_column(String(40))
    whom: Mapped[code20] = mapped_column(default="", server_default="")
    """Of which part of the people: a priority group or employment; "" of all."""


class Venue(Base):
    """A building or room where people meet, shared by everyone who teaches there."""

    __tablename__ = "venues"

    id: Mapped[pk]
    name_vi: Mapped[name200]
    name_en: Mapped[optional200]
    address: Mapped[optional200]  # number and street; the unit is told by unit_id
    unit_id: Mapped[int] = mapped_column(ForeignKey(AdminUnit.id), index=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    step_free: Mapped[bool] = mapped_column(default=False)
    hearing_loop: Mapped[bool] = mapped_column(default=False)
    bus_lines: Mapped[optional200]

    name: Mapped[Bilingual] = composite("name_vi", "name_en")
    unit: Mapped[AdminUnit] = relationship()
    rooms: Mapped[list["Room"]] = relationship(
        back_populates="venue", order_by="Room.name_vi, Room.id"
    )


class Room(Base):
    """A room of a venue; whoever teaches in the building sees the same list.

    A room that is gone stays in the register, because sessions were held there.
    """

    __tablename__ = "rooms"
    __table_args__ = (
        UniqueConstraint("venue_id", "name_vi"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity_not_negative"),
    )

    id: Mapped[pk]
    venue_id: Mapped[int] = mapped_column(ForeignKey(Venue.id))
    name_vi: Mapped[name200]
    name_en: Mapped[optional200]
    capacity: Mapped[int | None]  # None: nobody has said how many people fit in
    step_free: Mapped[bool] = mapped_column(default=False)
    is_gone: Mapped[bool] = mapped_column(default=False, server_default=false())

    name: Mapped[Bilingual] = composite("name_vi", "name_en")
    venue: Mapped[Venue] = relationship(back_populates="rooms")
