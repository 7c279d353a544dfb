"""The statement that counts, as DuckDB reads it.

Its text is put together from the constants here alone; values are always parameters.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.participation import filters, rollups, store
from app.participation.dimensions import (
    AGE_BANDS,
    NO_CAMPAIGN,
    NO_GROUP,
    NO_VENUE,
    NOT_STATED,
    OUTSIDE,
    Dimension,
    band_code,
)
from app.participation.filters import Filter
from app.participation.groups import BITS
from app.participation.periods import Period, year_before

Lines = tuple[tuple[int, int], ...]
"""Pairs of units: people of the first are counted as people of the second."""
_OF_FACT = {
    Dimension.PROVIDER: "provider_id",
    Dimension.PROVIDER_TYPE: "provider_type",
    Dimension.TOPIC: "topic",
    Dimension.FIELD: "left(isced_f, 3)",
    Dimension.MODE: "mode",
    Dimension.CLA: "cla",
    Dimension.VENUE_WARD: f"coalesce(venue_unit_id::VARCHAR, '{NO_VENUE}')",
    Dimension.FEE: "fee",
    Dimension.CAMPAIGN: f"coalesce(nullif(campaign, ''), '{NO_CAMPAIGN}')",
    Dimension.MONTH: "year(day) * 100 + month(day)",
}
_IN_GROUPS = " || ".join(
    f"CASE WHEN s.groups & {bit} <> 0 THEN ['{group.value}'] ELSE [] END"
    for group, bit in BITS.items()
)
_OF_PERSON = {
    Dimension.WARD: f"""CASE WHEN s.unit_id IS NULL THEN '{NOT_STATED}'
        WHEN s.unit_id = 0 THEN '{OUTSIDE}' ELSE s.unit_id::VARCHAR END""",
    Dimension.SEX: f"coalesce(s.sex, '{NOT_STATED}')",
    Dimension.AGE_BAND: "CASE WHEN s.born_on IS NULL THEN '{}' {} END".format(
        NOT_STATED,
        " ".join(
            f"WHEN s.born_on <= $aged_{low} THEN '{band_code(low, high)}'"
            for low, high in reversed(AGE_BANDS[1:])
        )
        + f" ELSE '{band_code(*AGE_BANDS[0])}'",
    ),
    Dimension.GROUP: f"""CASE WHEN s.groups <> 0 THEN {_IN_GROUPS}
        WHEN s.answered THEN ['{NO_GROUP}'] ELSE ['{NOT_STATED}'] END""",
}
_ONE_PERSON_AND_RUN = "learner::HUGEINT * 2147483648 + run_id"
_COUNTS = f"""count(DISTINCT learner) FILTER (came), count(DISTINCT learner),
    count(DISTINCT {_ONE_PERSON_AND_RUN}), coalesce(sum(named), 0), coalesce(sum(unnamed), 0),
    coalesce(sum(minutes), 0), count(DISTINCT run_id) FILTER (came)"""
_BY_COURSE = f""", count(DISTINCT {_ONE_PERSON_AND_RUN}) FILTER (came)
    + coalesce(sum(fullest), 0)"""
_COUNTED = """bool_or(present) AS came,
    count(*) FILTER (present AND learner IS NOT NULL) AS named,
    sum(headcount) AS unnamed, max(headcount) AS fullest,
    sum(CASE WHEN present THEN minutes * greatest(headcount, 1) ELSE 0 END) AS minutes"""
_SPACES = "count(DISTINCT venue_id), count(*) FILTER (meeting > 0)"


@dataclass(slots=True)
class Statement:
    """What is asked, on its way to becoming SQL."""

    period: Period
    by: tuple[Dimension, ...]
    where: Filter
    facts: Sequence[str]
    past_facts: Sequence[str] | None  # None: as it is known now
    learners: Sequence[str]
    past_learners: Sequence[str] | None
    lines: Lines = ()
    by_course: bool = False
    rolled: str = ""  # a table of `rollups`, which stands for the facts
    states: str = ""  # a table of what `holding` finds
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        return ["d1", "d2"][: len(self.by)]

    def counting(self) -> str:
        """First one row for each person, run and value of its session, then cells and totals.

        The first step makes the second, which counts distinct people, several times smaller.
        """
        counted = rollups.COUNTED if self.rolled else _COUNTED
        places = f"""places AS MATERIALIZED (
            SELECT learner, run_id{self._early()}, {counted} FROM chosen GROUP BY ALL
        )"""  # noqa: S608 - see above
        counts = _COUNTS + _BY_COURSE if self.by_course else _COUNTS
        return f"{self._chosen()}, {places} {self._cells('places', counts)}"

    def spaces(self) -> str:
        """Where, and in how many sessions, at least one person came.

        They are counted anew for each total; grouping sets of distinct counts take longer.
        """
        late = "".join(
            f", {f'unnest({_OF_PERSON[d]})' if d.overlaps else _OF_PERSON[d]} AS {n}"
            for n, d in zip(self.names, self.by, strict=True)
            if d in _OF_PERSON
        )
        join = "LEFT JOIN states s USING (learner)" if self._late else ""
        meetings = f"""meetings AS MATERIALIZED (
            SELECT DISTINCT meeting, venue_id{self._early()}{late} FROM chosen {join} WHERE present
        )"""  # noqa: S608 - see above
        totals = (self._spaces_of(names) for names in _sets(self.names))
        return f"{self._chosen()}, {meetings} {' UNION ALL '.join(totals)}"

    def _spaces_of(self, names: Sequence[str]) -> str:
        wanted = "".join(f"{name}, " for name in names)
        shown = "".join(f"{n if n in names else 'NULL'} AS {n}, " for n in self.names)
        by = f"GROUP BY {', '.join(names)}" if names else ""
        return f"""SELECT {shown}{_SPACES}
            FROM (SELECT DISTINCT {wanted}meeting, venue_id FROM meetings) {by}"""  # noqa: S608 - see above

    def _early(self) -> str:
        pairs = zip(self.names, self.by, strict=True)
        return "".join(f", {_OF_FACT[d]} AS {n}" for n, d in pairs if d in _OF_FACT)

    @property
    def _late(self) -> bool:
        return any(dimension in _OF_PERSON for dimension in self.by)

    def _chosen(self) -> str:
        """The facts of the period that match, with the states of learners where they matter."""
        self.values |= {"first": self.period.first, "last": self.period.last}
        conditions = ["day BETWEEN $first AND $last", *self._add(filters.of_sessions(self.where))]
        day = self.period.reference_date
        of_persons = self._add(filters.of_persons(self.where, day))
        parts = []
        if of_persons or self._late:
            parts.append(f"states AS ({self._states(day)})")
        if of_persons:
            matches = " AND ".join(of_persons)
            conditions.append(f"learner IN (SELECT learner FROM states WHERE {matches})")  # noqa: S608 - see above
        facts = f"FROM {self._facts()} WHERE {' AND '.join(conditions)}"
        least = filters.least_minutes(self.where, self.period)
        if least is not None:
            self.values["least"] = least
            parts.append(f"""regular AS (SELECT learner {facts} AND present
                GROUP BY learner HAVING sum(minutes) >= $least)""")
            facts += " AND learner IN (SELECT learner FROM regular WHERE learner IS NOT NULL)"
        parts.append(f"chosen AS ({self._on_map(f'SELECT * {facts}')})")
        if Dimension.AGE_BAND in self.by:
            self.values |= {f"aged_{low}": year_before(day, low) for low, _ in AGE_BANDS[1:]}
        return f"WITH {', '.join(parts)}"

    def _cells(self, rows: str, counts: str) -> str:
        """Every cell and every total; where people are in several groups, once in each."""
        late = "".join(
            f", {_OF_PERSON[d]} AS {n}"
            for n, d in zip(self.names, self.by, strict=True)
            if d in _OF_PERSON
        )
        join = "LEFT JOIN states s USING (learner)" if self._late else ""
        people = f"(SELECT r.*{late} FROM {rows} r {join})"  # noqa: S608 - see above
        sets = _sets(self.names)
        overlapping = [n for n, d in zip(self.names, self.by, strict=True) if d.overlaps]
        if not overlapping:
            return _grouped(self.names, counts, people, sets)
        (group,) = overlapping
        each = f"(SELECT * REPLACE (unnest({group}) AS {group}) FROM {people})"  # noqa: S608 - see above
        once = [names for names in sets if group not in names]
        rest = [n if n != group else f"NULL AS {n}" for n in self.names]
        return (
            _grouped(self.names, counts, each, [names for names in sets if group in names])
            + " UNION ALL "
            + _grouped(rest, counts, people, once)
        )

    def _facts(self) -> str:
        return self.rolled or self._known("facts", store.FACTS.names, self.facts, self.past_facts)

    def _states(self, day: date) -> str:
        if self.states:
            return f"SELECT * FROM {self.states}"  # noqa: S608 - see above
        self.values["reference"] = day
        learners = self._known("learners", store.LEARNERS.names, self.learners, self.past_learners)
        states = f"""SELECT * FROM {learners}
            WHERE valid_from <= $reference AND valid_to >= $reference"""  # noqa: S608 - see above
        return self._drawn(states, "unit_id")

    def holding(self) -> str:
        """The states on the reference date, which then may stand in `states` for any question."""
        return self._states(self.period.reference_date)

    def _on_map(self, facts: str) -> str:
        """With the units of the other map, where the place of a session is asked for."""
        return self._drawn(facts, "venue_unit_id") if Dimension.VENUE_WARD in self.by else facts

    def _drawn(self, rows: str, unit: str) -> str:
        if not self.lines:
            return rows
        was, line = zip(*self.lines, strict=True)
        self.values |= {"was": list(was), "line": list(line)}
        return f"""SELECT k.* REPLACE (coalesce(l.line, k.{unit}) AS {unit}) FROM ({rows}) k
            LEFT JOIN (SELECT unnest($was) AS was, unnest($line) AS line) l ON l.was = k.{unit}"""  # noqa: S608 - see above

    def _known(
        self, name: str, columns: Sequence[str], files: Sequence[str], past: Sequence[str] | None
    ) -> str:
        """The rows as they are known now; or, of those and the past ones, what was known then."""
        known = {name: files, f"past_{name}": past or []}
        self.values |= {key: list(each) for key, each in known.items() if each}
        now = _rows(name, columns, files)
        if past is None:
            return now
        before = _rows(f"past_{name}", columns, past)
        return f"""(SELECT * FROM {now} WHERE known_from <= $known
            UNION ALL SELECT * FROM {before} WHERE known_from <= $known AND known_to > $known)"""  # noqa: S608 - see above

    def _add(self, conditions: Iterable[filters.Condition]) -> list[str]:
        found = list(conditions)
        for _, values in found:
            self.values |= values
        return [text for text, _ in found]


def _rows(name: str, columns: Sequence[str], files: Sequence[str]) -> str:
    if files:
        return f"read_parquet(${name})"
    nothing = ", ".join(f"{_EMPTY.get(each, 'NULL')} AS {each}" for each in columns)
    return f"(SELECT {nothing} WHERE false)"


_EMPTY = {
    "learner": "NULL::BIGINT", "valid_from": "NULL::DATE", "valid_to": "NULL::DATE",
    "born_on": "NULL::DATE", "sex": "NULL::VARCHAR", "unit_id": "NULL::INTEGER",
    "residence": "NULL::VARCHAR", "groups": "NULL::INTEGER", "answered": "NULL::BOOLEAN",
    "employment": "NULL::VARCHAR", "known_from": "NULL::TIMESTAMP", "known_to": "NULL::TIMESTAMP",
}  # fmt: skip
"""The types of columns where there is no file; of facts none is needed."""


def _sets(names: Sequence[str]) -> list[tuple[str, ...]]:
    if len(names) > 1:
        return [tuple(names), (names[0],), (names[1],), ()]
    return [tuple(names), ()] if names else [()]


def _grouped(names: Sequence[str], counts: str, rows: str, sets: Sequence[tuple[str, ...]]) -> str:
    shown = "".join(f"{name}, " for name in names)
    grouping = ", ".join(f"({', '.join(each)})" for each in sets)
    by = f"GROUP BY GROUPING SETS ({grouping})" if any(sets) else ""
    return f"SELECT {shown}{counts} FROM {rows} {by}"  # noqa: S608 - see above
