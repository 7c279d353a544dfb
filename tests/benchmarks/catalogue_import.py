"""What it costs to bring a file of 100,000 rows into the catalogue, beside reading it alone.

python -m tests.benchmarks.catalogue_import [--rows 100000] [--sessions 5] [--database URL]

Alone is the file read row by row as ours reads it: in the child process, with its letters and
bounds looked at, and nothing done with a row. Ours is the whole import: every cell, the rules over
several rows, and the difference from what is here. `new` writes all of it, `again` finds it
unchanged, `changed` finds one course in a hundred with another title, `trial` is the same taken
back. Each step runs in a process of its own, of which the most memory is told beside that at its
beginning. A small file first, so that memory that grows with the file shows. Nothing is random.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import flask_migrate

from app import create_app
from app.catalogue.vocabulary import ensure_vocabulary
from app.core.config import Settings
from app.core.db import transaction
from app.feeds import source
from app.feeds.operations import Task, Wanted, linking, perform
from app.feeds.operations.collecting import Reading
from app.feeds.spool import spooled
from tests.factories import ProviderFactory

HEAD = (
    *("course_id", "title_vi", "title_en", "summary_vi", "learn_vi", "topic", "audiences"),
    *("run_id", "capacity", "fee", "mode", "session_on", "session_from", "session_to"),
)
FIRST = date(2027, 1, 4)


def write(file: Path, rows: int, sessions: int, *, changed: bool = False) -> None:
    """Courses with one run of so many sessions each; one row a session."""
    with file.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(HEAD)
        for number in range(rows):
            course, meeting = divmod(number, sessions)
            title = f"Tin học văn phòng {course}"
            title += " (mới)" if changed and course % 100 == 0 else ""
            day = FIRST + timedelta(days=course % 60 + meeting * 2)
            lines.writerow(
                [
                    *(f"K{course}", title, f"Office computing {course}", "Học từ đầu."),
                    *("Soạn thảo\nBảng tính", "digital-skills", "older-people; women"),
                    *(f"L{course}", "30", "500.000 đ", "in_person", day.isoformat()),
                    *("18:30", "20:30"),
                ]
            )


def one(folder: Path, database: str, step: str) -> None:
    """Seconds, rows, and the most memory in MB before and after."""
    environment = {"DATA_DIR": str(folder)} | ({"DATABASE_URL": database} if database else {})
    app = create_app(Settings.from_env(environment))
    with app.app_context():
        if step == "prepare":
            flask_migrate.upgrade()
            ensure_vocabulary()
            ProviderFactory(slug="hoa-sen")
            return
        with transaction() as session:
            source_id = linking.own_files(1).id
            del session
        file = folder / ("changed.csv" if step in ("changed", "trial") else "rows.csv")
        before, began, spent = _megabytes(), time.perf_counter(), _processor_seconds()
        count = _alone(file) if step == "alone" else _import(file, source_id, step)
        took = time.perf_counter() - began, _processor_seconds() - spent
        print(json.dumps([*took, count, before, _megabytes()]))


def _alone(file: Path) -> int:
    with source.opened(file) as opened:
        return sum(1 for _row in opened.rows) - 1


def _import(file: Path, source_id: int, step: str) -> int:
    wanted = Wanted(apply=step != "trial")
    with spooled() as spool:
        report = perform(Task(source_id, Reading(file), wanted), spool)
    if report.findings.kept:
        raise SystemExit(str(report.findings.kept[0]))
    print(report.courses, file=sys.stderr)
    return report.rows


def _processor_seconds() -> float:
    """Of this process and of the one that reads the file."""
    return sum(os.times()[:4])


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_own_process(folder: Path, database: str, step: str) -> list[float]:
    command = [sys.executable, "-m", __spec__.name, "--step", step, "--folder", str(folder)]
    command += ["--database", database] if database else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    lines = done.stdout.splitlines()
    return list(json.loads(lines[-1])) if lines else []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--sessions", type=int, default=5, help="rows of each course")
    parser.add_argument("--database", default="")
    parser.add_argument("--step", default="")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.step:
        one(given.folder, given.database, given.step)
        return
    for rows in (given.rows // 10, given.rows):
        with tempfile.TemporaryDirectory(prefix="import-") as name:
            folder = Path(name)
            write(folder / "rows.csv", rows, given.sessions)
            write(folder / "changed.csv", rows, given.sessions, changed=True)
            in_own_process(folder, given.database, "prepare")
            alone = in_own_process(folder, given.database, "alone")
            told("alone", alone, alone)
            for step in ("new", "again", "trial", "changed"):
                told(step, in_own_process(folder, given.database, step), alone)


def told(step: str, figures: list[float], alone: list[float]) -> None:
    took, spent, rows, before, after = figures
    print(
        f"{int(rows):>8,} rows  {step:<8} {took:7.2f} s {spent:7.2f} s of processor  "
        f"{alone[0] / took:5.2f} ({alone[1] / spent:.2f}) of reading alone  "
        f"{before:.0f} -> {after:.0f} MB",
        flush=True,
    )


if __name__ == "__main__":
    main()
