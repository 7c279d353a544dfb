"""The three counts and the hours, computed by DuckDB over the files of `store`.

Persons are counted anew for every cell and every total, never added up.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import duckdb

from app.participation import store
from app.participation.dimensions import AGE_BANDS, NOT_STATED, OUTSIDE, Dimension, band_code
from app.participation.periods import Period, year_before

Key = tuple[str | None, ...]
"""One code for each dimension; None stands for all values together."""
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2,
    "memory_limit": "1GB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_ATTEMPTS = 3


class NotReady(Exception):
    """No files have been written yet."""


class Residents(StrEnum):
    """Whose figures: of everybody, of the city's residents, or of those registered for good."""

    ANY = "any"
    CITY = "city"
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class Filter:
    """Who and what counts; all empty is everybody and everything.

    A person matches by the value at the period's reference date, a session by that of its day.
    """

    ages: tuple[int, int | None] | None = None  # both ends included
    sexes: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()  # any of them
    groups_known: bool = False  # only people whose answer is known
    residents: Residents = Residents.ANY
    units: frozenset[int] = frozenset()  # of residence
    cla: tuple[str, ...] = ()  # beginnings of CLA 2016 codes
    job_related: bool | None = None
    modes: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    provider_types: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()  # beginnings of ISCED-F codes
    provider_ids: frozenset[int] = frozenset()
    employment: frozenset[str] = frozenset()
    fees: frozenset[str] = frozenset()  # free, full, reduced, waived
    campaign: str = ""
    min_weekly_minutes: int | None = None  # attended in an average week of the period


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be counted: in which days, of whom and what, broken down by what."""

    period: Period
    by: tuple[Dimension, ...] = ()
    provider_id: int | None = None  # only what this provider taught
    where: Filter = field(default_factory=Filter)
    as_known: datetime | None = None  # on that day; None: now


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of one cell. `holders` had a place, whether or not they ever came."""

    persons: int = 0
    holders: int = 0
    enrolments: int = 0
    named: int = 0
    unnamed: int = 0
    minutes: int = 0
    venues: int = 0  # with somebody there, as are the sessions and runs
    sessions: int = 0
    runs: int = 0

    @property
    def attendances(self) -> int:
        return self.named + self.unnamed

    @property
    def hours(self) -> float:
        return self.minutes / 60

    @property
    def identified(self) -> float | None:
        """The share of attendances with a name; None where nobody came."""
        return self.named / self.attendances if self.attendances else None

    @property
    def people(self) -> int:
        """How many named people stand behind the figures."""
        return self.persons or self.holders


@dataclass(frozen=True, slots=True)
class Table:
    """The counts of every cell that is not empty, with all totals."""

    question: Question
    cells: Mapping[Key, Counts]
    as_of: datetime

    @property
    def total(self) -> Counts:
        return self.cells.get((None,) * len(self.question.by), Counts())


def count(where: Path, question: Question) -> Table:
    """The answer from the newest files; never waits for newer ones.

    Raises:
        NotReady: there are no files yet.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        manifest = store.read(where)
        if manifest is None:
            raise NotReady
        try:
            return Table(question, _cells(where, manifest, question), manifest.as_of)
        except (
            duckdb.IOException
        ):  # the set was replaced twice between reading its list and its files
            if attempt == _ATTEMPTS:
                raise
    raise NotReady


def _cells(where: Path, manifest: store.Manifest, question: Question) -> dict[Key, Counts]:
    files = manifest.between(question.period.first, question.period.last)
    if not files:
        return {}
    values = _values(question) | {"facts": [str(where / file) for file in files]}
    if {Dimension.SEX, Dimension.AGE_BAND} & set(question.by):
        values["persons"] = str(where / manifest.persons)
    if Dimension.WARD in question.by:
        values["residences"] = str(where / manifest.residences)
    with duckdb.connect(config=_SETTINGS | {"temp_directory": str(where / "spill")}) as connection:
        rows = connection.execute(_sql(question), values).fetchall()
    width = len(question.by)
    return {_key(question.by, row[:width]): Counts(*map(int, row[width:])) for row in rows}


def _key(by: tuple[Dimension, ...], values: tuple[Any, ...]) -> Key:
    return tuple(
        None if value is None else _CODES.get(dimension, str)(value)
        for dimension, value in zip(by, values, strict=True)
    )


def _month_code(value: int) -> str:
    return f"{value // 100}-{value % 100:02}"


_CODES: Mapping[Dimension, Callable[[Any], str]] = {
    Dimension.MONTH: lambda value: value if isinstance(value, str) else _month_code(value)
}

# The text of the query is put together from these constants alone; values are always parameters.
_OF_FACT = {
    Dimension.PROVIDER: "provider_id",
    Dimension.PROVIDER_TYPE: "provider_type",
    Dimension.TOPIC: "topic",
    Dimension.FIELD: "left(isced_f, 3)",
    Dimension.MODE: "mode",
    Dimension.MONTH: "year(day) * 100 + month(day)",
}
_OF_PERSON = {
    Dimension.WARD: f"""CASE WHEN h.person_id IS NULL THEN '{NOT_STATED}'
        WHEN h.unit_id IS NULL THEN '{OUTSIDE}' ELSE h.unit_id::VARCHAR END""",
    Dimension.SEX: f"coalesce(p.sex, '{NOT_STATED}')",
    Dimension.AGE_BAND: "CASE WHEN p.born_on IS NULL THEN '{}' {} END".format(
        NOT_STATED,
        " ".join(
            f"WHEN p.born_on <= $aged_{low} THEN '{band_code(low, high)}'"
            for low, high in reversed(AGE_BANDS[1:])
        )
        + f" ELSE '{band_code(*AGE_BANDS[0])}'",
    ),
}
_JOINS = {
    Dimension.WARD: "LEFT JOIN home h USING (person_id)",
    Dimension.SEX: "LEFT JOIN read_parquet($persons) p ON p.id = person_id",
    Dimension.AGE_BAND: "LEFT JOIN read_parquet($persons) p ON p.id = person_id",
}
_HOME = """home AS (
    SELECT person_id, arg_max_null(unit_id, id) AS unit_id FROM read_parquet($residences)
    WHERE valid_from <= $reference AND (valid_to IS NULL OR valid_to >= $reference)
    GROUP BY person_id
),"""
_SETS = ("()", "((d1), ())", "((d1, d2), (d1), (d2), ())")
_ONE_PERSON_AND_RUN = "person_id::BIGINT * 2147483648 + run_id"


def _sql(question: Question) -> str:
    """First one row for each person, run and value of its session, then the cells and totals.

    The first step makes the second, which counts distinct people, several times smaller.
    """
    by = question.by
    names = ["d1", "d2"][: len(by)]
    early = "".join(
        f", {_OF_FACT[d]} AS {n}" for n, d in zip(names, by, strict=True) if d in _OF_FACT
    )
    late = "".join(
        f", {_OF_PERSON[d]} AS {n}" for n, d in zip(names, by, strict=True) if d in _OF_PERSON
    )
    joins = " ".join(dict.fromkeys(_JOINS[d] for d in by if d in _JOINS))
    provider = "AND provider_id = $provider" if question.provider_id is not None else ""
    return f"""
WITH {_HOME if Dimension.WARD in by else ""}
places AS MATERIALIZED (
    SELECT person_id, run_id{early}, bool_or(present) AS came,
        count(*) FILTER (present AND person_id IS NOT NULL) AS named, sum(headcount) AS unnamed,
        sum(CASE WHEN present THEN minutes * greatest(headcount, 1) ELSE 0 END) AS minutes
    FROM read_parquet($facts) WHERE day BETWEEN $first AND $last {provider}
    GROUP BY ALL
),
people AS (SELECT places.*{late} FROM places {joins})
SELECT {"".join(f"{name}, " for name in names)}
    count(DISTINCT person_id) FILTER (came), count(DISTINCT person_id),
    count(DISTINCT {_ONE_PERSON_AND_RUN}), coalesce(sum(named), 0), coalesce(sum(unnamed), 0),
    coalesce(sum(minutes), 0)
FROM people {f"GROUP BY GROUPING SETS {_SETS[len(by)]}" if by else ""}
"""  # noqa: S608 - see above


def _values(question: Question) -> dict[str, Any]:
    """Only the parameters that the query of this question has."""
    period, by = question.period, question.by
    given: dict[str, Any] = {"first": period.first, "last": period.last}
    if question.provider_id is not None:
        given["provider"] = question.provider_id
    if Dimension.WARD in by:
        given["reference"] = period.reference_date
    if Dimension.AGE_BAND in by:
        given |= {f"aged_{low}": _born_by(period.reference_date, low) for low, _ in AGE_BANDS[1:]}
    return given


def _born_by(day: date, years: int) -> date:
    """Whoever was born on this day or earlier is at least so many years old on `day`."""
    return year_before(day, years)
