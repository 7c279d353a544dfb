"""The search server of a city. The only module that knows Meilisearch's client."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from meilisearch import Client
from meilisearch.errors import MeilisearchApiError, MeilisearchError
from meilisearch.models.task import TaskInfo

from app.search import wire
from app.search.documents import Document
from app.search.embedded.store import batches
from app.search.engine import RefusedDocuments, SearchUnavailable
from app.search.filling import wanted_subjects
from app.search.filters import COUNTED, FACETS, CourseFilter, Hit, Results, Suggestion
from app.search.highlight import Marker
from app.search.prepare import MOST_LETTERS, Query, prepare
from app.search.suggestions import LEAST_LETTERS, Candidate, pick
from app.search.text import fold
from app.search.wire import Json

_BATCH = 2000
_READ_AT_ONCE = 1000
_WRITE_S = 30.0
_TASK_MS = 600_000
_SUGGESTED_FROM = 40


class MeilisearchEngine:
    """Talks to one server; `read` prepares a typed text, best with the words of a real index."""

    name = "meilisearch"

    def __init__(
        self,
        url: str,
        key: str = "",
        *,
        index: str = "courses",
        timeout: float = 0.8,
        read: Callable[[str], Query] = prepare,
    ) -> None:
        self._url, self._key, self._index = url, key, index
        self._timeout, self._read = timeout, read
        self._local = threading.local()

    def search(self, wanted: CourseFilter) -> Results:
        with _as_unavailable():
            return self._search(wanted, self._read(wanted.q))

    def suggest(self, typed: str, limit: int = 8, lang: str = "vi") -> list[Suggestion]:
        typed = typed[:MOST_LETTERS]
        if sum(char.isalnum() for char in fold(typed)) < LEAST_LETTERS:
            return []
        query = prepare(typed, typing=True)
        asked = {
            "attributesToSearchOn": ["title_vi", "title_en", "tags"],
            "attributesToRetrieve": ["id", "title_vi", "title_en", "shown_tags"],
            "limit": _SUGGESTED_FROM,
            "locales": ["vie"],
            "matchingStrategy": "all",
        }
        with _as_unavailable():
            hits = self._client().index(self._index).search(wire.words_of(query), asked)["hits"]
            found = (
                Candidate(h["id"], h["title_vi"], h["title_en"], h["shown_tags"]) for h in hits
            )
            return pick(found, query, limit, lang)

    def rebuild(self, documents: Iterable[Document]) -> int:
        """Fill `<index>_new` and swap; what `apply` does meanwhile is not in it.

        Raises:
            RefusedDocuments: all others are in; or there are no others, and nothing was swapped.
        """
        new, count = f"{self._index}_new", 0
        refused: dict[str, str] = {}
        with _as_unavailable():
            client = self._client(_WRITE_S)
            self._forget(client, new)
            self._done(client, client.create_index(new, {"primaryKey": "id"}))
            self._done(client, client.index(new).update_settings(wire.settings()))
            for batch in batches(map(wire.record, documents), _BATCH):
                refused_here = self._put(client, new, batch)
                count += len(batch) - len(refused_here)
                refused |= refused_here
            if refused and not count:
                raise RefusedDocuments(refused)
            indexed = client.index(new).get_stats().number_of_documents
            if indexed != count:
                message = f"{count} documents sent but {indexed} in {new}"
                raise SearchUnavailable(message)
            self._swap(client, new)
        if refused:
            raise RefusedDocuments(refused)
        return count

    def apply(self, upserts: Iterable[Document] = (), deletes: Iterable[str] = ()) -> None:
        refused: dict[str, str] = {}
        with _as_unavailable():
            client = self._client(_WRITE_S)
            for batch in batches(map(wire.record, upserts), _BATCH):
                refused |= self._put(client, self._index, batch)
            index = client.index(self._index)
            for task in [index.delete_document(id_) for id_ in deletes]:
                self._done(client, task)
        if refused:
            raise RefusedDocuments(refused)

    def prepare(self) -> None:
        with _as_unavailable():
            client = self._client(_WRITE_S)
            self._ensure(client)
            self._done(client, client.index(self._index).update_settings(wire.settings()))

    def versions(self) -> dict[str, str]:
        found: dict[str, str] = {}
        with _as_unavailable():
            index = self._client(_WRITE_S).index(self._index)
            asked = {"fields": ["id", "digest"], "limit": _READ_AT_ONCE}
            while True:
                page = index.get_documents({**asked, "offset": len(found)}).results
                found |= {document.id: document.digest for document in page}
                if len(page) < _READ_AT_ONCE:
                    return found

    def size(self) -> int:
        with _as_unavailable():
            try:
                stats = self._client(_WRITE_S).index(self._index).get_stats()
            except MeilisearchApiError as error:
                if error.code == "index_not_found":
                    return 0
                raise
            return stats.number_of_documents

    def health(self) -> bool:
        try:
            with _as_unavailable():
                return bool(self._client().health()["status"] == "available")
        except SearchUnavailable:
            return False

    def _search(self, wanted: CourseFilter, query: Query) -> Results:
        client, reordered = self._client(), wire.reorders(wanted, query)
        queries = [self._page(wanted, query, window=reordered), *self._counts(wanted, query)]
        of_subject = [self._of_subject(wanted, query)] if reordered and query.subjects else []
        answers: list[Json] = client.multi_search([*queries, *of_subject])["results"]
        main = answers[0]
        hits, total = main["hits"], main["totalHits"]
        if reordered:
            hits = wire.together(hits, *(more["hits"] for more in answers[len(queries) :]))
            hits = wire.in_our_order(hits, query)[wanted.start : wanted.start + wanted.per_page]
        fills = wanted.page == 1 and total < wanted.per_page and bool(query.terms)
        return Results(
            hits=tuple(wire.hit_of(hit) for hit in hits[: max(0, COUNTED - wanted.start)]),
            total=min(total, COUNTED),
            capped=total > COUNTED,
            facets=wire.facets_of(wanted, answers[: len(queries)]),
            similar=self._similar(client, wanted, query, hits) if fills else (),
            engine=self.name,
            hints=query.hints,
            marker=Marker(query.terms, typos=True),
        )

    def _page(self, wanted: CourseFilter, query: Query, *, window: bool) -> Json:
        page, size = (1, wire.WINDOW) if window else (wanted.page, wanted.per_page)
        return {
            **self._question(query, wire.filters(wanted)),
            "page": page,
            "hitsPerPage": size,
            "facets": list(FACETS),
            "sort": wire.order(wanted, query),
            "attributesToRetrieve": list(wire.RANKED),
        }

    def _of_subject(self, wanted: CourseFilter, query: Query) -> Json:
        """The same once more for courses about the subject: a window may be too small for them."""
        conditions = [*wire.filters(wanted), wire.about(query.subjects)]
        return {
            **self._question(query, conditions),
            "limit": wire.WINDOW,
            "sort": wire.order(wanted, query),
            "attributesToRetrieve": list(wire.RANKED),
        }

    def _counts(self, wanted: CourseFilter, query: Query) -> Iterator[Json]:
        """One more question for each filter in use: its counts as if it were not set."""
        for name in wanted.chosen():
            others = wire.filters(wanted, without=name)
            yield {**self._question(query, others), "limit": 0, "facets": [name]}

    def _question(self, query: Query, conditions: list[str]) -> Json:
        return {
            "indexUid": self._index,
            "q": wire.words_of(query),
            "matchingStrategy": "all",
            "locales": ["vie"],
            "filter": conditions,
        }

    def _similar(
        self, client: Client, wanted: CourseFilter, query: Query, hits: list[Json]
    ) -> tuple[Hit, ...]:
        """Partial matches (the server drops the most frequent words first) and what is near."""
        conditions = wire.filters(wanted)
        subjects = wanted_subjects(query, [hit["marks"] for hit in hits])
        near = {"limit": wire.WINDOW, "attributesToRetrieve": list(wire.RANKED)}
        asked = [self._question(query, conditions) | near | {"matchingStrategy": "frequency"}]
        if subjects:
            about = [*conditions, wire.about(subjects)]
            asked.append(self._question(Query(), about) | near)
        answers: list[Json] = client.multi_search(asked)["results"]
        found = (hit for answer in answers for hit in answer["hits"])
        most = wanted.per_page - len(hits)
        return tuple(map(wire.hit_of, wire.fillers(found, query, hits, subjects, most)))

    def _put(self, client: Client, index: str, batch: list[Json]) -> dict[str, str]:
        """Send; halve what the server refuses until the bad documents are found."""
        task = client.index(index).add_documents(batch)
        done = client.wait_for_task(task.task_uid, _TASK_MS)
        if done.status == "succeeded":
            return {}
        if len(batch) == 1:
            return {batch[0]["id"]: str((done.error or {}).get("message"))}
        middle = len(batch) // 2
        return self._put(client, index, batch[:middle]) | self._put(client, index, batch[middle:])

    def _swap(self, client: Client, new: str) -> None:
        self._ensure(client)
        self._done(client, client.swap_indexes([{"indexes": [self._index, new]}]))
        self._done(client, client.delete_index(new))

    def _ensure(self, client: Client) -> None:
        try:
            client.get_index(self._index)
        except MeilisearchApiError as error:
            if error.code != "index_not_found":
                raise
            self._done(client, client.create_index(self._index, {"primaryKey": "id"}))

    def _forget(self, client: Client, uid: str) -> None:
        """Delete what an interrupted rebuild left, if anything."""
        client.wait_for_task(client.delete_index(uid).task_uid, _TASK_MS)

    def _done(self, client: Client, task: TaskInfo) -> None:
        """A write counts only when its task has succeeded."""
        done = client.wait_for_task(task.task_uid, _TASK_MS)
        if done.status != "succeeded":
            message = f"{done.type} {done.status}: {(done.error or {}).get('message')}"
            raise SearchUnavailable(message)

    def _client(self, timeout: float | None = None) -> Client:
        """One for each thread: the client edits headers that its calls share."""
        seconds = timeout or self._timeout
        clients: dict[float, Client] = vars(self._local).setdefault("clients", {})
        if seconds not in clients:
            clients[seconds] = Client(self._url, self._key or None, timeout=seconds)  # type: ignore[arg-type]  # passed on to requests, which takes fractions
        return clients[seconds]


@contextmanager
def _as_unavailable() -> Iterator[None]:
    """The client lets through errors of its HTTP library (all OSErrors) and of odd answers."""
    try:
        yield
    except (MeilisearchError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise SearchUnavailable(reason) from error
