"""One question, two engines: what each must offer, and the pair of them."""

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from dataclasses import replace
from typing import Protocol

from app.search.documents import Document
from app.search.filters import CourseFilter, Results, Suggestion

LIMIT_S = 0.8
PAUSE_S = 5.0
log = logging.getLogger(__name__)


class SearchUnavailable(Exception):
    """The engine cannot answer now; asking again later is safe."""


class SearchEngine(Protocol):
    name: str

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build a new index beside the old one and switch; readers never see half of it.

        What `apply` did meanwhile is kept. Returns the number of documents.
        """

    def apply(self, upserts: Iterable[Document] = (), deletes: Iterable[str] = ()) -> None:
        """Put in and take out; done when it returns, and safe to repeat."""

    def search(self, wanted: CourseFilter) -> Results:
        """Answer, or raise `SearchUnavailable` and nothing else."""

    def suggest(self, typed: str, limit: int = 8, lang: str = "vi") -> list[Suggestion]:
        """Titles and tags for what is being typed; nothing below two letters."""

    def health(self) -> bool:
        """Whether a search would be answered now."""


class Engines:
    """The embedded engine, and in front of it the search server of the city if it has one.

    Both are kept up to date from the same events. A server that does not answer in time is left
    alone for a few seconds, while the embedded engine answers.
    """

    name = "engines"

    def __init__(
        self, embedded: SearchEngine, primary: SearchEngine | None = None, limit: float = LIMIT_S
    ) -> None:
        self.embedded = embedded
        self.primary = primary
        self._limit = limit
        self._pool = ThreadPoolExecutor(8, "search") if primary else None
        self._resume_at = 0.0

    def search(self, wanted: CourseFilter) -> Results:
        if self.primary is None or self._pool is None:
            return self.embedded.search(wanted)
        if time.monotonic() >= self._resume_at:
            try:
                return self._pool.submit(self.primary.search, wanted).result(self._limit)
            except (SearchUnavailable, Late) as error:
                self._resume_at = time.monotonic() + PAUSE_S
                reason = str(error) or type(error).__name__
                log.warning("%s is away (%s), embedded answers", self.primary.name, reason)
        return replace(self.embedded.search(wanted), degraded=True)

    def suggest(self, typed: str, limit: int = 8, lang: str = "vi") -> list[Suggestion]:
        """Always from the embedded index: it is near, and it knows half-composed syllables."""
        return self.embedded.suggest(typed, limit, lang)

    def apply(self, upserts: Iterable[Document] = (), deletes: Iterable[str] = ()) -> None:
        upserts, deletes = list(upserts), list(deletes)
        for engine in self.all():
            engine.apply(upserts, deletes)

    def rebuild(self, source: Callable[[], Iterable[Document]]) -> dict[str, int]:
        """Rebuild every engine; the source is read once for each. Engine name -> documents."""
        return {engine.name: engine.rebuild(source()) for engine in self.all()}

    def health(self) -> dict[str, bool]:
        return {engine.name: engine.health() for engine in self.all()}

    def all(self) -> list[SearchEngine]:
        """The embedded engine first, so that a server that is away holds nothing up."""
        return [self.embedded, *([self.primary] if self.primary else [])]
