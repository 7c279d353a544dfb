"""Cells of invented tables, and how times are compared."""

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

SETTINGS: dict[str, str | bool | int | float | list[str]] = {"threads": 2, "memory_limit": "1GB"}
_FIRST, _SECOND = "'Trung tâm học tập cộng đồng số ' || {}", "'Phường Bến Thành, khu phố ' || {}"


def write_cells(file: Path, firsts: int, seconds: int) -> None:
    """So many subjects by so many provider types, nobody's in the city's lists, with all totals."""
    first, second = (
        f"SELECT NULL AS d UNION ALL SELECT {text.format('i')} FROM range({many}) t(i)"  # noqa: S608
        for text, many in ((_FIRST, firsts), (_SECOND, seconds))
    )
    cells = f"""SELECT a.d AS d1, b.d AS d2, hash(a.d, b.d) % 900 + 1 AS persons,
            persons AS holders, persons + 3 AS enrolments, persons * 5 AS named,
            persons % 7 AS unnamed, persons * 600 AS minutes, 2 AS runs
        FROM ({first}) a CROSS JOIN ({second}) b"""  # noqa: S608
    columns = ", ".join(
        f"{name}::BIGINT AS {name}"
        for name in ("persons", "holders", "enrolments", "named", "unnamed", "minutes", "runs")
    )
    with duckdb.connect(config=SETTINGS) as connection:
        connection.execute(
            f"COPY (SELECT d1, d2, {columns} FROM ({cells})) TO '{file}' (FORMAT parquet)"  # noqa: S608
        )


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def spread(values: Sequence[float], digits: int = 3) -> str:
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{low:.{digits}f} / {middle:.{digits}f} / {high:.{digits}f}"
