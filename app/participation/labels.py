"""The values of a breakdown as people read them: code, both names, order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.accounts.models import PriorityGroup
from app.catalogue.models import Mode, Topic
from app.core.db import db
from app.core.i18n import Bilingual, in_both
from app.core.vi import sort_key
from app.participation.dimensions import (
    AGE_BANDS,
    NO_CAMPAIGN,
    NO_GROUP,
    NO_VENUE,
    NOT_STATED,
    OUTSIDE,
    TOTAL,
    Dimension,
    band_code,
)
from app.participation.isced import NARROW_FIELDS
from app.participation.models import Campaign, FeeKind
from app.places.models import AdminUnit, Sex
from app.providers.models import Provider, ProviderType
from app.providers.words import CLA


@dataclass(frozen=True, slots=True)
class Value:
    """One value: `raw` as it is counted, `code` as it is written in files."""

    raw: str | None
    code: str
    label: Bilingual


ALL = Value(None, TOTAL, Bilingual("Tất cả", "All"))
_LAST = {
    NO_GROUP: Value(NO_GROUP, NO_GROUP, Bilingual("Không thuộc nhóm nào", "In no group")),
    NO_VENUE: Value(NO_VENUE, NO_VENUE, Bilingual("Không có địa điểm", "No place")),
    NO_CAMPAIGN: Value(
        NO_CAMPAIGN, NO_CAMPAIGN, Bilingual("Không thuộc đợt vận động nào", "In no campaign")
    ),
    OUTSIDE: Value(OUTSIDE, OUTSIDE, Bilingual("Ngoài thành phố", "Outside the city")),
    NOT_STATED: Value(NOT_STATED, NOT_STATED, Bilingual("Không rõ", "Not stated")),
}
_SEXES = {
    Sex.FEMALE: Bilingual("Nữ", "Female"),
    Sex.MALE: Bilingual("Nam", "Male"),
}
MODES = {
    Mode.IN_PERSON: Bilingual("Tại lớp", "In person"),
    Mode.ONLINE: Bilingual("Trực tuyến", "Online"),
    Mode.BLENDED: Bilingual("Tại lớp và trực tuyến", "In person and online"),
    Mode.SELF_PACED: Bilingual("Tự học", "At your own pace"),
}
_FEES = {
    FeeKind.FREE: Bilingual("Miễn phí", "Free"),
    FeeKind.FULL: Bilingual("Học phí thường", "Full fee"),
    FeeKind.REDUCED: Bilingual("Giảm học phí", "Reduced fee"),
    FeeKind.WAIVED: Bilingual("Được miễn học phí", "Fee waived"),
}
_GROUPS = {
    PriorityGroup.MERITORIOUS: Bilingual("Người có công", "Persons with meritorious service"),
    PriorityGroup.POLICY: Bilingual("Đối tượng chính sách", "Policy beneficiaries"),
    PriorityGroup.POOR: Bilingual("Hộ nghèo", "Poor households"),
    PriorityGroup.NEAR_POOR: Bilingual("Hộ cận nghèo", "Near-poor households"),
    PriorityGroup.ETHNIC_MINORITY: Bilingual("Dân tộc thiểu số", "Ethnic minorities"),
    PriorityGroup.DISABILITY: Bilingual("Người khuyết tật", "Persons with disabilities"),
    PriorityGroup.RURAL_WORKER: Bilingual("Lao động nông thôn", "Rural workers"),
    PriorityGroup.MIGRANT_WORKER: Bilingual("Lao động di cư, nhập cư", "Migrant workers"),
    PriorityGroup.FOREIGNER: Bilingual("Người nước ngoài", "Foreigners"),
}


def values_of(dimension: Dimension, raw: Iterable[str], day: date) -> list[Value]:
    """The values in reading order, "outside" and "not stated" last; at most one statement.

    Sexes and age bands are all there, also those that nobody has.

    Args:
        day: units that are no longer, or not yet, in force on it carry their first day in the code.
    """
    found = {each for each in raw if each not in _LAST}
    last = (NO_VENUE, NO_CAMPAIGN, OUTSIDE, NOT_STATED)
    ends = [_LAST[each] for each in last if each in raw]
    return [*_READERS[dimension](found, day), *ends]


def _wards(found: set[str], day: date) -> list[Value]:
    query = select(AdminUnit).where(AdminUnit.id.in_([int(each) for each in found]))
    units = db.session.scalars(query.order_by(AdminUnit.sort_key, AdminUnit.code, AdminUnit.id))
    return [Value(str(unit.id), _unit_code(unit, day), unit.full_name) for unit in units]


def _unit_code(unit: AdminUnit, day: date) -> str:
    return unit.code if unit.valid_on(day) else f"{unit.code}@{unit.valid_from}"


def _providers(found: set[str], _day: date) -> list[Value]:
    wanted = Provider.id.in_([int(each) for each in found])
    rows = db.session.execute(
        select(Provider.id, Provider.slug, Provider.name_vi, Provider.name_en).where(wanted)
    )
    known = [Value(str(id_), slug, Bilingual(vi, en)) for id_, slug, vi, en in rows]
    return sorted(known, key=lambda value: (sort_key(value.label.vi), value.code))


def _types(found: set[str], _day: date) -> list[Value]:
    query = select(ProviderType.code, ProviderType.name_vi, ProviderType.name_en)
    rows = db.session.execute(query.order_by(ProviderType.position, ProviderType.code))
    return _of_list([(code, Bilingual(vi, en)) for code, vi, en in rows], found)


def _topics(found: set[str], _day: date) -> list[Value]:
    query = select(Topic.slug, Topic.name_vi, Topic.name_en)
    rows = db.session.execute(query.order_by(Topic.position, Topic.slug))
    return _of_list([(slug, Bilingual(vi, en)) for slug, vi, en in rows], found)


def _of_list(known: Sequence[tuple[str, Bilingual]], found: set[str]) -> list[Value]:
    """In the order of the list; a code that has left it still stands for itself."""
    gone = sorted(found - {code for code, _ in known})
    pairs = [*known, *((code, Bilingual(code, code)) for code in gone)]
    return [Value(code, code, label) for code, label in pairs if code in found]


def _fields(found: set[str], _day: date) -> list[Value]:
    return _of_list(sorted(NARROW_FIELDS.items()), found)


def _groups(found: set[str], _day: date) -> list[Value]:
    return _of_list([(group.value, label) for group, label in _GROUPS.items()], found)


def _modes(found: set[str], _day: date) -> list[Value]:
    return _of_list([(mode.value, label) for mode, label in MODES.items()], found)


def _kinds_of_learning(found: set[str], _day: date) -> list[Value]:
    return _of_list([(code, in_both(label)) for code, label in CLA.items()], found)


def _fees(found: set[str], _day: date) -> list[Value]:
    return _of_list([(fee.value, label) for fee, label in _FEES.items()], found)


def _campaigns(found: set[str], _day: date) -> list[Value]:
    rows = db.session.scalars(select(Campaign).order_by(Campaign.first, Campaign.code))
    return _of_list([(row.code, row.name) for row in rows], found)


def _sexes(_found: set[str], _day: date) -> list[Value]:
    return [Value(sex, sex.value, label) for sex, label in _SEXES.items()]


def _bands(_found: set[str], _day: date) -> list[Value]:
    return [Value(band_code(*band), band_code(*band), _band_label(*band)) for band in AGE_BANDS]


def _band_label(low: int, high: int | None) -> Bilingual:
    if high is None:
        return Bilingual(f"Từ {low} tuổi", f"{low} and over")
    return Bilingual(f"{low}–{high} tuổi", f"{low}–{high}")


def _months(found: set[str], _day: date) -> list[Value]:
    return [
        Value(each, each, _month_label(date.fromisoformat(f"{each}-01"))) for each in sorted(found)
    ]


def _month_label(first: date) -> Bilingual:
    return Bilingual(f"Tháng {first.month}/{first.year}", f"{first:%B} {first.year}")


_READERS: Mapping[Dimension, Callable[[set[str], date], list[Value]]] = {
    Dimension.WARD: _wards,
    Dimension.SEX: _sexes,
    Dimension.AGE_BAND: _bands,
    Dimension.GROUP: _groups,
    Dimension.PROVIDER: _providers,
    Dimension.PROVIDER_TYPE: _types,
    Dimension.TOPIC: _topics,
    Dimension.FIELD: _fields,
    Dimension.MODE: _modes,
    Dimension.CLA: _kinds_of_learning,
    Dimension.VENUE_WARD: _wards,
    Dimension.FEE: _fees,
    Dimension.CAMPAIGN: _campaigns,
    Dimension.MONTH: _months,
}
