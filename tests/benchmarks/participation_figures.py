"""How quick a table of figures is, beside the bare DuckDB query over the same files.

python -m tests.benchmarks.participation_figures [facts, default 1000000]

Bare is what one would write by hand for the cells of ward by sex in one year: one GROUP BY, without
totals. Ours counts persons anew for every total as well, and hides small cells.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from app.participation import disclosure, queries
from app.participation.dimensions import Dimension
from app.participation.periods import parse
from app.participation.queries import Question

SEED, ROUNDS, WARDS, SESSIONS_OF_A_RUN = 20261122, 5, 168, 12
PERIOD = parse("2026")
BREAKDOWNS = (
    (Dimension.WARD, Dimension.SEX),
    (Dimension.AGE_BAND, Dimension.PROVIDER_TYPE),
    (Dimension.TOPIC, Dimension.MODE),
)
SETTINGS = {"threads": 2, "memory_limit": "1GB"}


def write(folder: Path, facts: int) -> None:
    """Twelve months of facts: every person has about two places of twelve sessions each."""
    people, runs = max(1000, facts // 24), max(100, facts // 240)
    with duckdb.connect(config=SETTINGS) as connection:
        for month in range(1, 13):
            _copy(connection, folder / f"facts-{month}.parquet", _month(month, facts, people, runs))
        _copy(connection, folder / "learners.parquet", _learners(people))
    months = {f"2026-{m:02}": {"mark": "", "file": f"facts-{m}.parquet"} for m in range(1, 13)}
    learners = {"p-00": {"mark": "", "file": "learners.parquet"}}
    manifest = {"as_of": "2026-11-22T00:00:00+00:00", "months": months, "learners": learners}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def _copy(connection: duckdb.DuckDBPyConnection, file: Path, query: str) -> None:
    connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")


def _month(month: int, facts: int, people: int, runs: int) -> str:
    """Session `month` of every place; which run and whose place it is follows from the place."""
    dice = f"hash(i + {SEED})"
    run = f"({dice} % {runs})"
    return f"""SELECT DATE '2026-01-01' + INTERVAL ({month - 1}) MONTH
            + INTERVAL (({dice} % 28)::INTEGER) DAY AS day,
        {run} * {SESSIONS_OF_A_RUN} + {month} AS meeting,
        {run}::INTEGER + 1 AS run_id, ({run} % 500)::INTEGER AS provider_id,
        {_number(f"hash(i + 7) % {people}")} AS learner, hash(i, {month}) % 10 < 8 AS present,
        0 AS headcount, 120 AS minutes, 'type-' || ({run} % 20) AS provider_type,
        'topic-' || ({run} % 13) AS topic, '061' AS isced_f, '2.2.1' AS cla,
        ['in_person', 'online', 'blended'][({run} % 3)::INTEGER + 1] AS mode,
        false AS job_related, ({run} % 3000)::INTEGER AS venue_id, 'full' AS fee, '' AS campaign,
        TIMESTAMP '2026-11-22 00:00:00' AS known_from
        FROM range({facts // SESSIONS_OF_A_RUN}) t(i) ORDER BY meeting"""  # noqa: S608


def _number(person: str) -> str:
    """63 bits, as far from one another as if they were drawn."""
    return f"(hash(({person})::BIGINT) >> 1)::BIGINT"


def _learners(people: int) -> str:
    return f"""SELECT {_number("i")} AS learner, DATE '1900-01-01' AS valid_from,
            DATE '9999-12-31' AS valid_to,
            ['female', 'male', 'not_stated'][(hash(i) % 3)::INTEGER + 1] AS sex,
            DATE '1935-01-01' + INTERVAL ((hash(i + 3) % 30000)::INTEGER) DAY AS born_on,
            (hash(i + 5) % {WARDS})::INTEGER + 1 AS unit_id, 'permanent' AS residence,
            (hash(i + 6) % 16)::INTEGER AS groups, true AS answered, 'employed' AS employment,
            TIMESTAMP '2026-11-22 00:00:00' AS known_from
        FROM range({people}) t(i)"""  # noqa: S608


BARE = """
SELECT {columns}, count(DISTINCT f.learner) FILTER (present), count(DISTINCT f.learner),
    count(DISTINCT (f.learner, run_id)), count(*) FILTER (present),
    sum(headcount), sum(minutes) FILTER (present), count(DISTINCT run_id) FILTER (present),
    count(DISTINCT venue_id) FILTER (present), count(DISTINCT meeting) FILTER (present)
FROM read_parquet('{folder}/facts-*.parquet') f {joins}
WHERE day BETWEEN DATE '2026-01-01' AND DATE '2026-12-31' GROUP BY 1, 2
"""
_LEARNERS = """LEFT JOIN (SELECT * FROM read_parquet('{folder}/learners.parquet')
    WHERE valid_from <= DATE '2026-12-31' AND valid_to >= DATE '2026-12-31') s USING (learner)"""
_BANDS = f"""CASE {
    " ".join(
        f"WHEN born_on <= DATE '{2026 - age}-12-31' THEN {age}"
        for age in (65, 60, 55, 45, 35, 25, 15)
    )
} ELSE 0 END"""
BY_HAND = (
    ("unit_id, sex", _LEARNERS),
    (f"{_BANDS}, provider_type", _LEARNERS),
    ("topic, mode", ""),
)


def bare(folder: Path, columns: str, joins: str) -> int:
    query = BARE.format(columns=columns, joins=joins.format(folder=folder), folder=folder)
    with duckdb.connect(config=SETTINGS) as connection:
        return len(connection.execute(query).fetchall())


def ours(folder: Path, by: tuple[Dimension, ...]) -> int:
    table = queries.count(folder, Question(PERIOD, by))
    return len(disclosure.release(table, 5).cells)


def seconds(work: Callable[[], int]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    facts = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        write(folder, facts)
        print(
            f"{facts} facts, seed {SEED}, {ROUNDS} alternating runs; seconds: min / median / max",
            flush=True,
        )
        for by, hand in zip(BREAKDOWNS, BY_HAND, strict=True):
            compare(folder, by, hand)


def compare(folder: Path, by: tuple[Dimension, ...], hand: tuple[str, str]) -> None:
    ours(folder, by), bare(folder, *hand)  # the files are in memory from here on
    pairs = [
        (seconds(lambda: bare(folder, *hand)), seconds(lambda: ours(folder, by)))
        for _ in range(ROUNDS)
    ]
    print(f"\n{' x '.join(by)}")
    for name, times in zip(("bare", "ours"), zip(*pairs, strict=True), strict=True):
        print(f"  {name:6}{_spread(times)}")
    print(f"  ratio {_spread([b / a for a, b in pairs])}", flush=True)


def _spread(values: list[float] | tuple[float, ...]) -> str:
    return f"{min(values):.3f} / {statistics.median(values):.3f} / {max(values):.3f}"


if __name__ == "__main__":
    main()
