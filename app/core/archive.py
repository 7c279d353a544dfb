"""Backup and restore of a whole installation as one file, whatever the database.

The file is a tar of one JSON-lines file for each table, the folders of kept files, and last
`backup.json`, which says what the rest is. The keys (KEY_FILE, SECRET_KEY) are not in it: whoever
finds the file must not find them too.
"""

import io
import json
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, func, insert, inspect, select, text
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from app.core import clock, jobs, keys, rotation
from app.core.config import Settings
from app.core.db import Base, db, transaction

_FORMAT = 1
_BATCH = 1000
_FOLDERS = ("uploads", "outbox")
_ABOUT = "backup.json"
_UNREADABLE = (
    tarfile.TarError,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    OSError,
    DataError,
    IntegrityError,
)


class NotABackup(Exception):
    """The file is no backup of this product, or of another version of its tables."""


@dataclass(frozen=True, slots=True)
class Restored:
    """Everything is different; whatever was derived from the tables has to be made anew."""


def write(settings: Settings, file: Path) -> str:
    """Write every table as of one moment, and the kept folders; readers and writers go on."""
    with tempfile.TemporaryDirectory(dir=file.resolve().parent, prefix=".backup-") as folder:
        part = Path(folder) / "backup.tar.gz"
        with tarfile.open(part, "w:gz") as archive, _snapshot() as connection:
            rows = sum(_add_table(archive, table, connection) for table in _tables())
            for name in _FOLDERS:
                if (settings.data_dir / name).is_dir():
                    archive.add(settings.data_dir / name, f"files/{name}")
            _add(archive, _ABOUT, io.BytesIO(json.dumps(_about(connection, rows)).encode()))
        part.chmod(0o600)
        part.replace(file)
    return f"{rows} rows of {len(_tables())} tables in {file}"


def read(settings: Settings, file: Path) -> str:
    """Replace every row and kept file by those in the backup; the rows in one transaction.

    Raises:
        NotABackup: nothing was changed.
    """
    try:
        with (
            tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-") as folder,
            tarfile.open(file) as archive,
        ):
            about = _checked(archive)
            wanted = [each for each in archive.getmembers() if each.name.startswith("files/")]
            _refuse_links(wanted)
            archive.extractall(folder, members=wanted, filter="data")
            rows = _replace_rows(archive, about)
            _replace_folders(settings.data_dir, Path(folder))
    except _UNREADABLE as error:
        reason = f"{file} is damaged or no backup: {error}"
        raise NotABackup(reason) from error
    return f"{rows} rows restored{_hint(about, keys.generation())}"


def restart_numbers(session: Session) -> None:
    """PostgreSQL's counters go on after the highest key in each table."""
    if db.engine.dialect.name != "postgresql":
        return
    for table in _tables():
        if "id" in table.c and table.c.id.type.python_type is int:
            highest = session.scalar(select(func.max(table.c.id))) or 0
            sequence = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :next, false)")
            session.execute(sequence, {"table": table.name, "next": highest + 1})


def _tables() -> list[Table]:
    """Every table, those that others refer to first."""
    return Base.metadata.sorted_tables


def _snapshot() -> Connection:
    """A reading transaction that sees one moment; SQLite's always does."""
    engine = db.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    return engine.connect()


def _about(connection: Connection, rows: int) -> dict[str, Any]:
    done = connection.scalar(select(func.max(keys.KeyGeneration.generation))) or 1
    return {
        "format": _FORMAT,
        "schema": _schema(connection),
        "made": clock.now().isoformat(),
        "rows": rows,
        "key": _key_mark(done),
        "generation": done,
    }


def _schema(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return "none"
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def _key_mark(generation: int) -> str:
    """Tells the keys of two installations apart and says nothing else about them."""
    keys.make_key(1)  # an installation nobody has used yet has none
    mark = "backup"
    for key in keys.first_keys(generation):
        mark = keys.hash_with(key, mark)
    return mark[:16]


def _generation(about: dict[str, Any]) -> int:
    return int(about.get("generation", 1))


def _require_keys(about: dict[str, Any]) -> None:
    keys.make_key(1)
    wanted, there = _generation(about), keys.files()
    if wanted > there:
        missing = ", ".join(keys.key_file(n).name for n in range(there + 1, wanted + 1))
        reason = f"made with {wanted} keys: put {missing} beside {keys.key_file(1)} first"
        raise NotABackup(reason)


def _hint(about: dict[str, Any], passed: int) -> str:
    """What an operator has to know about the keys of what was restored."""
    made = _generation(about)
    if about.get("key") == _key_mark(made):
        return f", put through key {made + 1} to {passed}" if passed > made else ""
    files = "another KEY_FILE" if made == 1 else "other key files"
    return (
        f"\nThis installation has {files} than the one the backup was made with: people who "
        "come back will be taken for new ones. Put the old keys in their place and restore again."
    )


def _checked(archive: tarfile.TarFile) -> dict[str, Any]:
    """What the file says about itself; to find that out it is read to its end once."""
    content = archive.extractfile(_ABOUT)
    about = dict(json.load(content)) if content else {}
    with db.engine.connect() as connection:
        schema = _schema(connection)
    if about.get("format") != _FORMAT:
        reason = f"format {about.get('format')} is not known here"
        raise NotABackup(reason)
    if schema == "none":
        reason = "this installation has no tables yet: run `flask db upgrade` first"
        raise NotABackup(reason)
    if about.get("schema") != schema:
        reason = f"made by schema {about.get('schema')}; this installation has {schema}"
        raise NotABackup(reason)
    _require_keys(about)
    return about


def _refuse_links(members: list[tarfile.TarInfo]) -> None:
    """We write none, and one would point somewhere else once its folder has moved."""
    if any(not (each.isfile() or each.isdir()) for each in members):
        reason = "it holds links or devices"
        raise NotABackup(reason)


def _add_table(archive: tarfile.TarFile, table: Table, connection: Connection) -> int:
    ordered = select(table).order_by(*table.primary_key.columns)
    count = 0
    with tempfile.TemporaryFile() as lines:
        for row in connection.execute(ordered.execution_options(yield_per=_BATCH)).mappings():
            line = json.dumps(dict(row), default=_as_text, ensure_ascii=False)
            lines.write(line.encode() + b"\n")
            count += 1
        _add(archive, f"tables/{table.name}.jsonl", lines)
    return count


def _as_text(value: object) -> str:
    if isinstance(value, date):  # a moment is a date too
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    reason = f"no way to write {type(value).__name__}"
    raise TypeError(reason)


def _add(archive: tarfile.TarFile, name: str, content: Any) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = content.seek(0, io.SEEK_END)
    entry.mtime = int(clock.now().timestamp())
    content.seek(0)
    archive.addfile(entry, content)


def _replace_rows(archive: tarfile.TarFile, about: dict[str, Any]) -> int:
    with transaction() as session:
        for table in reversed(_tables()):
            if own := _own_references(table):
                session.execute(table.update().values(dict.fromkeys(own)))
            session.execute(table.delete())
        rows = sum(_fill(table, archive, session) for table in _tables())
        if rows != about["rows"]:
            reason = f"{rows} rows instead of {about['rows']}"
            raise NotABackup(reason)
        restart_numbers(session)
        if _generation(about) < keys.files() and about.get("key") == _key_mark(_generation(about)):
            rotation.pass_through(session, keys.files())
        jobs.emit(Restored())
    return rows


def _fill(table: Table, archive: tarfile.TarFile, session: Session) -> int:
    """Insert in batches; rows that refer to their own table are connected when all are there."""
    own = _own_references(table)
    connections: list[dict[str, Any]] = []
    count = 0
    for batch in _batches(table, archive):
        count += len(batch)
        connections += [
            {"key": row["id"], **{name: row[name] for name in own}}
            for row in batch
            if any(row[name] is not None for name in own)
        ]
        session.execute(insert(table), [row | dict.fromkeys(own) for row in batch])
    if connections:
        connect = table.update().where(table.c.id == bindparam("key"))
        session.connection().execute(
            connect.values({name: bindparam(name) for name in own}), connections
        )
    return count


def _own_references(table: Table) -> list[str]:
    return [c.name for c in table.columns for key in c.foreign_keys if key.column.table is table]


def _batches(table: Table, archive: tarfile.TarFile) -> Iterator[list[dict[str, Any]]]:
    content = archive.extractfile(f"tables/{table.name}.jsonl")
    if content is None:
        reason = f"table {table.name} is missing"
        raise NotABackup(reason)
    batch: list[dict[str, Any]] = []
    for line in io.TextIOWrapper(content, encoding="utf-8"):
        batch.append({k: _typed(table.c[k], v) for k, v in json.loads(line).items()})
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


_READERS: dict[type, Callable[[str], Any]] = {
    date: date.fromisoformat,
    datetime: datetime.fromisoformat,
    Decimal: Decimal,
}


def _typed(column: Column[Any], value: Any) -> Any:
    """Dates, moments and names of lists come back from their text."""
    kind = column.type.python_type
    if not isinstance(value, str) or kind in (str, object):
        return value
    return _READERS.get(kind, kind)(value)


def _replace_folders(data_dir: Path, unpacked: Path) -> None:
    for name in _FOLDERS:
        if (data_dir / name).is_dir():
            (data_dir / name).replace(unpacked / f"old-{name}")
        if (unpacked / "files" / name).is_dir():
            (unpacked / "files" / name).replace(data_dir / name)
