"""Rows put into the order of their courses without keeping them in memory: a file on disk."""

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from app.feeds.mapping import Row
from app.feeds.timetable import at_rest, awake

_BATCH = 2000


class Spool:
    """Rows come in as they stand in the file and go out course by course."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file)
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("CREATE TABLE rows (place INT, line INT, course TEXT, texts TEXT)")
        self._db.execute("CREATE TABLE notes (content TEXT)")
        self._places: dict[str, int] = {}
        self._names: tuple[str, ...] = ()
        """The columns, the same in every row of a file."""
        self._waiting: list[tuple[int, int, str, str]] = []

    def add(self, course_id: str, row: Row) -> None:
        """Courses keep the order in which they first appear."""
        place = self._places.setdefault(course_id, len(self._places))
        self._names = self._names or tuple(row.texts)
        cells = [row.texts[name] for name in self._names]
        content = json.dumps([cells, at_rest(row.meetings)], ensure_ascii=False)
        self._waiting.append((place, row.line, course_id, content))
        if len(self._waiting) >= _BATCH:
            self._write()

    def courses(self) -> Iterator[tuple[str, list[Row]]]:
        """Each course with its rows in the order of the file."""
        self._write()
        found = self._db.execute("SELECT course, line, texts FROM rows ORDER BY place, line")
        for course_id, rows in groupby(found, key=lambda row: row[0]):
            yield course_id, [self._row(line, content) for _course, line, content in rows]

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, course_id: object) -> bool:
        return course_id in self._places

    def note(self, notes: Iterable[str]) -> None:
        """Keep lines that are wanted back in this order."""
        self._db.executemany("INSERT INTO notes VALUES (?)", ((each,) for each in notes))

    def notes(self) -> Iterator[str]:
        for (content,) in self._db.execute("SELECT content FROM notes ORDER BY rowid"):
            yield content

    def close(self) -> None:
        self._db.close()

    def _row(self, line: int, content: str) -> Row:
        cells, meetings = json.loads(content)
        return Row(line, dict(zip(self._names, cells, strict=True)), [awake(m) for m in meetings])

    def _write(self) -> None:
        self._db.executemany("INSERT INTO rows VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()


@contextmanager
def spooled() -> Iterator[Spool]:
    """A spool that leaves nothing behind."""
    with tempfile.TemporaryDirectory(prefix="feed-") as folder:
        spool = Spool(Path(folder) / "rows")
        try:
            yield spool
        finally:
            spool.close()
