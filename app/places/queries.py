"""Reading places. "The city" is the one whose code the installation was given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Date, and_, bindparam, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.core import clock, config, vi
from app.core.db import db
from app.core.i18n import Bilingual
from app.core.kept import kept
from app.places import finding
from app.places.finding import Entry, Match, Name
from app.places.layouts import level_of
from app.places.models import AdminUnit, Extent, UnitChange, UnitLevel


def city(day: date | None = None) -> AdminUnit | None:
    """The province-level unit of this installation; None before its table was imported."""
    return unit(config.current().city_code, day)


def unit(code: str, day: date | None = None) -> AdminUnit | None:
    """The unit with this code in force on the day (today when not given)."""
    if len(code) not in (2, 3, 5):
        return None
    query = select(AdminUnit).where(
        AdminUnit.code == code, AdminUnit.level == level_of(code), in_force(day)
    )
    return db.session.scalar(query)


def in_force(day: date | None = None) -> ColumnElement[bool]:
    """Condition: the unit exists on the day."""
    day = day or clock.today()
    return and_(
        AdminUnit.valid_from <= day, or_(AdminUnit.valid_to.is_(None), AdminUnit.valid_to >= day)
    )


def wards(day: date | None = None) -> list[AdminUnit]:
    """The communes (phường, xã, đặc khu) of the city, in Vietnamese order."""
    parent = aliased(AdminUnit)
    query = select(AdminUnit).join(parent, AdminUnit.parent_id == parent.id)
    query = query.where(*_communes_of(parent), in_force(day))
    return list(db.session.scalars(query.order_by(AdminUnit.sort_key, AdminUnit.code)))


def _communes_of(parent: type[AdminUnit]) -> tuple[ColumnElement[bool], ...]:
    """Conditions: a commune whose parent is the city of this installation."""
    return (
        parent.code == config.current().city_code,
        parent.level == UnitLevel.PROVINCE,
        AdminUnit.level == UnitLevel.COMMUNE,
    )


def ward_names(day: date | None = None) -> dict[str, Bilingual]:
    """Official code -> full name of each ward of the city, in Vietnamese order; no objects."""
    parent = aliased(AdminUnit)
    names = (
        select(AdminUnit.code, AdminUnit.full_name_vi, AdminUnit.full_name_en)
        .join(parent, AdminUnit.parent_id == parent.id)
        .where(*_communes_of(parent), in_force(day))
        .order_by(AdminUnit.sort_key, AdminUnit.code)
    )
    return {code: Bilingual(vi_, en) for code, vi_, en in db.session.execute(names)}


def children(unit_id: int) -> list[AdminUnit]:
    """The units directly below, in Vietnamese order."""
    query = select(AdminUnit).where(AdminUnit.parent_id == unit_id)
    return list(db.session.scalars(query.order_by(AdminUnit.sort_key, AdminUnit.code)))


def came_from(unit_id: int) -> list[UnitChange]:
    """The old units of which this one was made, whole ones first."""
    query = select(UnitChange).where(UnitChange.new_id == unit_id).join(UnitChange.old)
    query = query.options(joinedload(UnitChange.old).joinedload(AdminUnit.parent))
    return list(db.session.scalars(query.order_by(UnitChange.extent.desc(), AdminUnit.sort_key)))


def lives() -> list[tuple[int, date, date | None, int | None]]:
    """Every unit that ever was: id, first day, last day, id of the unit above."""
    columns = AdminUnit.id, AdminUnit.valid_from, AdminUnit.valid_to, AdminUnit.parent_id
    rows = db.session.execute(select(*columns).order_by(AdminUnit.id))
    return [(key, first, last, parent) for key, first, last, parent in rows]


def changes() -> list[tuple[int, int, Extent, date]]:
    """Every change: the old unit, the new one, how much of it, on which day."""
    columns = UnitChange.old_id, UnitChange.new_id, UnitChange.extent, UnitChange.on
    rows = db.session.execute(select(*columns).order_by(UnitChange.id))
    return [(old, new, extent, on) for old, new, extent, on in rows]


_A_MINUTE = 60.0
_CITY, _TODAY = aliased(AdminUnit), bindparam("today", type_=Date)
_CALLED = (
    select(AdminUnit.id, AdminUnit.code, AdminUnit.full_name_vi, AdminUnit.full_name_en)
    .join(_CITY, AdminUnit.parent_id == _CITY.id)
    .where(
        AdminUnit.search_key == bindparam("name"),
        AdminUnit.level == UnitLevel.COMMUNE,
        AdminUnit.valid_from <= _TODAY,
        or_(AdminUnit.valid_to.is_(None), AdminUnit.valid_to >= _TODAY),
        _CITY.code == bindparam("city"),
        _CITY.level == UnitLevel.PROVINCE,
    )
    .limit(2)
)


@dataclass(frozen=True, slots=True)
class Ward:
    """What a form has to know of a ward that was named in full."""

    id: int
    code: str
    full_name: Bilingual


def ward_called(text: str) -> Ward | None:
    """The only ward of the city with this full name of today, marks or not."""
    name, city, today = vi.fold(text), config.current().city_code, clock.today()
    return kept(("ward", name, city, today), _A_MINUTE, lambda: _called(name, city, today))


def _called(name: str, city: str, today: date) -> Ward | None:
    asked = {"name": name, "city": city, "today": today}
    found = db.session.connection().execute(_CALLED, asked).all()
    if len(found) != 1:
        return None
    key, code, vi_, en = found[0]
    return Ward(key, code, Bilingual(vi_, en))


def find_wards(text: str, limit: int = 8) -> list[AdminUnit]:
    """Current wards by their own name, an old ward's or an old district's, the likeliest first."""
    return [ward for ward, _old_name in suggestions(text, limit)]


def suggestions(text: str, limit: int = 8) -> list[tuple[AdminUnit, Bilingual]]:
    """Wards with the old name that led to them; empty for the ward's own name."""
    matches = _matches(text, limit)
    wanted = [match.unit_id for match in matches]
    found = {
        ward.id: ward
        for ward in db.session.scalars(select(AdminUnit).where(AdminUnit.id.in_(wanted)))
    }
    return [(found[match.unit_id], match.old_name) for match in matches]


def _matches(text: str, limit: int) -> list[Match]:
    if not vi.fold(text):
        return []
    current = _current_entries()
    old_wards, provinces = _old_entries(current)
    districts = {
        (entry.unit_id, entry.within): _district(entry) for entry in old_wards if entry.within
    }
    return finding.find(
        text, [*current.values(), *old_wards, *districts.values()], provinces, limit
    )


class Former(NamedTuple):
    """An old ward in a ward of today, with its district and province."""

    code: str
    ward: Bilingual
    district: Bilingual
    province: Bilingual


def former_names() -> list[Former]:
    """For each ward of today what it was made of, in Vietnamese order."""
    district, province = aliased(AdminUnit), aliased(AdminUnit)
    new, city = aliased(AdminUnit), aliased(AdminUnit)
    of_ward = AdminUnit.full_name_vi, AdminUnit.full_name_en
    of_district = district.full_name_vi, district.full_name_en
    of_province = province.full_name_vi, province.full_name_en
    query = (
        select(new.code, *of_ward, *of_district, *of_province)
        .join(UnitChange, UnitChange.new_id == new.id)
        .join(AdminUnit, UnitChange.old_id == AdminUnit.id)
        .join(city, new.parent_id == city.id)
        .outerjoin(district, AdminUnit.parent_id == district.id)
        .outerjoin(province, district.parent_id == province.id)
        .where(city.code == config.current().city_code, city.level == UnitLevel.PROVINCE)
        .order_by(new.sort_key, new.code, AdminUnit.sort_key, AdminUnit.code)
    )
    return [
        Former(code, Bilingual(*ward), Bilingual(*within), Bilingual(*above))
        for code, ward, within, above in (
            (code, names[:2], _given(names[2:4]), _given(names[4:]))
            for code, *names in db.session.execute(query)
        )
    ]


def _given(names: Sequence[str | None]) -> list[str]:
    return [name or "" for name in names]


def _current_entries() -> dict[int, Entry]:
    parent = aliased(AdminUnit)
    columns = AdminUnit.id, AdminUnit.full_name_vi, AdminUnit.search_key, AdminUnit.sort_key
    query = select(*columns).join(parent, AdminUnit.parent_id == parent.id).where(in_force())
    of_city = parent.code == config.current().city_code, parent.level == UnitLevel.PROVINCE
    rows = db.session.execute(query.where(*of_city))
    return {
        key: Entry(key, Name.CURRENT, name, folded, order=order)
        for key, name, folded, order in rows
    }


def _old_entries(current: dict[int, Entry]) -> tuple[list[Entry], frozenset[str]]:
    """Names of the units before, for those current wards; and the old provinces' bare names."""
    district, province = aliased(AdminUnit), aliased(AdminUnit)
    names = AdminUnit.full_name_vi, AdminUnit.search_key, district.full_name_vi, district.search_key
    english = AdminUnit.full_name_en, district.full_name_en
    query = (
        select(UnitChange.new_id, UnitChange.extent, *names, *english, province.name_vi)
        .join(AdminUnit, UnitChange.old_id == AdminUnit.id)
        .outerjoin(district, AdminUnit.parent_id == district.id)
        .outerjoin(province, district.parent_id == province.id)
        .where(UnitChange.new_id.in_(current))
    )
    rows = db.session.execute(query).all()
    entries = []
    for new_id, extent, ward, folded, district_name, within, *in_english, _province in rows:
        entries.append(
            Entry(
                new_id, Name.OLD_WARD, ", ".join(filter(None, (ward, district_name))), folded,
                within or "", extent is Extent.PART, current[new_id].order,
                ", ".join(filter(None, in_english)),
            )
        )  # fmt: skip
    return entries, frozenset(vi.fold(name) for name in {row[-1] or "" for row in rows})


def _district(ward: Entry) -> Entry:
    """The old district by which the ward is found too."""
    name, english = ward.text.split(", ", maxsplit=1)[1], ward.english.partition(", ")[2]
    return Entry(
        ward.unit_id, Name.OLD_DISTRICT, name, ward.within, order=ward.order, english=english
    )
