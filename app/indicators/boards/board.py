"""The figures of one page, with all that is said about them; kept as JSON by `prepared`.

A board holds finished cells: page and file show these and nothing else, so they are the same.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from app.core.i18n import Bilingual

HIDDEN = "hidden"
Value = float | str | None
"""A number; HIDDEN; None where there is nothing to say, such as a share of nobody."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a column of numbers is: the definition and its version."""

    code: str
    version: int
    name: Bilingual
    unit: Bilingual
    meaning: Bilingual
    source: Bilingual
    form: str  # number, hours, percent, per_100000, ratio
    is_verified: bool = False
    missing: Bilingual | None = None  # why there is no value


@dataclass(frozen=True, slots=True)
class Line:
    """One value of a breakdown with its numbers, in the order of the table's columns."""

    code: str
    name: Bilingual
    values: tuple[Value, ...]
    spot: tuple[int, int] | None = None  # its square on the map of wards


@dataclass(frozen=True, slots=True)
class BoardTable:
    """All values of one breakdown, in reading order."""

    by: str
    name: Bilingual
    columns: tuple[int, ...]  # which of the board's figures
    lines: tuple[Line, ...]
    notes: tuple[Bilingual, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """The figures of a period for a city, a ward or a provider."""

    period: str
    place: Bilingual
    place_code: str
    unit_id: int | None  # whose targets stand beside the figures
    as_of: datetime | None
    is_internal: bool
    below: int
    round_to: int
    figures: tuple[Figure, ...]
    total: tuple[Value, ...]
    before: tuple[Value, ...] | None  # of the period before
    tables: tuple[BoardTable, ...]
    breaks: tuple[date, ...] = ()  # from these days on it is another territory
    notes: tuple[Bilingual, ...] = ()

    def table(self, by: str) -> BoardTable | None:
        return next((table for table in self.tables if table.by == by), None)

    @property
    def hides_something(self) -> bool:
        every = [self.total, *(line.values for table in self.tables for line in table.lines)]
        return any(HIDDEN in values for values in every)


def write(board: Board) -> dict[str, Any]:
    """As it is kept."""
    return {
        "period": board.period,
        "place": _words(board.place),
        "place_code": board.place_code,
        "unit_id": board.unit_id,
        "as_of": board.as_of.isoformat() if board.as_of else None,
        "is_internal": board.is_internal,
        "below": board.below,
        "round_to": board.round_to,
        "figures": [asdict(each) for each in board.figures],
        "total": list(board.total),
        "before": None if board.before is None else list(board.before),
        "tables": [_written(table) for table in board.tables],
        "breaks": [day.isoformat() for day in board.breaks],
        "notes": [_words(each) for each in board.notes],
    }


def _words(text: Bilingual) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def _written(table: BoardTable) -> dict[str, Any]:
    lines = [
        {
            "code": line.code,
            "name": _words(line.name),
            "values": list(line.values),
            "spot": line.spot and list(line.spot),
        }
        for line in table.lines
    ]
    name, notes = _words(table.name), [_words(each) for each in table.notes]
    return {
        "by": table.by,
        "name": name,
        "columns": list(table.columns),
        "lines": lines,
        "notes": notes,
    }


def read(content: Mapping[str, Any]) -> Board:
    """What `write` has kept."""
    return Board(
        period=content["period"],
        place=_both(content["place"]),
        place_code=content["place_code"],
        unit_id=content["unit_id"],
        as_of=datetime.fromisoformat(content["as_of"]) if content["as_of"] else None,
        is_internal=content["is_internal"],
        below=content["below"],
        round_to=content["round_to"],
        figures=tuple(_figure(each) for each in content["figures"]),
        total=tuple(content["total"]),
        before=None if content["before"] is None else tuple(content["before"]),
        tables=tuple(_table(each) for each in content["tables"]),
        breaks=tuple(date.fromisoformat(day) for day in content["breaks"]),
        notes=tuple(_both(each) for each in content["notes"]),
    )


def _both(kept: Mapping[str, str]) -> Bilingual:
    return Bilingual(kept["vi"], kept["en"])


def _perhaps(kept: Mapping[str, str] | None) -> Bilingual | None:
    return None if kept is None else _both(kept)


def _figure(kept: Mapping[str, Any]) -> Figure:
    words: dict[str, Any] = {
        name: _both(kept[name]) for name in ("name", "unit", "meaning", "source")
    }
    rest: dict[str, Any] = {name: kept[name] for name in ("code", "version", "form", "is_verified")}
    return Figure(**rest, **words, missing=_perhaps(kept["missing"]))


def _table(kept: Mapping[str, Any]) -> BoardTable:
    lines = tuple(_line(each) for each in kept["lines"])
    notes = tuple(_both(each) for each in kept["notes"])
    return BoardTable(kept["by"], _both(kept["name"]), tuple(kept["columns"]), lines, notes)


def _line(kept: Mapping[str, Any]) -> Line:
    spot = kept["spot"] and tuple(kept["spot"])
    return Line(kept["code"], _both(kept["name"]), tuple(kept["values"]), spot)
