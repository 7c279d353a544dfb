"""Published tables of units, changes and population, each recognised by its header.

A reader turns one table into rows of one shape; what it cannot read comes out as a `Problem` that
names the line and says why, and the rest goes on.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.core import vi
from app.places import names, reading
from app.places.models import Extent, Sex, UnitKind, UnitLevel
from app.places.reading import Problem, Record, WrongCell

REFORM = date(2025, 7, 1)  # two levels instead of three, new communes
BEFORE_FROM = date(2025, 1, 1)  # the list of units that the reform ended
BEFORE_TO = date(2025, 6, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2200


def level_of(code: str) -> UnitLevel:
    """Official codes tell the level by their length."""
    return reading.LEVELS[len(code)]


class UnknownLayout(Exception):
    """No known table has this header."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    line: int
    code: str
    kind: UnitKind
    full_vi: str
    name_vi: str
    name_en: str
    parent_code: str
    is_current: bool
    latitude: float | None = None
    longitude: float | None = None

    @property
    def level(self) -> UnitLevel:
        return level_of(self.code)


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """`old_*` of a commune, or of a district that had none; `old_name` is empty when not told."""

    line: int
    old_code: str
    old_name: str
    old_parent_code: str
    new_code: str
    extent: Extent
    note: str


@dataclass(frozen=True, slots=True)
class PopulationRow:
    line: int
    code: str
    year: int
    sex: Sex | None
    age_from: int
    age_to: int | None
    persons: int
    whom: str = ""
    is_of_its_year: bool = False  # of the unit that had this code in that year


Row = UnitRow | ChangeRow | PopulationRow
Reader = Callable[[int, Record], Iterator[Row]]


@dataclass(frozen=True, slots=True)
class Layout:
    """A table somebody publishes: the columns that tell it, and how a record becomes rows."""

    name: str
    of: type[Row]
    columns: frozenset[str]
    read: Reader
    source: str = ""
    vintage: str = ""


def recognise(file: Path) -> Layout:
    """The layout with the most columns among those the header has.

    Raises:
        UnknownLayout: with the header that was found.
    """
    with file.open(encoding="utf-8-sig", newline="") as lines:
        header = frozenset(next(csv.reader(lines), []))
    fitting = [layout for layout in LAYOUTS if layout.columns <= header]
    if not fitting:
        raise UnknownLayout(", ".join(sorted(header)))
    return max(fitting, key=lambda layout: len(layout.columns))


def rows(file: Path, layout: Layout) -> Iterator[Row | Problem]:
    """The table row by row; never the whole of it in memory."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, restval="")
        for record in reader:
            yield from _read(layout, reader.line_num, record)


def _read(layout: Layout, line: int, record: Record) -> Iterator[Row | Problem]:
    try:
        yield from layout.read(line, record)
    except WrongCell as error:
        yield error.on(line)


def _unit(line: int, record: Record, parent_in: str, *, is_current: bool) -> Iterator[UnitRow]:
    """Columns code, full_name_vi, perhaps name_en, lat, lon, and that of the parent's code."""
    full = names.tidy(record["full_name_vi"])
    try:
        kind, name = names.split_kind(full)
    except names.UnknownKind as error:
        raise WrongCell(reading.NO_KIND, "full_name_vi", full) from error
    english = vi.clean(record.get("name_en", "")) or names.plain(name)
    code, parent = reading.code(record, "code"), _parent(record, parent_in)
    where = reading.decimal(record, "lat"), reading.decimal(record, "lon")
    yield UnitRow(line, code, kind, full, name, english, parent, is_current, *where)


def _parent(record: Record, column: str) -> str:
    return reading.code(record, column) if column and record[column] else ""


def _current_province(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, "", is_current=True)


def _current_commune(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, "province_code", is_current=True)


def _old_province(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, "", is_current=False)


def _old_district(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, "province_code", is_current=False)


def _old_commune(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, "district_code", is_current=False)


def _old_unit(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, "parent_code", is_current=False)


_KINDS = {kind.value: kind for kind in UnitKind}
_EXTENTS = {extent.value: extent for extent in Extent}


def _own_unit(line: int, record: Record) -> Iterator[Row]:
    """Our own small table: one city and its communes, the city's row first."""
    kind, name = reading.one_of(record, "kind", _KINDS), names.tidy(record["name_vi"])
    full = {**record, "full_name_vi": names.full_vi(kind, name)}
    return _unit(line, full, "parent_code", is_current=True)


def _own_change(line: int, record: Record) -> Iterator[Row]:
    old, new = reading.code(record, "old_code"), reading.code(record, "new_code")
    extent = reading.one_of(record, "extent", _EXTENTS)
    yield ChangeRow(line, old, "", "", new, extent, "")


def _conversion(line: int, record: Record) -> Iterator[Row]:
    """A line of the official conversion table; no old commune means a whole district."""
    note = vi.clean(record["note"].strip('" '))
    whole_district = not record["old_code"] and "toan bo huyen" in vi.fold(note)
    old = reading.code(record, "old_district_code" if whole_district else "old_code")
    parent = "" if whole_district else _parent(record, "old_district_code")
    old_name, new = names.tidy(record["old_name"]), reading.code(record, "new_code")
    yield ChangeRow(line, old, old_name, parent, new, _extent(note), note)


_WHOLE = ("toan bo", "giu nguyen", "doi ten", "doi loai hinh")
_PART = ("mot phan", "phan con lai")


def _extent(note: str) -> Extent:
    """What the note says, marks and typing slips aside."""
    folded = vi.fold(note)
    if any(words in folded for words in _PART):
        return Extent.PART
    if any(words in folded for words in _WHOLE):
        return Extent.WHOLE
    raise WrongCell(reading.NO_EXTENT, "note", note)


_AGE_GROUP = re.compile(r"(\d{1,3})(?:-(\d{1,3})|\+)?", re.ASCII)
_SEXES = {"both": None, "male": Sex.MALE, "female": Sex.FEMALE}


def _projection(line: int, record: Record) -> Iterator[Row]:
    sex, ages = reading.one_of(record, "sex", _SEXES), _ages(record)
    code, year = reading.code(record, "province_code_legacy"), reading.whole(record, "year")
    yield PopulationRow(line, code, year, sex, *ages, reading.whole(record, "persons"))


def _ages(record: Record) -> tuple[int, int | None]:
    group = record["age_group"]
    if group == "Total":
        return 0, None
    found = _AGE_GROUP.fullmatch(group)
    if found is None:
        raise WrongCell(reading.not_listed(("15-19", "80+", "Total")), "age_group", group)
    return int(found[1]), int(found[2]) if found[2] else None


def _census(line: int, record: Record) -> Iterator[Row]:
    code = reading.code(record, "district_code")
    for column, sex in (("total", None), ("total_female", Sex.FEMALE), ("total_male", Sex.MALE)):
        yield PopulationRow(line, code, 2019, sex, 0, None, reading.whole(record, column))


WHOM = (
    *("meritorious", "policy", "poor", "near_poor", "ethnic_minority", "disability"),
    *("rural_worker", "migrant_worker", "foreigner"),
    *("employed", "self_employed", "unemployed", "studying", "at_home", "retired", "other"),
)
"""Parts of the people of which an office may have a table: priority groups and employment."""
_OWN_SEXES = {**_SEXES, "nam": Sex.MALE, "nữ": Sex.FEMALE, "chung": None}
_OLDEST = 150


def _own_population(line: int, record: Record) -> Iterator[Row]:
    """Our own layout, of any units: `age_to` empty for "and over", `whom` if not of everybody."""
    code = reading.code(record, "unit_code")
    sex = reading.one_of({"sex": vi.clean(record["sex"]).lower()}, "sex", _OWN_SEXES)
    first = reading.whole(record, "age_from", 0, _OLDEST)
    last = reading.whole(record, "age_to", first, _OLDEST) if record["age_to"] else None
    year = reading.whole(record, "year", FIRST_YEAR, LAST_YEAR)
    persons, whom = reading.whole(record, "persons"), record.get("whom", "")
    if whom and whom not in WHOM:
        raise WrongCell(reading.not_listed(WHOM), "whom", whom)
    yield PopulationRow(line, code, year, sex, first, last, persons, whom, is_of_its_year=True)


_PROJECTION = "General Statistics Office, population projections 2014-2034, medium variant"
_CENSUS = "General Statistics Office, census of 1 April 2019"
_KNOWN: tuple[tuple[str, type[Row], Reader, str], ...] = (
    ("current provinces", UnitRow, _current_province, "code full_name_vi name_en n_commune_units"),
    ("current communes", UnitRow, _current_commune, "code province_code full_name_vi name_en"),
    ("old provinces", UnitRow, _old_province, "code full_name_vi n_districts n_communes"),
    ("old districts", UnitRow, _old_district, "code province_code full_name_vi ascii_name"),
    ("old communes", UnitRow, _old_commune, "code district_code province_code full_name_vi"),
    ("conversion", ChangeRow, _conversion, "new_code old_code old_name old_district_code note"),
    ("a city's units", UnitRow, _own_unit, "code kind name_vi name_en parent_code lat lon"),
    ("a city's old units", UnitRow, _old_unit, "code full_name_vi parent_code"),
    ("a city's changes", ChangeRow, _own_change, "old_code new_code extent"),
    ("projection", PopulationRow, _projection, "province_code_legacy sex age_group year persons"),
    ("population", PopulationRow, _own_population, "unit_code sex age_from age_to year persons"),
    ("census 2019", PopulationRow, _census, "district_code total total_male total_female"),
)
_TOLD = {
    "projection": (_PROJECTION, "projection 2014-2034"),
    "census 2019": (_CENSUS, "census 2019"),
    "population": ("the city's own table", ""),
}
LAYOUTS = tuple(
    Layout(name, of, frozenset(columns.split()), read, *_TOLD.get(name, ()))
    for name, of, read, columns in _KNOWN
)
