"""The embedded engine: SQLite FTS5 in one file, and what each process remembers of it."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from app.search.documents import Document
from app.search.embedded.question import answer
from app.search.embedded.rows import row_of
from app.search.embedded.snapshot import Memory, Overtaken
from app.search.embedded.store import Store
from app.search.embedded.view import View
from app.search.engine import SearchUnavailable
from app.search.filters import CourseFilter, Results, Suggestion
from app.search.prepare import Query, prepare
from app.search.suggestions import LEAST_LETTERS
from app.search.text import fold

_ATTEMPTS = 5

T = TypeVar("T")


@contextmanager
def _as_unavailable() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise SearchUnavailable(str(error)) from error


class EmbeddedEngine:
    """Safe to share by the threads of a process; several processes may use one file."""

    name = "embedded"

    def __init__(self, path: Path) -> None:
        self.store = Store(path)
        self._memory = Memory()

    def rebuild(self, documents: Iterable[Document]) -> int:
        with _as_unavailable():
            return self.store.rebuild(map(row_of, documents))

    def apply(self, upserts: Iterable[Document] = (), deletes: Iterable[str] = ()) -> None:
        with _as_unavailable():
            self.store.apply(map(row_of, upserts), deletes)

    def search(self, wanted: CourseFilter) -> Results:
        return self._at_one_moment(lambda view: answer(view, wanted))

    def suggest(self, typed: str, limit: int = 8, lang: str = "vi") -> list[Suggestion]:
        if sum(char.isalnum() for char in fold(typed)) < LEAST_LETTERS:
            return []
        return self._at_one_moment(lambda view: view.suggest(typed, limit, lang))

    def read(self, text: str) -> Query:
        """What a text asks for, by the words of this index."""
        return self._at_one_moment(lambda view: prepare(text, view.snapshot.vocabulary.known))

    def health(self) -> bool:
        """Whether this file can be read and was filled as a whole by this version of the code."""
        try:
            with _as_unavailable():
                return self.store.built()
        except SearchUnavailable:
            return False

    def warm(self) -> None:
        """Read what is kept in the process, before the first visitor has to wait for it."""
        self._at_one_moment(lambda view: view.snapshot)

    def close(self) -> None:
        self.store.close()

    def _at_one_moment(self, work: Callable[[View], T]) -> T:
        with _as_unavailable():
            for _ in range(_ATTEMPTS):
                try:
                    with self.store.reading() as db:
                        return work(View(db, self._memory.now(db)))
                except Overtaken:
                    continue
        message = "the index changes faster than it can be read"
        raise SearchUnavailable(message)
