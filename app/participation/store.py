"""The facts as Parquet files beside the database, in which DuckDB counts.

One file per month of facts, one of people and one of residences, all named by their generation and
never changed; `manifest.json`, replaced last, names the files that belong together. People are
numbers here: no names, no phones.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import Connection, String, select, type_coerce

from app.accounts.models import Person, Residence
from app.core import clock
from app.core.config import Settings
from app.core.db import db
from app.participation.facts import Rows, born_on
from app.participation.models import Fact, FactMonth

_MANIFEST = "manifest.json"
_LOCK = "lock"
_ROWS = 100_000
KEPT = timedelta(minutes=15)
"""Whoever has read the list of files before it was replaced has so long to read the files."""
_SHORT_TEXT = pa.dictionary(pa.int16(), pa.string())
_LONG_TEXT = pa.dictionary(pa.int32(), pa.string())

FACTS = pa.schema(
    [
        ("day", pa.date32()),
        ("session_id", pa.int32()),
        ("run_id", pa.int32()),
        ("provider_id", pa.int32()),
        ("person_id", pa.int32()),
        ("present", pa.bool_()),
        ("headcount", pa.int32()),
        ("minutes", pa.int32()),
        ("provider_type", _SHORT_TEXT),
        ("topic", _LONG_TEXT),
        ("isced_f", _SHORT_TEXT),
        ("cla", _SHORT_TEXT),
        ("mode", _SHORT_TEXT),
        ("job_related", pa.bool_()),
    ]
)
PERSONS = pa.schema([("id", pa.int32()), ("sex", _SHORT_TEXT), ("born_on", pa.date32())])
RESIDENCES = pa.schema(
    [
        ("id", pa.int32()),
        ("person_id", pa.int32()),
        ("unit_id", pa.int32()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
    ]
)


@dataclass(frozen=True, slots=True)
class MonthFile:
    """The file of one month and the mark of the rows it was written from."""

    mark: str
    file: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Files that belong together, as they were at `as_of`."""

    as_of: datetime
    persons: str
    residences: str
    months: Mapping[str, MonthFile] = field(default_factory=dict)

    def marks(self) -> dict[str, str]:
        return {month: each.mark for month, each in self.months.items()}

    def files(self) -> set[str]:
        return {self.persons, self.residences, *(each.file for each in self.months.values())}

    def between(self, first: date, last: date) -> list[str]:
        """The files of facts that can hold days from `first` to `last`."""
        wanted = (f"{first:%Y-%m}", f"{last:%Y-%m}")
        return [
            e.file for month, e in sorted(self.months.items()) if wanted[0] <= month <= wanted[1]
        ]


def folder(settings: Settings) -> Path:
    return settings.data_dir / "facts"


def read(where: Path) -> Manifest | None:
    """The newest set of files; None before the first one was written."""
    try:
        kept = json.loads((where / _MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Manifest(
        datetime.fromisoformat(kept["as_of"]),
        kept["persons"],
        kept["residences"],
        {month: MonthFile(**each) for month, each in kept["months"].items()},
    )


def is_behind(where: Path) -> bool:
    """Whether the database has facts that are not in the files yet; one statement."""
    manifest = read(where)
    return manifest is None or _marks(db.session.connection()) != manifest.marks()


def refresh(where: Path, *, people: bool = False, everything: bool = False) -> Manifest:
    """Write what differs from the database; other processes that want the same wait for it.

    Args:
        people: also when no fact has changed.
        everything: every month, whatever its mark.
    """
    where.mkdir(parents=True, exist_ok=True)
    with _alone(where), _reading() as connection:
        old = read(where)
        marks = _marks(connection)
        if old and marks == old.marks() and not (people or everything):
            return old
        new = _written(where, connection, marks, None if everything else old)
        _replace(where / _MANIFEST, json.dumps(asdict(new), default=datetime.isoformat).encode())
        _sweep(where, new.files(), old.files() if old else set())
        return new


@contextmanager
def _alone(where: Path) -> Iterator[None]:
    with (where / _LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _reading() -> Iterator[Connection]:
    """A connection that sees one moment of the database from beginning to end."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection
        connection.rollback()


def _marks(connection: Connection) -> dict[str, str]:
    return dict(connection.execute(select(FactMonth.month, FactMonth.mark)).all())


def _written(
    where: Path, connection: Connection, marks: Mapping[str, str], old: Manifest | None
) -> Manifest:
    now = clock.now()
    known = old.months if old else {}
    months = {
        month: known[month]
        if month in known and known[month].mark == mark
        else MonthFile(mark, _write(where, connection, f"facts-{month}", FACTS, _facts(month)))
        for month, mark in sorted(marks.items())
    }
    persons = _write(where, connection, "persons", PERSONS, _persons())
    residences = _write(where, connection, "residences", RESIDENCES, _residences())
    return Manifest(now, persons, residences, months)


def _write(where: Path, connection: Connection, name: str, shape: pa.Schema, query: Rows) -> str:
    """Write the rows into a new file, a batch at a time; its name."""
    file = f"{name}-{secrets.token_hex(6)}.parquet"
    part = where / f"{file}.part"
    rows = connection.execute(query, execution_options={"yield_per": _ROWS})
    with pq.ParquetWriter(part, shape, compression="zstd") as writer:
        for batch in rows.partitions():
            columns = zip(*batch, strict=True)
            arrays = [pa.array(c, f.type) for c, f in zip(columns, shape, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=shape))
    part.replace(where / file)
    return file


def _facts(month: str) -> Rows:
    """The columns of FACTS, unsorted: a session's rows lie together anyway."""
    first = date.fromisoformat(f"{month}-01")
    last = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    columns = [getattr(Fact, name) for name in FACTS.names]
    return select(*columns).where(Fact.day >= first, Fact.day < last)


def _persons() -> Rows:
    """Everybody who can be in a fact."""
    query: Rows = select(Person.id, type_coerce(Person.sex, String), born_on())
    return query.where(_in_facts(Person.id))


def _residences() -> Rows:
    columns = [getattr(Residence, name) for name in RESIDENCES.names]
    return select(*columns).where(_in_facts(Residence.person_id))


def _in_facts(person_id: Any) -> Any:
    return person_id.in_(select(Fact.person_id).distinct())


def _replace(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    part.write_bytes(content)
    part.replace(path)


def _sweep(where: Path, needed: set[str], before: set[str]) -> None:
    """Remove files replaced long ago, whose time is that of their replacement, and broken ones."""
    now = clock.now().timestamp()
    for path in where.iterdir():
        if path.name in before - needed:
            os.utime(path, (now, now))
        elif path.suffix == ".part" or (path.name not in needed and _is_past(path, now)):
            path.unlink()


def _is_past(path: Path, now: float) -> bool:
    return path.suffix == ".parquet" and now - path.stat().st_mtime > KEPT.total_seconds()
