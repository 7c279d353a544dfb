"""A search server of the tests' own: it keeps documents, and can be wiped, killed or held up.

    python -m tests.search.stand_in PORT

Enough of Meilisearch's addresses for a client that writes, compares and swaps; it searches by whole
words only. It is not the server: what it says of relevance or of typos means nothing.
"""

import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

NOW = "2026-11-01T08:00:00.000000Z"
Json = dict[str, Any]


class StandIn(ThreadingHTTPServer):
    """Every write is a task that has succeeded at once, unless it holds a refused document."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.lock = threading.Lock()
        self.seen: list[str] = []
        self.refused_ids: set[str] = set()
        self.is_away = False
        self.before_swap = lambda: None
        self.wipe()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def wipe(self) -> None:
        self.indexes: dict[str, dict[str, Json]] = {}
        self.settings: dict[str, Json] = {}
        self.tasks: list[str] = []

    def documents(self, index: str = "courses") -> dict[str, Json]:
        return self.indexes.get(index, {})


class Missing(Exception):
    """There is no such index."""


class Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = unquote(urlsplit(self.path).path)
        self.server.seen.append(f"{self.command} {address}")
        if self.server.is_away:
            return self.send(503, {"message": "away", "code": "away"})
        if address == "/swap-indexes":
            self.server.before_swap()
        with self.server.lock:
            try:
                status, told = self.reply(address.strip("/").split("/"), json.loads(raw or "null"))
            except Missing:
                status, told = 404, {"message": "no index", "code": "index_not_found"}
        return self.send(status, told)

    do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = answer  # noqa: N815 - http.server looks for them

    def reply(self, parts: list[str], body: Any) -> tuple[int, Json]:
        match self.command, parts:
            case "GET", ["health"]:
                return 200, {"status": "available"}
            case "GET", ["tasks", number]:
                return 200, self.task(int(number))
            case "POST", ["multi-search"]:
                return 200, {"results": [self.found(query) for query in body["queries"]]}
            case "POST", ["indexes"]:
                self.server.indexes.setdefault(body["uid"], {})
                return self.done()
            case "POST", ["swap-indexes"]:
                return self.swap(*body[0]["indexes"])
            case _, ["indexes", uid, *rest]:
                return self.of_index(uid, rest, body)
        raise AssertionError(parts)

    def of_index(self, uid: str, rest: list[str], body: Any) -> tuple[int, Json]:
        if self.command == "DELETE" and not rest:
            known = self.server.indexes.pop(uid, None)
            return self.done("succeeded" if known is not None else "failed")
        if uid not in self.server.indexes:
            raise Missing
        documents = self.server.indexes[uid]
        about = {"uid": uid, "primaryKey": "id", "createdAt": NOW, "updatedAt": NOW}
        stats = {"isIndexing": False, "fieldDistribution": {}, "numberOfDocuments": len(documents)}
        match self.command, rest:
            case "GET", _:
                return 200, stats if rest == ["stats"] else about
            case "PATCH", ["settings"]:
                self.server.settings[uid] = body
                return self.done()
            case "POST", ["documents", "fetch"]:
                start = body["offset"]
                page = [*documents.values()][start : start + body["limit"]]
                kept = [{name: one.get(name) for name in body["fields"]} for one in page]
                total = len(documents)
                return 200, {"results": kept, "offset": start, "limit": 1, "total": total}
            case "POST", ["documents"]:
                return self.put(documents, body)
            case "DELETE", ["documents", id_]:
                documents.pop(id_, None)
                return self.done()
        raise AssertionError(rest)

    def put(self, documents: dict[str, Json], records: list[Json]) -> tuple[int, Json]:
        if self.server.refused_ids & {record["id"] for record in records}:
            return self.done("failed")
        documents |= {record["id"]: record for record in records}
        return self.done()

    def swap(self, one: str, other: str) -> tuple[int, Json]:
        for of in (self.server.indexes, self.server.settings):
            of[one], of[other] = of.get(other, {}), of.get(one, {})  # type: ignore[index]
        return self.done()

    def done(self, status: str = "succeeded") -> tuple[int, Json]:
        self.server.tasks.append(status)
        number = len(self.server.tasks) - 1
        return 202, {
            "taskUid": number, "indexUid": None, "status": "enqueued", "type": "any",
            "enqueuedAt": NOW,
        }  # fmt: skip

    def task(self, number: int) -> Json:
        status = self.server.tasks[number] if number < len(self.server.tasks) else "failed"
        return {
            "uid": number, "indexUid": None, "status": status, "type": "any", "canceledBy": None,
            "details": None, "error": None if status == "succeeded" else {"message": "refused"},
            "duration": None, "enqueuedAt": NOW, "startedAt": NOW, "finishedAt": NOW,
        }  # fmt: skip

    def found(self, query: Json) -> Json:
        documents = self.server.indexes.get(query["indexUid"])
        if documents is None:
            raise Missing
        wanted = set(query["q"].split())
        hits = [
            {**one, "_rankingScore": 1.0}
            for one in documents.values()
            if wanted <= set(f"{one['title_vi']} {one['title_en']}".lower().split())
        ]
        facets: Json = {name: {} for name in query.get("facets", [])}
        return {
            "hits": hits, "totalHits": len(hits), "facetDistribution": facets, "query": query["q"],
        }  # fmt: skip

    def send(self, status: int, told: Json) -> None:
        data = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: object) -> None:
        """Nothing: the tests look at `seen`."""


@contextmanager
def serving(server: Any) -> Iterator[Any]:
    """A server of this kind, in a thread, as long as the block runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    StandIn(int(sys.argv[1])).serve_forever()
