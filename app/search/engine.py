"""One question, two engines: what each must offer, and the pair of them."""

import logging
import time
from collections.abc import Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol

from app.search.documents import Document
from app.search.filters import CourseFilter, Results, Suggestion
from app.search.placenames import Places
from app.search.prepare import Query
from app.search.understanding import Understood

LIMIT_S = 0.8
PAUSE_S = 5.0
log = logging.getLogger(__name__)


class SearchUnavailable(Exception):
    """The engine cannot answer now; asking again later is safe."""


class RefusedDocuments(SearchUnavailable):
    """The server took the other documents, but not these: id -> its reason."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        super().__init__(f"refused: {', '.join(reasons)}")
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Position:
    """How far something has followed an index: of which build, up to which change."""

    build: int
    change: int


@dataclass(frozen=True, slots=True)
class Changes:
    """Documents that changed up to a position, each once."""

    ids: tuple[str, ...]
    until: Position


class SearchEngine(Protocol):
    name: str

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Build a new index beside the old one and switch; readers never see half of it.

        Returns the number of documents. Of what `apply` does meanwhile each engine says whether it
        is kept.
        """

    def apply(self, upserts: Iterable[Document] = (), deletes: Iterable[str] = ()) -> None:
        """Put in and take out; done when it returns, and safe to repeat."""

    def search(self, wanted: CourseFilter) -> Results:
        """Answer, or raise `SearchUnavailable` and nothing else."""

    def suggest(self, typed: str, limit: int = 8, lang: str = "vi") -> list[Suggestion]:
        """Titles and tags for what is being typed; nothing below two letters."""

    def health(self) -> bool:
        """Whether a search would be answered now."""

    def versions(self) -> dict[str, str]:
        """The digest of every document as this index knows it, by id; empty without an index."""

    def size(self) -> int:
        """How many documents it has."""


class SearchServer(SearchEngine, Protocol):
    def prepare(self) -> None:
        """See that the index is there and set up as this version of the software wants it."""


class FollowedEngine(SearchEngine, Protocol):
    """Keeps a list of its changes, which a server can follow, and knows the words in use."""

    def understand(self, text: str, places: Places, skip: Collection[str]) -> Understood:
        """The filters that a question asks for in words; `skip` names those to leave as words."""

    def read(self, text: str, *, typing: bool = False) -> Query:
        """What a text asks for, by the words of this index; `typing`: it may not be complete."""

    def respelled(self, text: str) -> str:
        """What a question that finds nothing may have meant to say, or nothing."""

    def alone(self, what: str, *, wait: bool = True) -> AbstractContextManager[bool]:
        """One process at a time does this, however the one before ended; whether it is ours."""

    def position(self) -> Position:
        """Where it is now."""

    def changes_since(self, since: Position | None, at_most: int) -> Changes | None:
        """What changed next; None where the list does not reach back so far."""

    def followed(self) -> Position | None:
        """Up to where the server has followed."""

    def remember(self, followed: Position) -> None: ...


class Engines:
    """The embedded engine, and in front of it the search server of the city if it has one.

    A server that does not answer in time is left alone for a few seconds, while the embedded engine
    answers.
    """

    name = "engines"

    def __init__(
        self,
        embedded: FollowedEngine,
        primary: SearchServer | None = None,
        limit: float = LIMIT_S,
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
                found = self._pool.submit(self.primary.search, wanted).result(self._limit)
                return found if found.total else self._instead_of_nothing(found, wanted)
            except (SearchUnavailable, Late) as error:
                self._resume_at = time.monotonic() + PAUSE_S
                reason = str(error) or type(error).__name__
                log.warning("%s is away (%s), embedded answers", self.primary.name, reason)
        return replace(self.embedded.search(wanted), degraded=True)

    def suggest(self, typed: str, limit: int = 8, lang: str = "vi") -> list[Suggestion]:
        """Always from the embedded index: it is near, and it knows half-composed syllables."""
        return self.embedded.suggest(typed, limit, lang)

    def health(self) -> dict[str, bool]:
        return {engine.name: engine.health() for engine in self.all()}

    def all(self) -> list[SearchEngine]:
        """The embedded engine first, so that a server that is away holds nothing up."""
        return [self.embedded, *([self.primary] if self.primary else [])]

    def _instead_of_nothing(self, found: Results, wanted: CourseFilter) -> Results:
        """A server that lost its index answers, and finds nothing."""
        other = self.embedded.search(wanted)
        return other if other.total else found
