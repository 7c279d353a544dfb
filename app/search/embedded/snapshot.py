"""What a process remembers of the index, brought up to the moment of each question."""

import sqlite3
import threading
from dataclasses import dataclass

from app.search.embedded.columns import Columns, Entry
from app.search.embedded.rows import Row
from app.search.embedded.store import at, last_change, live_version, meta, reaches_back
from app.search.embedded.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Snapshot:
    born: str
    """Which file it is of: numbers begin anew in a new one."""
    version: int
    change: int
    columns: Columns
    vocabulary: Vocabulary


class Overtaken(Exception):
    """Another thread already remembers a later moment than this connection sees."""


class Memory:
    """The latest snapshot, shared by the threads of a process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: Snapshot | None = None

    def now(self, db: sqlite3.Connection) -> Snapshot:
        """The snapshot that fits what this connection reads."""
        born, version, change = meta(db, "born") or "", live_version(db), last_change(db)
        with self._lock:
            latest = self._latest if self._latest and self._latest.born == born else None
            if latest and (latest.version, latest.change) > (version, change):
                raise Overtaken
            if latest is None or not _can_follow(db, latest, version):
                latest = _load(db, born, version, change)
            elif latest.change < change:
                latest = _follow(db, latest, change)
            self._latest = latest
            return latest


def _can_follow(db: sqlite3.Connection, latest: Snapshot, version: int) -> bool:
    """Whether the list of changes still reaches back to what we remember."""
    return latest.version == version and reaches_back(db, latest.change)


def _load(db: sqlite3.Connection, born: str, version: int, change: int) -> Snapshot:
    rows = db.execute(at(version, "SELECT slot, id, fields FROM docs_vN"))
    words = db.execute(at(version, "SELECT term FROM voc_vN"))
    columns, vocabulary = Columns.load(rows), Vocabulary(word for (word,) in words)
    return Snapshot(born, version, change, columns, vocabulary)


def _follow(db: sqlite3.Connection, latest: Snapshot, change: int) -> Snapshot:
    changed = "SELECT DISTINCT slot FROM chg WHERE seq > ?"
    entries: dict[int, Entry | None] = {}
    for (slot,) in db.execute(changed, (latest.change,)).fetchall():
        sql = at(latest.version, "SELECT id, marks, shown, fields FROM docs_vN WHERE slot = ?")
        row = db.execute(sql, (slot,)).fetchone()
        entries[slot] = Entry.read(row[0], row[3]) if row else None
        latest.vocabulary.add(Row(*row).vocabulary() if row else ())
    columns = latest.columns.changed(entries)
    return Snapshot(latest.born, latest.version, change, columns, latest.vocabulary)
