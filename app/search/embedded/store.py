"""The index file: one pair of tables is live, a rebuild fills the next pair and switches."""

import fcntl
import logging
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import TypeVar

from app.search.embedded.rows import COLUMNS, Row
from app.search.engine import Changes, Position

FORMAT = "6"
"""Change it with the way words are folded or laid out: an older file is then emptied."""
_BATCH = 500
_CHANGES_KEPT = 10_000
_BUSY_S = 5.0
_DAMAGED = frozenset([sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB])
_MERGE_PAGES, _MERGE_WENT_ON = 500, 2

T = TypeVar("T")
log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chg (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, slot INTEGER NOT NULL
);
"""
_PAIR = f"""
CREATE TABLE docs_vN (
    slot INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    marks TEXT NOT NULL, shown TEXT NOT NULL, fields TEXT NOT NULL
);
CREATE VIRTUAL TABLE fts_vN USING fts5(
    {", ".join(COLUMNS)}, tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'
);
CREATE VIRTUAL TABLE voc_vN USING fts5vocab(fts_vN, row);
"""
_PUT = """
INSERT INTO docs_vN (id, marks, shown, fields) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE
SET marks = excluded.marks, shown = excluded.shown, fields = excluded.fields RETURNING slot
"""
_INDEX = "INSERT INTO fts_vN (rowid, COLUMNS) VALUES (MARKS)".replace(
    "COLUMNS", ", ".join(COLUMNS)
).replace("MARKS", ", ".join("?" * (len(COLUMNS) + 1)))


class Store:
    """One SQLite file, one connection for each thread of each process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.broken = False
        """Whether the file was found damaged; a rebuild then begins with a new one."""
        self._local = threading.local()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A view of one moment, whatever others write."""
        with self._noticing() as db:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                db.execute("ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        with self._noticing() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    def apply(self, rows: Iterable[Row], deletes: Iterable[str]) -> None:
        for batch in batches(rows):
            with self.writing() as db:
                live = live_version(db)
                _note(db, [(row.id, _put(db, live, row)) for row in batch])
        for gone in batches(deletes):
            with self.writing() as db:
                live = live_version(db)
                _note(db, [(id_, slot) for id_ in gone for slot in _remove(db, live, id_)])

    def rebuild(self, rows: Iterable[Row]) -> int:
        """Fill a new pair beside the live one, bring over what changed meanwhile, switch."""
        with self.alone("rebuild"):
            if self.broken:
                self._set_aside()
            new, since = self._begin()
            for batch in batches(rows):
                with self.writing() as db:
                    for row in batch:
                        _put(db, new, row)
            self._merge(new)
            return self._switch(new, since)

    def built(self) -> bool:
        """Whether the index was ever filled as a whole by this version of the code."""
        with self.reading() as db:
            return meta(db, "built") == "1"

    def close(self) -> None:
        """Close this thread's connection."""
        if db := getattr(self._local, "db", None):
            db.close()
        self._local.__dict__.clear()

    def _begin(self) -> tuple[int, int]:
        """An empty pair and the number of the last change it can know of."""
        with self.writing() as db:
            live = live_version(db)
            for version in _versions(db) - {live}:
                _drop(db, version)
            _create(db, live + 1)
            return live + 1, last_change(db)

    def _merge(self, new: int) -> None:
        """Make the new pair quick to read, in steps that never hold other writers up for long."""
        pages, before = -_MERGE_PAGES, 0
        while True:
            with self.writing() as db:
                before = db.total_changes
                sql = at(new, "INSERT INTO fts_vN (fts_vN, rank) VALUES ('merge', ?)")
                db.execute(sql, (pages,))
                if db.total_changes - before < _MERGE_WENT_ON:
                    return
            pages = _MERGE_PAGES

    def _switch(self, new: int, since: int) -> int:
        with self.writing() as db:
            old = live_version(db)
            changed = db.execute("SELECT DISTINCT id FROM chg WHERE seq > ?", (since,)).fetchall()
            for (id_,) in changed:
                row = get(db, old, id_)
                _put(db, new, row) if row else _remove(db, new, id_)
            count, indexed = _counts(db, new)
            if count != indexed:
                message = f"{count} documents but {indexed} in the index"
                raise sqlite3.IntegrityError(message)
            _set_meta(db, "version", str(new))
            _set_meta(db, "built", "1")
            _drop(db, old)
            return count

    @contextmanager
    def alone(self, what: str, *, wait: bool = True) -> Iterator[bool]:
        """One at a time of all processes; the lock goes with its process, however that ends."""
        how = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
        with self.path.with_suffix(f".{what}.lock").open("w") as file:
            try:
                fcntl.flock(file, how)
            except BlockingIOError:
                yield False
            else:
                yield True

    def changes_since(self, since: Position | None, at_most: int) -> Changes | None:
        with self.reading() as db:
            live = live_version(db)
            if since is None or since.build != live or not reaches_back(db, since.change):
                return None
            sql = "SELECT seq, id FROM chg WHERE seq > ? ORDER BY seq LIMIT ?"
            rows = db.execute(sql, (since.change, at_most)).fetchall()
            last = rows[-1][0] if rows else since.change
            return Changes(tuple(dict.fromkeys(id_ for _, id_ in rows)), Position(live, last))

    def position(self) -> Position:
        with self.reading() as db:
            return Position(live_version(db), last_change(db))

    def followed(self) -> Position | None:
        with self.reading() as db:
            known = meta(db, "followed")
        return Position(*map(int, known.split(":"))) if known else None

    def remember(self, followed: Position) -> None:
        with self.writing() as db:
            _set_meta(db, "followed", f"{followed.build}:{followed.change}")

    def versions(self) -> dict[str, str]:
        with self.reading() as db:
            sql = at(live_version(db), "SELECT id, marks, shown, fields FROM docs_vN")
            return {row[0]: Row(*row).digest() for row in db.execute(sql)}

    def size(self) -> int:
        with self.reading() as db:
            sql = at(live_version(db), "SELECT count(*) FROM docs_vN")
            return int(db.execute(sql).fetchone()[0])

    @contextmanager
    def _noticing(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection()
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGED:
                self.broken = True
                self.close()  # another process may have put a new file there
            raise

    def _set_aside(self) -> None:
        """A new file, unless somebody else was quicker: what can be read as a whole is kept."""
        self.close()
        if not self._is_sound():
            self.close()
            log.error("the index file is damaged: a new one is made")
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        self.broken = False

    def _is_sound(self) -> bool:
        try:
            db = self._connection()
            version = live_version(db)
            db.execute(at(version, "INSERT INTO fts_vN (fts_vN) VALUES ('integrity-check')"))
            return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        except sqlite3.DatabaseError:
            return False

    def _connection(self) -> sqlite3.Connection:
        """One for each thread; a forked process makes its own, and a new file has a new one."""
        if getattr(self._local, "of", None) != self._whose():
            self._local.db = _open(self.path)
            self._local.of = self._whose()
        db: sqlite3.Connection = self._local.db
        return db

    def _whose(self) -> tuple[int, int]:
        """The process and the file that stands there now."""
        try:
            return os.getpid(), self.path.stat().st_ino
        except FileNotFoundError:
            return os.getpid(), 0


def at(version: int, sql: str) -> str:
    """The statement on the tables of this version."""
    return sql.replace("_vN", f"_v{version}")


def meta(db: sqlite3.Connection, name: str) -> str | None:
    row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else None


def live_version(db: sqlite3.Connection) -> int:
    return int(meta(db, "version") or 0)


def last_change(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(seq), 0) FROM chg").fetchone()[0])


def reaches_back(db: sqlite3.Connection, change: int) -> bool:
    """Whether the list of changes has all since this one."""
    oldest = db.execute("SELECT coalesce(min(seq), 0) FROM chg").fetchone()[0]
    return bool(oldest <= change + 1)


def get(db: sqlite3.Connection, version: int, id_: str) -> Row | None:
    sql = at(version, "SELECT id, marks, shown, fields FROM docs_vN WHERE id = ?")
    row = db.execute(sql, (id_,)).fetchone()
    return Row(*row) if row else None


def batches(items: Iterable[T], size: int = _BATCH) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA cache_size = -16000")
    if not _is_ready(db):
        _prepare(db)
    return db


def _is_ready(db: sqlite3.Connection) -> bool:
    tables = "SELECT count(*) FROM sqlite_master WHERE name = 'meta'"
    return bool(db.execute(tables).fetchone()[0]) and meta(db, "format") == FORMAT


def _prepare(db: sqlite3.Connection) -> None:
    """An empty index of the present format."""
    db.execute("BEGIN IMMEDIATE")
    with closing(db.cursor()) as cursor:
        for statement in filter(str.strip, _SCHEMA.split(";")):
            cursor.execute(statement)
        if not _is_ready(db):
            versions = _versions(db)
            for version in versions:
                _drop(db, version)
            _create(db, max(versions, default=0) + 1)
            _set_meta(db, "version", str(max(versions, default=0) + 1))
            _set_meta(db, "built", "0")
            _set_meta(db, "born", secrets.token_hex(8))
            _set_meta(db, "format", FORMAT)
    db.execute("COMMIT")


def _versions(db: sqlite3.Connection) -> set[int]:
    names = db.execute("SELECT name FROM sqlite_master WHERE name GLOB 'docs_v[0-9]*'")
    return {int(name.removeprefix("docs_v")) for (name,) in names}


def _create(db: sqlite3.Connection, version: int) -> None:
    for statement in filter(str.strip, at(version, _PAIR).split(";")):
        db.execute(statement)


def _drop(db: sqlite3.Connection, version: int) -> None:
    for table in ("voc_vN", "fts_vN", "docs_vN"):
        db.execute(at(version, f"DROP TABLE IF EXISTS {table}"))


def _put(db: sqlite3.Connection, version: int, row: Row) -> int:
    """Write a document over its old self, if any; its slot stays the same."""
    values = (row.id, row.marks, row.shown, row.fields)
    slot = int(db.execute(at(version, _PUT), values).fetchall()[0][0])
    db.execute(at(version, "DELETE FROM fts_vN WHERE rowid = ?"), (slot,))
    db.execute(at(version, _INDEX), (slot, *row.folded()))
    return slot


def _remove(db: sqlite3.Connection, version: int, id_: str) -> list[int]:
    """The slot it had, if it was there."""
    sql = at(version, "DELETE FROM docs_vN WHERE id = ? RETURNING slot")
    slots = [slot for (slot,) in db.execute(sql, (id_,)).fetchall()]
    for slot in slots:
        db.execute(at(version, "DELETE FROM fts_vN WHERE rowid = ?"), (slot,))
    return slots


def _note(db: sqlite3.Connection, changes: Iterable[tuple[str, int]]) -> None:
    """Tell other processes which documents to read again."""
    db.executemany("INSERT INTO chg (id, slot) VALUES (?, ?)", changes)
    db.execute("DELETE FROM chg WHERE seq <= ?", (last_change(db) - _CHANGES_KEPT,))


def _set_meta(db: sqlite3.Connection, name: str, value: str) -> None:
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))


def _counts(db: sqlite3.Connection, version: int) -> tuple[int, int]:
    sql = "SELECT (SELECT count(*) FROM docs_vN), (SELECT count(*) FROM fts_vN_docsize)"
    documents, indexed = db.execute(at(version, sql)).fetchone()
    return documents, indexed
