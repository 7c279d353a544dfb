"""What a file of a million cells costs, beside COPY of the same rows out of PostgreSQL.

python -m tests.benchmarks.participation_export [--firsts 2000] [--seconds 500] [--rounds 5]

Bare is `COPY ... TO STDOUT` of a table that holds the finished columns; ours begins when the cells
are counted, names and orders them, and writes CSV or XLSX. Each of ours runs in a process of its
own, of which the most memory is told, and that of the same process before it began. Nothing here is
drawn by chance.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import flask_migrate
import psycopg

from app import create_app
from app.core import clock
from app.core.config import Settings
from app.participation import exports, periods
from app.participation.cells import opened
from app.participation.dimensions import Dimension
from app.participation.queries import Question
from tests import postgres
from tests.benchmarks.participation_cells import seconds, spread, write_cells

QUESTION = Question(periods.parse("2026"), (Dimension.TOPIC, Dimension.PROVIDER_TYPE), spaces=False)


class _Stopwatch:
    """An output that knows when its first byte came."""

    def __init__(self, path: Path) -> None:
        self._file, self.first, self._began = path.open("wb"), 0.0, time.perf_counter()

    def write(self, content: bytes) -> int:
        self.first = self.first or time.perf_counter() - self._began
        return self._file.write(content)

    def writelines(self, parts: Iterable[bytes]) -> None:
        for part in parts:
            self.write(part)


def one(folder: Path, file_format: str) -> None:
    """Write one file; seconds, the first byte's, and the most memory before and after, in MB."""
    app = create_app(Settings.from_env({"DATA_DIR": str(folder)}))
    with app.app_context():
        before = _megabytes()
        began = time.perf_counter()
        out = _Stopwatch(folder / f"export.{file_format}")
        with opened(QUESTION, clock.now(), folder / "cells.parquet") as cells:
            exports.write(cells, file_format, out)  # type: ignore[arg-type]  # all that is used of a file
        took = time.perf_counter() - began
    print(json.dumps([took, out.first, before, _megabytes()]))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(folder: Path, file_format: str) -> list[float]:
    command = [sys.executable, "-m", __spec__.name, "--one", file_format, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return list(json.loads(done.stdout.splitlines()[-1]))


def fill(connection: psycopg.Connection, file: Path) -> None:
    """The finished rows, as they stand in our own file."""
    with file.open(encoding="utf-8-sig") as lines:
        names = next(lines).strip().split(",")
        plain = {"persons", "enrolments", "attendances"}
        shares = {"learner_hours", "identified_share"}
        types = ("bigint" if n in plain else "float8" if n in shares else "text" for n in names)
        shape = ", ".join(f"{n} {t}" for n, t in zip(names, types, strict=True))
        connection.execute(f"CREATE UNLOGGED TABLE rows ({shape})")  # type: ignore[arg-type]
        with connection.cursor().copy("COPY rows FROM STDIN (FORMAT csv)") as copy:
            for line in lines:
                copy.write(line)
    connection.commit()


def bare(connection: psycopg.Connection, file: Path) -> None:
    with (
        file.open("wb") as out,
        connection.cursor().copy("COPY rows TO STDOUT (FORMAT csv)") as copy,
    ):
        for part in copy:
            out.write(part)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firsts", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", choices=exports.FORMATS)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    if options.one:
        one(options.folder, options.one)
        return
    with tempfile.TemporaryDirectory() as made, postgres.cluster() as server:
        folder = Path(made)
        with create_app(Settings.from_env({"DATA_DIR": made})).app_context():
            flask_migrate.upgrade()
        write_cells(folder / "cells.parquet", options.firsts, options.seconds)
        with psycopg.connect(server) as connection:
            compare(folder, connection, options.rounds)


def compare(folder: Path, connection: psycopg.Connection, rounds: int) -> None:
    in_own_process(folder, exports.CSV)
    fill(connection, folder / "export.csv")
    found = connection.execute("SELECT count(*) FROM rows").fetchone()
    rows = found[0] if found else 0
    copies: list[float] = []
    ours: dict[str, list[list[float]]] = {each: [] for each in exports.FORMATS}
    for _ in range(rounds):
        copies.append(seconds(lambda: bare(connection, folder / "copy.csv")))
        for each in exports.FORMATS:
            ours[each].append(in_own_process(folder, each))
    print(f"{rows} cells, {rounds} alternating rounds: min / median / max")
    print(f"COPY, rows a second    {spread([rows / took for took in copies], 0)}")
    for each, runs in ours.items():
        took, first, before, most = zip(*runs, strict=True)
        print(f"{each}")
        print(f"  rows a second        {spread([rows / one for one in took], 0)}")
        ratios = [copy / one for copy, one in zip(copies, took, strict=True)]
        print(f"  ratio COPY / ours    {spread(ratios)}")
        print(f"  first byte, s        {spread(first)}")
        print(f"  most memory, MB      {spread(most, 0)}  (before it began {max(before):.0f})")


if __name__ == "__main__":
    main()
