"""The embedded engine: SQLite FTS5 in one file, and what each process remembers of it."""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

from app.search.documents import Document
from app.search.embedded import respelling
from app.search.embedded.question import answer
from app.search.embedded.rows import row_of
from app.search.embedded.snapshot import Memory, Overtaken
from app.search.embedded.store import Store
from app.search.embedded.view import View
from app.search.engine import Changes, Position, SearchUnavailable
from app.search.filters import CourseFilter, Results, Suggestion
from app.search.placenames import Places
from app.search.prepare import MOST_LETTERS, Query, prepare
from app.search.suggestions import LEAST_LETTERS
from app.search.text import fold
from app.search.understanding import UNSURE_ALONE, Understood, understand

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
        """As of every engine; what `apply` does meanwhile is kept."""
        with _as_unavailable():
            return self.store.rebuild(map(row_of, documents))

    def apply(self, upserts: Iterable[Document] = (), deletes: Iterable[str] = ()) -> None:
        with _as_unavailable():
            self.store.apply(map(row_of, upserts), deletes)

    def search(self, wanted: CourseFilter) -> Results:
        return self._at_one_moment(lambda view: answer(view, wanted))

    def suggest(self, typed: str, limit: int = 8, lang: str = "vi") -> list[Suggestion]:
        typed = typed[:MOST_LETTERS]
        if sum(char.isalnum() for char in fold(typed)) < LEAST_LETTERS:
            return []
        return self._at_one_moment(lambda view: view.suggest(typed, limit, lang))

    def read(self, text: str, *, typing: bool = False) -> Query:
        """What a text asks for, by the words of this index."""
        return self._at_one_moment(
            lambda view: prepare(text, view.snapshot.vocabulary.known, typing=typing)
        )

    def understand(self, text: str, places: Places, skip: Collection[str]) -> Understood:
        """The filters in a question, without words that stand in titles beside the rest of it."""

        def work(view: View) -> Understood:
            known = view.snapshot.vocabulary.known
            found = understand(text, known, places, skip)
            rest = prepare(found.rest, known) if found.heard else Query()
            doubtful = found.doubtful() if rest.terms else found.by_name(UNSURE_ALONE)
            return found.without([h for h in doubtful if view.entitles(h.typed, rest)])

        return self._at_one_moment(work)

    def respelled(self, text: str) -> str:
        """What a question that finds nothing may have meant to say, or nothing."""
        return self._at_one_moment(lambda view: respelling.respelled(view, text))

    def health(self) -> bool:
        """Whether this file can be read and was filled as a whole by this version of the code."""
        try:
            with _as_unavailable():
                return self.store.built() and not self.store.broken
        except SearchUnavailable:
            return False

    def versions(self) -> dict[str, str]:
        with _as_unavailable():
            return self.store.versions() if self.store.built() else {}

    def size(self) -> int:
        with _as_unavailable():
            return self.store.size()

    def alone(self, what: str, *, wait: bool = True) -> AbstractContextManager[bool]:
        return self.store.alone(what, wait=wait)

    def position(self) -> Position:
        with _as_unavailable():
            return self.store.position()

    def changes_since(self, since: Position | None, at_most: int) -> Changes | None:
        with _as_unavailable():
            return self.store.changes_since(since, at_most)

    def followed(self) -> Position | None:
        with _as_unavailable():
            return self.store.followed()

    def remember(self, followed: Position) -> None:
        with _as_unavailable():
            self.store.remember(followed)

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
