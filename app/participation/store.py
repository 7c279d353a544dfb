"""The facts as Parquet files beside the database, in which DuckDB counts.

One file per month of facts and one for each part of the learners, as they are known now; beside
each, where there is any, one of what was known before and was found to be otherwise. So whoever
asks for the present reads nothing of the past. Files are named by their generation and never
changed; `manifest.json`, replaced last, names those that belong together. Learners are numbers
here: no names, no phones, nothing that leads to a person.
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
from sqlalchemy import ColumnElement, Connection, Enum, String, case, func, or_, select, type_coerce

from app.core import clock
from app.core.config import Settings
from app.core.db import db
from app.participation.marks import PARTS
from app.participation.models import NOBODY, Fact, FactMonth, KeptSession, LearnerState
from app.participation.presence import Rows

_MANIFEST = "manifest.json"
_LOCK = "lock"
_LEARNERS = "p-"
_ROWS = 100_000
KEPT = timedelta(minutes=15)
"""Whoever has read the list of files before it was replaced has so long to read the files."""
_SHORT_TEXT = pa.dictionary(pa.int16(), pa.string())
_LONG_TEXT = pa.dictionary(pa.int32(), pa.string())

_KNOWN = [("known_from", pa.timestamp("us")), ("known_to", pa.timestamp("us"))]
_OF_LEARNER = [
    ("born_on", pa.date32()),
    ("sex", _SHORT_TEXT),
    ("unit_id", pa.int32()),
    ("residence", _SHORT_TEXT),
    ("groups", pa.int32()),
    ("answered", pa.bool_()),
    ("employment", _SHORT_TEXT),
]
FACTS = pa.schema(
    [
        ("meeting", pa.int64()),
        ("learner", pa.int64()),
        ("present", pa.bool_()),
        ("headcount", pa.int32()),
        ("fee", _SHORT_TEXT),
        *_OF_LEARNER,
        ("day", pa.date32()),
        ("minutes", pa.int32()),
        ("run_id", pa.int32()),
        ("provider_id", pa.int32()),
        ("provider_type", _SHORT_TEXT),
        ("topic", _LONG_TEXT),
        ("isced_f", _SHORT_TEXT),
        ("cla", _SHORT_TEXT),
        ("mode", _SHORT_TEXT),
        ("job_related", pa.bool_()),
        ("venue_id", pa.int32()),
        ("venue_unit_id", pa.int32()),
        ("campaign", _SHORT_TEXT),
        *_KNOWN,
    ]
)
LEARNERS = pa.schema(
    [
        ("learner", pa.int64()),
        ("valid_from", pa.date32()),
        ("valid_to", pa.date32()),
        *_OF_LEARNER,
        *_KNOWN,
    ]
)


@dataclass(frozen=True, slots=True)
class PartFile:
    """The files of one part and the mark of the rows they were written from."""

    mark: str
    file: str
    past: str = ""  # "": nothing of it was ever found to be otherwise


Parts = Mapping[str, PartFile]


@dataclass(frozen=True, slots=True)
class Manifest:
    """Files that belong together, as they were at `as_of`."""

    as_of: datetime
    months: Parts = field(default_factory=dict)
    learners: Parts = field(default_factory=dict)

    def marks(self) -> dict[str, str]:
        return {part: each.mark for part, each in self._parts().items()}

    def files(self) -> set[str]:
        return {name for each in self._parts().values() for name in (each.file, each.past) if name}

    def between(self, first: date, last: date) -> list[PartFile]:
        """The files of facts that can hold days from `first` to `last`."""
        wanted = (f"{first:%Y-%m}", f"{last:%Y-%m}")
        return [e for month, e in sorted(self.months.items()) if wanted[0] <= month <= wanted[1]]

    def _parts(self) -> dict[str, PartFile]:
        return {**self.months, **self.learners}


def folder(settings: Settings) -> Path:
    return settings.data_dir / "facts"


def read(where: Path) -> Manifest | None:
    """The newest set of files; None before the first one of this shape was written."""
    try:
        kept = json.loads((where / _MANIFEST).read_text("utf-8"))
        months, learners = (
            {part: PartFile(**each) for part, each in kept[kind].items()}
            for kind in ("months", "learners")
        )
    except (FileNotFoundError, KeyError):
        return None
    return Manifest(datetime.fromisoformat(kept["as_of"]), months, learners)


def is_behind(where: Path) -> bool:
    """Whether the database has facts that are not in the files yet; one statement."""
    manifest = read(where)
    return manifest is None or _marks(db.session.connection()) != manifest.marks()


def refresh(where: Path, *, everything: bool = False) -> Manifest:
    """Write what differs from the database; other processes that want the same wait for it.

    Args:
        everything: every part, whatever its mark.
    """
    where.mkdir(parents=True, exist_ok=True)
    with _alone(where), _reading() as connection:
        old = read(where)
        marks = _marks(connection)
        if old and marks == old.marks() and not everything:
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
    known = old.marks() if old else {}
    parts: dict[str, PartFile] = {}
    for part, mark in sorted(marks.items()):
        if old is not None and known.get(part) == mark:
            parts[part] = {**old.months, **old.learners}[part]
        else:
            parts[part] = _write_part(where, connection, part, mark)
    learners = {part: each for part, each in parts.items() if part.startswith(_LEARNERS)}
    return Manifest(now, {p: e for p, e in parts.items() if p not in learners}, learners)


def _write_part(where: Path, connection: Connection, part: str, mark: str) -> PartFile:
    is_of_learners = part.startswith(_LEARNERS)
    shape = LEARNERS if is_of_learners else FACTS
    name = f"learners-{part}" if is_of_learners else f"facts-{part}"
    now, past = (
        _learners(part, past=each) if is_of_learners else _facts(part, past=each)
        for each in (False, True)
    )
    file = _write(where, connection, name, shape, now)
    if connection.execute(past.limit(1)).first() is None:
        return PartFile(mark, file)
    return PartFile(mark, file, _write(where, connection, f"past-{name}", shape, past))


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


_OF_SESSION = frozenset(column.key for column in KeptSession.__table__.columns) - {"id", "meeting"}


def _facts(month: str, *, past: bool) -> Rows:
    """The columns of FACTS, unsorted: a session's rows lie together anyway.

    Of the past, each row says when both what the fact and what the session said was known.
    """
    first = date.fromisoformat(f"{month}-01")
    last = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    begins, ends = _known(Fact, KeptSession)
    computed = {
        "learner": func.nullif(Fact.learner, NOBODY), "known_from": begins, "known_to": ends,
    }  # fmt: skip
    columns = [
        computed[name] if name in computed
        else _plain(getattr(KeptSession if name in _OF_SESSION else Fact, name))
        for name in FACTS.names
    ]  # fmt: skip
    query = select(*columns).join_from(KeptSession, Fact, Fact.meeting == KeptSession.meeting)
    query = query.where(KeptSession.day >= first, KeptSession.day < last)
    if not past:
        return query.where(Fact.known_to.is_(None), KeptSession.known_to.is_(None))
    is_past = or_(Fact.known_to.is_not(None), KeptSession.known_to.is_not(None))
    return query.where(is_past, or_(ends.is_(None), begins < ends))


def _plain(column: Any) -> Any:
    """A code as its text: making an object of each costs more than reading it."""
    return type_coerce(column, String) if isinstance(column.type, Enum) else column


def _later(one: Any, other: Any) -> ColumnElement[Any]:
    return case((one.known_from >= other.known_from, one.known_from), else_=other.known_from)


def _known(one: Any, other: Any) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """Since when and until when both were known."""
    earlier = case(
        (one.known_to.is_(None), other.known_to),
        (other.known_to.is_(None), one.known_to),
        (one.known_to <= other.known_to, one.known_to),
        else_=other.known_to,
    )
    return _later(one, other), earlier


def _learners(part: str, *, past: bool) -> Rows:
    columns = [_plain(getattr(LearnerState, name)) for name in LEARNERS.names]
    known = LearnerState.known_to.is_not(None) if past else LearnerState.known_to.is_(None)
    number = int(part.removeprefix(_LEARNERS))
    return select(*columns).where(LearnerState.learner % PARTS == number, known)


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
