"""Facts rolled up by month: one row for each person, run and month, several times fewer.

A month is rolled up once from its file of `store`, which never changes, into a file of the same
name in a folder beside; whoever finds none makes it, and two who make it write the same. So new
facts cost the months they are in, and a long period reads the rest as it was rolled up before.

Persons are not added up here: every question still counts them anew, over these rows. What cannot
be told from them (single sessions, venues, campaigns, parts of months, what was known before) is
asked of the facts.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import duckdb

from app.core import clock
from app.participation import shelf, store
from app.participation.dimensions import Dimension
from app.participation.periods import Period

FOLDER = "rollups"
DIMENSIONS = frozenset({
    Dimension.WARD, Dimension.SEX, Dimension.AGE_BAND, Dimension.GROUP, Dimension.PROVIDER,
    Dimension.PROVIDER_TYPE, Dimension.TOPIC, Dimension.FIELD, Dimension.MODE, Dimension.CLA,
    Dimension.FEE, Dimension.MONTH,
})  # fmt: skip
"""By what the rows can still be told apart."""
_ROLL_UP = """SELECT learner, run_id, provider_id, provider_type, topic, isced_f, cla, mode,
    job_related, fee, date_trunc('month', day)::DATE AS day, bool_or(present) AS came,
    count(*) FILTER (present AND learner IS NOT NULL) AS named,
    sum(headcount)::BIGINT AS unnamed, max(headcount) AS fullest,
    sum(CASE WHEN present THEN minutes * greatest(headcount, 1) ELSE 0 END)::BIGINT AS minutes
    FROM read_parquet('{}') GROUP BY ALL"""
_SHAPE = shelf.digest(_ROLL_UP)[:8]
"""In the names of files: who rolls up otherwise finds none that was rolled up before."""
COUNTED = """bool_or(came) AS came, sum(named) AS named, sum(unnamed) AS unnamed,
    max(fullest) AS fullest, sum(minutes) AS minutes"""
"""Rows of several months, or of runs that only some breakdowns tell apart, taken together."""


def has_whole_months(period: Period) -> bool:
    """Whether it begins with the first and ends with the last day of a month."""
    return period.first.day == 1 and (period.last + timedelta(days=1)).day == 1


def files(
    where: Path, connection: duckdb.DuckDBPyConnection, months: Sequence[store.PartFile]
) -> list[str]:
    """The rolled-up files of these months; what is missing is made."""
    folder = where / FOLDER
    found = [folder / f"{_SHAPE}-{each.file}" for each in months]
    missing = [(m.file, file) for m, file in zip(months, found, strict=True) if not file.exists()]
    if missing:
        folder.mkdir(mode=0o700, exist_ok=True)
        for month, file in missing:
            part = file.with_name(f"{file.name}.{secrets.token_hex(4)}.part")
            rows = _ROLL_UP.format(where / month)
            connection.execute(f"COPY ({rows}) TO '{part}' (FORMAT parquet, COMPRESSION zstd)")
            part.replace(file)
        _sweep(where, folder)
    return list(map(str, found))


def _sweep(where: Path, folder: Path) -> None:
    """Remove those whose month is gone from the files of `store`, and what was broken off."""
    before = clock.now().timestamp() - store.KEPT.total_seconds()
    for path in folder.iterdir():
        month = where / path.name.removeprefix(f"{_SHAPE}-")
        with suppress(FileNotFoundError):  # another worker sweeps too
            if path.suffix == ".part":
                is_gone = path.stat().st_mtime < before
            else:
                is_gone = not month.exists()
            if is_gone:
                path.unlink()
