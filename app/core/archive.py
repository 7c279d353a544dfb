"""Backup and restore of a whole installation as one file, independent of the database in use."""

import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, insert, inspect, select, text

from app.core import clock
from app.core.config import Settings
from app.core.db import Base, UtcDateTime, db, transaction

_FORMAT = 1
_BATCH = 1000
_KEPT_FOLDERS = ("uploads", "outbox")


class NotABackup(Exception):
    """The file is no backup of this product, or of another version of its tables."""


def write(settings: Settings, file: Path) -> str:
    """Write every table and kept folder; one consistent view of the database.

    The keys (KEY_FILE, SECRET_KEY) are not in it: whoever finds the file must not find them too.
    """
    rows = 0
    with tempfile.TemporaryDirectory(dir=file.resolve().parent) as folder, transaction() as session:
        with tarfile.open(Path(folder) / "backup.tar.gz", "w:gz") as archive:
            for table in Base.metadata.sorted_tables:
                path = Path(folder) / f"{table.name}.jsonl"
                rows += _dump(table, path, session)
                archive.add(path, f"tables/{path.name}")
                path.unlink()
            _add_text(archive, "backup.json", {"format": _FORMAT, "schema": _revision(), "made": clock.now().isoformat()})
            for name in _KEPT_FOLDERS:
                if (settings.data_dir / name).is_dir():
                    archive.add(settings.data_dir / name, f"files/{name}")
        (Path(folder) / "backup.tar.gz").replace(file)
    file.chmod(0o600)
    return f"{rows} rows of {len(Base.metadata.tables)} tables in {file}"


def read(settings: Settings, file: Path) -> str:
    """Replace every table by the rows in the file, in one transaction, and unpack the folders.

    Raises:
        NotABackup: nothing was changed.
    """
    rows = 0
    with tarfile.open(file) as archive:
        about = _json(archive, "backup.json")
        if about.get("format") != _FORMAT or about.get("schema") != _revision():
            message = f"made by schema {about.get('schema')}; this installation has {_revision()}"
            raise NotABackup(message)
        with transaction() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.update().values({c: None for c in _self_references(table)})) if _self_references(table) else None
                session.execute(table.delete())
            for table in Base.metadata.sorted_tables:
                rows += _fill(table, archive, session)
            _restart_numbers(session)
        archive.extractall(settings.data_dir / "restored", members=_files(archive), filter="data")
    for name in _KEPT_FOLDERS:
        _put_back(settings.data_dir, name)
    return f"{rows} rows restored"


def _dump(table: Table, path: Path, session: Any) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as out:
        ordered = select(table).order_by(*table.primary_key.columns)
        for row in session.execute(ordered.execution_options(yield_per=_BATCH)):
            out.write(json.dumps(dict(row._mapping), default=str, ensure_ascii=False) + "\n")  # noqa: SLF001 - SQLAlchemy's public name
            count += 1
    return count


def _fill(table: Table, archive: tarfile.TarFile, session: Any) -> int:
    """Insert in batches; references of a table to itself are set afterwards."""
    own = _self_references(table)
    later: list[dict[str, Any]] = []
    count = 0
    for batch in _batches(table, archive):
        count += len(batch)
        later += [{"key": row["id"], **{c: row[c] for c in own}} for row in batch if own and any(row[c] for c in own)]
        session.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in batch])
    for row in later:
        key = row.pop("key")
        session.execute(table.update().where(table.c.id == key).values(row))
    return count


def _self_references(table: Table) -> list[str]:
    return [c.name for c in table.columns for key in c.foreign_keys if key.column.table is table]


def _batches(table: Table, archive: tarfile.TarFile) -> Iterator[list[dict[str, Any]]]:
    content = archive.extractfile(f"tables/{table.name}.jsonl")
    if content is None:
        message = f"table {table.name} is missing"
        raise NotABackup(message)
    batch: list[dict[str, Any]] = []
    for line in io.TextIOWrapper(content, encoding="utf-8"):
        batch.append(_typed(table, json.loads(line)))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """Dates and moments come back from their ISO text."""
    return {name: _value(table.c[name], value) for name, value in row.items()}


def _value(column: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, UtcDateTime):
        return clock.datetime.fromisoformat(value)
    kind = column.type.python_type
    return kind(value) if issubclass(kind, str) else kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else value


def _restart_numbers(session: Any) -> None:
    """PostgreSQL's counters go on after the highest key that was restored."""
    if db.engine.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.c:
            highest = session.scalar(select(func.coalesce(func.max(table.c.id), 0)))
            sequence = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :next, false)")
            session.execute(sequence, {"table": table.name, "next": highest + 1})


def _revision() -> str:
    if not inspect(db.engine).has_table("alembic_version"):
        return "none"
    return str(db.session.execute(text("SELECT version_num FROM alembic_version")).scalar())


def _add_text(archive: tarfile.TarFile, name: str, content: dict[str, Any]) -> None:
    data = json.dumps(content).encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def _json(archive: tarfile.TarFile, name: str) -> dict[str, Any]:
    try:
        content = archive.extractfile(name)
    except KeyError as error:
        raise NotABackup(name) from error
    return dict(json.load(content)) if content else {}


def _files(archive: tarfile.TarFile) -> list[tarfile.TarInfo]:
    return [member for member in archive.getmembers() if member.name.startswith("files/")]


def _put_back(data_dir: Path, name: str) -> None:
    unpacked = data_dir / "restored" / "files" / name
    if not unpacked.is_dir():
        return
    (data_dir / name).mkdir(exist_ok=True)
    for item in sorted(unpacked.iterdir()):
        item.replace(data_dir / name / item.name)
