"""Every write to the tables of places: imports that can be repeated, always in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import audit, vi
from app.core.db import transaction
from app.places import layouts, names
from app.places.errors import NoTableOfUnits
from app.places.layouts import ChangeRow, Layout, PopulationRow, Row, UnitRow
from app.places.models import AdminUnit, Extent, Population, UnitChange, UnitLevel
from app.places.reading import UNKNOWN_UNIT, Problem
from app.places.upsert import Counts, KeyedTable

TABLES = Path(__file__).parent / "data"
_UNIT_KEY = ("code", "level", "valid_from")
_UNIT_REST = (
    *("kind", "name_vi", "name_en", "full_name_vi", "full_name_en", "search_key", "sort_key"),
    *("parent_id", "valid_to", "latitude", "longitude"),
)
R = TypeVar("R", UnitRow, ChangeRow, PopulationRow)


@dataclass(slots=True)
class Imported:
    """What an import did; a second run of the same file counts every row as unchanged."""

    layout: str
    counts: Counts = field(default_factory=Counts)
    problems: list[Problem] = field(default_factory=list)


def import_file(file: Path, valid_from: date | None = None) -> Imported:
    """Read a table of units or of changes; it is recognised by its header.

    Args:
        file: UTF-8 CSV.
        valid_from: first day of the units in the file; without it, the days of the 2025 reform.

    Raises:
        UnknownLayout: no table that we know has this header.
    """
    layout = layouts.recognise(file)
    done = Imported(layout.name)
    rows = layouts.rows(file, layout)
    with transaction() as session:
        if layout.of is ChangeRow:
            done.counts = import_changes(
                session, _good(rows, ChangeRow, done.problems), done.problems, valid_from
            )
        else:
            done.counts = import_units(session, _good(rows, UnitRow, done.problems), valid_from)
        _note("places.import", file, done)
    return done


def import_population(file: Path, source: str = "", vintage: str = "") -> Imported:
    """Read residents by unit, sex and age.

    Source and vintage are those of the table that was recognised, unless others are given.

    Raises:
        UnknownLayout: no population table that we know has this header.
    """
    layout = layouts.recognise(file)
    done = Imported(layout.name)
    with transaction() as session:
        rows = _good(layouts.rows(file, layout), PopulationRow, done.problems)
        done.counts = _write_population(
            session, rows, done.problems, _told(layout, source, vintage)
        )
        _note("places.population", file, done)
    return done


def ensure_city_units(city_code: str) -> int:
    """Load the product's own small table of a city, with the units of before; safe to repeat.

    Returns:
        The number of communes of the city.

    Raises:
        NoTableOfUnits: for a city whose table is not shipped.
    """
    files = [TABLES / f"{table}-{city_code}.csv" for table in ("units", "old-units", "changes")]
    if not files[0].exists():
        raise NoTableOfUnits
    with transaction():
        done = [import_file(file) for file in files]
    counts = done[0].counts
    return counts.new + counts.changed + counts.unchanged - 1


def import_units(
    session: Session, rows: Iterable[UnitRow], valid_from: date | None = None
) -> Counts:
    """Write units level by level, so that parents are there before their children."""
    table = KeyedTable(session, AdminUnit, _UNIT_KEY, _UNIT_REST)
    for _level, same in groupby(rows, key=lambda row: row.level):
        table.put([_unit_values(table, row, valid_from) for row in same])
    return table.counts


def _unit_values(table: KeyedTable, row: UnitRow, valid_from: date | None) -> dict[str, Any]:
    first = _first_day(valid_from, is_current=row.is_current)
    return {
        "code": row.code,
        "level": row.level,
        "valid_from": first,
        "valid_to": None if row.is_current else layouts.BEFORE_TO,
        "kind": row.kind,
        "name_vi": row.name_vi,
        "name_en": row.name_en,
        "full_name_vi": row.full_vi,
        "full_name_en": names.full_en(row.kind, row.name_en),
        "search_key": vi.fold(row.full_vi),
        "sort_key": vi.sort_key(row.name_vi)[:800],
        "parent_id": _parent_id(table, row, first),
        "latitude": row.latitude,
        "longitude": row.longitude,
    }


def _first_day(valid_from: date | None, *, is_current: bool) -> date:
    return valid_from or (layouts.REFORM if is_current else layouts.BEFORE_FROM)


def _parent_id(table: KeyedTable, row: UnitRow, first: date) -> int | None:
    """Of the same period; None while the parent's own table has not been read."""
    return (
        table.id_of(row.parent_code, layouts.level_of(row.parent_code), first)
        if row.parent_code
        else None
    )


def import_changes(
    session: Session,
    rows: Iterable[ChangeRow],
    problems: list[Problem],
    valid_from: date | None = None,
) -> Counts:
    """Write which old unit went into which new one.

    An old unit that went into several new ones is a part in each of them, whatever the note of one
    line says. Old units that no list names are made from the line itself.
    """
    known = list(rows)
    units = KeyedTable(session, AdminUnit, _UNIT_KEY, _UNIT_REST)
    units.put(_unit_values(units, row, None) for row in _only_named_here(units, known))
    targets: dict[str, set[str]] = defaultdict(set)
    for row in known:
        targets[row.old_code].add(row.new_code)
    first = valid_from or layouts.REFORM
    table = KeyedTable(session, UnitChange, ("old_id", "new_id"), ("extent", "on", "note"))
    table.put(_change_values(units, known, targets, first, problems))
    return table.counts


def _only_named_here(units: KeyedTable, rows: Iterable[ChangeRow]) -> Iterator[UnitRow]:
    for row in rows:
        if (
            row.old_name
            and units.id_of(row.old_code, layouts.level_of(row.old_code), layouts.BEFORE_FROM)
            is None
        ):
            try:
                kind, name = names.split_kind(row.old_name)
            except names.UnknownKind:
                continue  # its change is told as one of an unknown unit
            yield UnitRow(
                row.line,
                row.old_code,
                kind,
                row.old_name,
                name,
                names.plain(name),
                row.old_parent_code,
                is_current=False,
            )


def _change_values(
    units: KeyedTable,
    rows: Iterable[ChangeRow],
    targets: dict[str, set[str]],
    first: date,
    problems: list[Problem],
) -> Iterator[dict[str, Any]]:
    for row in rows:
        old = units.id_of(row.old_code, layouts.level_of(row.old_code), layouts.BEFORE_FROM)
        new = units.id_of(row.new_code, UnitLevel.COMMUNE, first)
        if old is None or new is None:
            missing = row.new_code if old else row.old_code
            problems.append(Problem(row.line, UNKNOWN_UNIT, value=missing))
            continue
        extent = Extent.PART if len(targets[row.old_code]) > 1 else row.extent
        yield {"old_id": old, "new_id": new, "extent": extent, "on": first, "note": row.note[:200]}


def _write_population(
    session: Session, rows: Iterable[PopulationRow], problems: list[Problem], told: dict[str, str]
) -> Counts:
    units = _Lives(session)
    key = ("unit_id", "year", "sex", "age_from", "age_to", "vintage", "whom")
    table = KeyedTable(
        session, Population, key, ("persons", "source"), Population.vintage == told["vintage"]
    )
    table.put(_population_values(units, rows, problems, told))
    return table.counts


class _Lives:
    """Which unit had a code when."""

    def __init__(self, session: Session) -> None:
        columns = AdminUnit.code, AdminUnit.level, AdminUnit.valid_from, AdminUnit.valid_to
        self._lives: dict[tuple[str, UnitLevel], list[tuple[date, date | None, int]]] = defaultdict(
            list
        )
        for code, level, first, last, unit_id in session.execute(
            select(*columns, AdminUnit.id).order_by(AdminUnit.valid_from)
        ):
            self._lives[code, level].append((first, last, unit_id))

    def find(self, row: PopulationRow) -> int | None:
        """The unit before the reform, or the one at the end of the row's own year.

        Years before the first list of units are told by the units of that list.
        """
        lives = self._lives[row.code, layouts.level_of(row.code)]
        if not row.is_of_its_year:
            return next((key for first, _, key in lives if first < layouts.REFORM), None)
        begun = [life for life in lives if life[0] <= date(row.year, 12, 31)] or lives[:1]
        if not begun or (begun[-1][1] or date.max) < date(row.year, 1, 1):
            return None
        return begun[-1][2]


def _population_values(
    units: _Lives, rows: Iterable[PopulationRow], problems: list[Problem], told: dict[str, str]
) -> Iterator[dict[str, Any]]:
    for row in rows:
        unit_id = units.find(row)
        if unit_id is None:
            problems.append(Problem(row.line, UNKNOWN_UNIT, value=row.code))
            continue
        numbers = {"year": row.year, "sex": row.sex, "age_from": row.age_from, "age_to": row.age_to}
        yield {
            "unit_id": unit_id,
            **numbers,
            "persons": row.persons,
            "whom": row.whom,
            **told,
        }


def _told(layout: Layout, source: str, vintage: str) -> dict[str, str]:
    return {"source": source or layout.source, "vintage": (vintage or layout.vintage)[:40]}


def _good(rows: Iterable[Row | Problem], kind: type[R], problems: list[Problem]) -> Iterator[R]:
    """The rows of this kind; problems are put aside."""
    for row in rows:
        if isinstance(row, Problem):
            problems.append(row)
        elif isinstance(row, kind):
            yield row


def _note(action: str, file: Path, done: Imported) -> None:
    done.problems.sort(key=lambda problem: problem.line)
    counts = done.counts
    details: dict[str, Any] = {
        "new": counts.new,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
        "refused": len(done.problems),
    }
    audit.record(action, "places", file.name[:60], None, **details)
