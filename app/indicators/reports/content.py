"""What a frozen report says, read from its canonical content and written into it.

The content has two parts. `public` is all that anybody may read: words, parameters and figures as
they were released, small cells hidden, the rest rounded. `internal` holds the exact figures and the
digest of the facts. Each part has its own digest: that of the public part can be checked by anybody
with the public file; that of the whole is shown to staff only, because whoever knew it could try
out what stands behind the hidden cells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.core.i18n import Bilingual
from app.indicators.reports import canonical
from app.participation import periods
from app.participation.dimensions import NOT_STATED, OUTSIDE, TOTAL, Dimension
from app.participation.periods import Period

NOTHING_SAID = Bilingual("")
FORMAT = "pho-hoc-report/1"
Key = tuple[str, ...]
"""One official code for each breakdown; `total` stands for all values together."""


Spot = tuple[str, frozenset[tuple[Dimension, str]]]


class Part(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"


class Sign(StrEnum):
    """What stands in a cell."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    NONE = "none"  # there is nothing that could be shown: no denominator, or nobody


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; `people` are told in the internal part alone."""

    key: Key
    sign: Sign
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    identified: Decimal | None = None
    people: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one measure in one breakdown, ordered by code."""

    measure: str
    by: tuple[Dimension, ...]
    cells: tuple[Cell, ...]
    denominator_source: Bilingual = NOTHING_SAID
    missing: Bilingual = NOTHING_SAID

    @property
    def name(self) -> str:
        """What a message calls it."""
        return "-".join((self.measure, *self.by))

    def spot(self, cell: Cell) -> "Spot":
        """What the cell is about, whatever table it stands in: totals stand in several."""
        pairs = zip(self.by, cell.key, strict=True)
        return self.measure, frozenset((by, code) for by, code in pairs if code != TOTAL)


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure as it was defined when the report was frozen."""

    code: str
    version: int
    name: Bilingual
    meaning: Bilingual
    source: Bilingual
    status: str
    unit: str
    formula: str

    @property
    def label(self) -> str:
        return f"{self.code} v{self.version}"


@dataclass(frozen=True, slots=True)
class Completeness:
    """How many returns there were of those that were due."""

    due: int
    reported: int
    nil: int  # of these, those that certified that there was nothing

    @property
    def missing(self) -> int:
        return self.due - self.reported


@dataclass(frozen=True, slots=True)
class Stated:
    """What a report is made from besides the facts; making it again starts from the same."""

    city: str
    city_name: Bilingual
    period: Period
    cut_off: datetime
    software: str
    parameters: Mapping[str, str]
    definitions: tuple[Definition, ...]
    completeness: Completeness | None
    names: Mapping[Dimension, Mapping[str, Bilingual]]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A whole report."""

    stated: Stated
    facts: str
    public: tuple[Table, ...]
    internal: tuple[Table, ...]

    def tables(self, part: Part) -> tuple[Table, ...]:
        return self.internal if part is Part.INTERNAL else self.public

    def definition(self, code: str) -> Definition:
        return next(each for each in self.stated.definitions if each.code == code)

    def name_of(self, dimension: Dimension, code: str) -> Bilingual:
        return _EVERYWHERE.get(code) or self.stated.names[dimension].get(
            code, Bilingual(code, code)
        )

    def text(self) -> str:
        """The canonical content."""
        return canonical.written(
            {
                "format": FORMAT,
                "public": self._public(),
                "internal": {"facts": self.facts, "tables": _tables(self.internal)},
            }
        )

    def public_text(self) -> str:
        """The part for everybody, as a file of its own."""
        return canonical.written({"format": FORMAT, "public": self._public()})

    def _public(self) -> canonical.Content:
        return _stated(self.stated) | {"tables": _tables(self.public)}


_EVERYWHERE = {
    TOTAL: Bilingual("Tất cả", "All"),
    OUTSIDE: Bilingual("Ngoài thành phố", "Outside the city"),
    NOT_STATED: Bilingual("Không rõ", "Not stated"),
}


def of(text: str) -> Frozen:
    """The report of this content.

    Raises:
        ValueError, KeyError: this is no content of a report.
    """
    whole: Any = canonical.read(text)
    if whole["format"] != FORMAT:
        raise ValueError(whole["format"])
    public, internal = whole["public"], whole["internal"]
    return Frozen(
        _read_stated(public),
        internal["facts"],
        tuple(map(_read_table, public["tables"])),
        tuple(map(_read_table, internal["tables"])),
    )


def _both(text: Bilingual) -> canonical.Content:
    return {"vi": text.vi, "en": text.en}


def _read_both(found: Any) -> Bilingual:
    return Bilingual(found["vi"], found["en"])


def _stated(stated: Stated) -> dict[str, canonical.Content]:
    period = stated.period
    return {
        "city": {"code": stated.city, "name": _both(stated.city_name)},
        "period": {
            "code": period.code,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
            "reference_date": period.reference_date.isoformat(),
            "name": _both(period.label),
        },
        "cut_off": canonical.moment(stated.cut_off),
        "software": stated.software,
        "parameters": dict(stated.parameters),
        "definitions": [_definition(each) for each in stated.definitions],
        "completeness": _completeness(stated.completeness),
        "names": {
            str(dimension): {code: _both(name) for code, name in names.items()}
            for dimension, names in stated.names.items()
        },
    }


def _read_stated(found: Any) -> Stated:
    return Stated(
        city=found["city"]["code"],
        city_name=_read_both(found["city"]["name"]),
        period=periods.parse(found["period"]["code"]),
        cut_off=datetime.fromisoformat(found["cut_off"]),
        software=found["software"],
        parameters=found["parameters"],
        definitions=tuple(map(_read_definition, found["definitions"])),
        completeness=_read_completeness(found["completeness"]),
        names={
            Dimension(dimension): {code: _read_both(name) for code, name in names.items()}
            for dimension, names in found["names"].items()
        },
    )


def _definition(each: Definition) -> canonical.Content:
    return {
        "code": each.code,
        "version": str(each.version),
        "name": _both(each.name),
        "meaning": _both(each.meaning),
        "source": _both(each.source),
        "status": each.status,
        "unit": each.unit,
        "formula": each.formula,
    }


def _read_definition(found: Any) -> Definition:
    return Definition(
        found["code"],
        int(found["version"]),
        _read_both(found["name"]),
        _read_both(found["meaning"]),
        _read_both(found["source"]),
        found["status"],
        found["unit"],
        found["formula"],
    )


_COUNTED = ("due", "reported", "nil")


def _completeness(found: Completeness | None) -> canonical.Content:
    return None if found is None else {name: str(getattr(found, name)) for name in _COUNTED}


def _read_completeness(found: Any) -> Completeness | None:
    return None if found is None else Completeness(*(int(found[name]) for name in _COUNTED))


_NUMBERS = ("value", "numerator", "denominator", "identified", "people")


def _tables(tables: tuple[Table, ...]) -> canonical.Content:
    return [
        {
            "measure": table.measure,
            "by": [str(dimension) for dimension in table.by],
            "denominator_source": _both(table.denominator_source),
            "missing": _both(table.missing),
            "cells": [_cell(cell) for cell in table.cells],
        }
        for table in tables
    ]


def _cell(cell: Cell) -> canonical.Content:
    numbers = {
        name: canonical.number(value)
        for name in _NUMBERS
        if (value := getattr(cell, name)) is not None
    }
    return {"key": list(cell.key), "sign": str(cell.sign), **numbers}


def _read_table(found: Any) -> Table:
    return Table(
        found["measure"],
        tuple(map(Dimension, found["by"])),
        tuple(map(_read_cell, found["cells"])),
        _read_both(found["denominator_source"]),
        _read_both(found["missing"]),
    )


def _read_cell(found: Any) -> Cell:
    numbers = {name: Decimal(found[name]) for name in _NUMBERS if name in found}
    return Cell(tuple(found["key"]), Sign(found["sign"]), **numbers)
