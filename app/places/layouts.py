"""Published tables of units, changes and population, each recognised by its header.

A reader turns one table into rows of one shape; what it cannot read comes out as a `Problem` that
names the line, and the rest goes on.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.core import vi
from app.places import names
from app.places.models import Extent, Sex, UnitKind, UnitLevel

REFORM = date(2025, 7, 1)  # two levels instead of three, new communes
BEFORE_FROM = date(2025, 1, 1)  # the list of units that the reform ended
BEFORE_TO = date(2025, 6, 30)
FIRST_YEAR, LAST_YEAR = 1900, 2200
_LEVELS = {2: UnitLevel.PROVINCE, 3: UnitLevel.DISTRICT, 5: UnitLevel.COMMUNE}


def level_of(code: str) -> UnitLevel:
    """Official codes tell the level by their length."""
    return _LEVELS[len(code)]


class UnknownLayout(Exception):
    """No known table has this header."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One line that was left out, and why."""

    line: int
    reason: str
    value: str = ""


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
Record = Mapping[str, str]
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
    except names.UnknownKind as error:
        yield Problem(line, "no word for the kind of unit", str(error))
    except (KeyError, ValueError) as error:
        yield Problem(line, "cannot be read", str(error))


def _unit(line: int, record: Record, parent: str, *, is_current: bool) -> Iterator[UnitRow]:
    """Columns code, full_name_vi, perhaps name_en, lat, lon."""
    full = names.tidy(record["full_name_vi"])
    kind, name = names.split_kind(full)
    english = vi.clean(record.get("name_en", "")) or names.plain(name)
    where = _number(record.get("lat")), _number(record.get("lon"))
    yield UnitRow(
        line, _code(record["code"]), kind, full, name, english, parent, is_current, *where
    )


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _code(text: str) -> str:
    code = text.strip()
    if not code.isascii() or not code.isdigit() or len(code) not in _LEVELS:
        message = f"code {text!r}"
        raise ValueError(message)
    return code


def _current_province(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, "", is_current=True)


def _current_commune(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, record["province_code"], is_current=True)


def _old_province(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, "", is_current=False)


def _old_district(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, record["province_code"], is_current=False)


def _old_commune(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, record["district_code"], is_current=False)


def _old_unit(line: int, record: Record) -> Iterator[Row]:
    return _unit(line, record, record["parent_code"], is_current=False)


def _own_unit(line: int, record: Record) -> Iterator[Row]:
    """Our own small table: one city and its communes, the city's row first."""
    kind, name = UnitKind(record["kind"]), names.tidy(record["name_vi"])
    full = {**record, "full_name_vi": names.full_vi(kind, name)}
    return _unit(line, full, record["parent_code"], is_current=True)


def _own_change(line: int, record: Record) -> Iterator[Row]:
    extent = Extent(record["extent"])
    yield ChangeRow(line, _code(record["old_code"]), "", "", _code(record["new_code"]), extent, "")


def _conversion(line: int, record: Record) -> Iterator[Row]:
    """A line of the official conversion table; no old commune means a whole district."""
    note = vi.clean(record["note"].strip('" '))
    whole_district = not record["old_code"] and "toan bo huyen" in vi.fold(note)
    old_code = record["old_district_code"] if whole_district else record["old_code"]
    parent = "" if whole_district else record["old_district_code"]
    old_name = names.tidy(record["old_name"])
    yield ChangeRow(
        line, _code(old_code), old_name, parent, _code(record["new_code"]), _extent(note), note
    )


_WHOLE = ("toan bo", "giu nguyen", "doi ten", "doi loai hinh")
_PART = ("mot phan", "phan con lai")


def _extent(note: str) -> Extent:
    """What the note says, marks and typing slips aside."""
    folded = vi.fold(note)
    if any(words in folded for words in _PART):
        return Extent.PART
    if any(words in folded for words in _WHOLE):
        return Extent.WHOLE
    message = f"note {note!r}"
    raise ValueError(message)


_SEXES = {"both": None, "male": Sex.MALE, "female": Sex.FEMALE}


def _projection(line: int, record: Record) -> Iterator[Row]:
    sex = _SEXES[record["sex"]]
    ages = _ages(record["age_group"])
    code, year = _code(record["province_code_legacy"]), int(record["year"])
    yield PopulationRow(line, code, year, sex, *ages, int(record["persons"]))


def _ages(group: str) -> tuple[int, int | None]:
    """`15-19`, `80+` or `Total`."""
    if group == "Total":
        return 0, None
    first, _, last = group.rstrip("+").partition("-")
    return int(first), int(last) if last else None


def _census(line: int, record: Record) -> Iterator[Row]:
    code = _code(record["district_code"])
    for column, sex in (("total", None), ("total_female", Sex.FEMALE), ("total_male", Sex.MALE)):
        yield PopulationRow(line, code, 2019, sex, 0, None, int(record[column]))


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
    sex = _OWN_SEXES[vi.clean(record["sex"]).lower()]
    first, last = int(record["age_from"]), int(record["age_to"]) if record["age_to"] else None
    year, persons = int(record["year"]), int(record["persons"])
    whom = record.get("whom", "")
    if not 0 <= first <= _OLDEST or (last is not None and not first <= last <= _OLDEST):
        message = f"ages {record['age_from']}-{record['age_to']}"
        raise ValueError(message)
    if not FIRST_YEAR <= year <= LAST_YEAR or persons < 0 or (whom and whom not in WHOM):
        message = f"year {year}, persons {persons}, whom {whom!r}"
        raise ValueError(message)
    code = _code(record["unit_code"])
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
