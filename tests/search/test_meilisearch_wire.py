"""What goes over the wire to Meilisearch, seen by a stand-in that keeps every request.

It shows the shape of our requests and how answers and failures are read; it is not the server.
"""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.search.engine import RefusedDocuments, SearchUnavailable
from app.search.filters import CourseFilter
from app.search.meilisearch import MeilisearchEngine
from app.search.text import words
from tests.search.catalogue import course, known, titled
from tests.search.stand_in import serving

NOW = "2026-11-01T08:00:00.000000Z"


class StandIn(ThreadingHTTPServer):
    """Enough of the server: tasks that succeed or fail, and one prepared answer for searches."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[str, str, object]] = []
        self.failing: set[str] = set()
        self.bad_ids: set[str] = set()
        self.status, self.delay, self.garbage = 200, 0.0, False
        self.hits: list[dict] = []
        self.total: int | None = None
        self.stored = 0
        self.tasks: dict[int, str] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.seen if "/tasks/" not in path]

    def bodies(self, path: str) -> list:
        return [body for _, seen, body in self.seen if seen == path]


class Handler(BaseHTTPRequestHandler):
    server: StandIn
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        body = json.loads(raw) if raw else None
        path = self.path.partition("?")[0]
        self.server.seen.append((self.command, path, body))
        time.sleep(self.server.delay)
        if self.server.garbage:
            return self.send(200, b"<html>not json")
        if self.server.status != 200:
            return self.send(self.server.status, b'{"message": "no", "code": "oops"}')
        return self.send(*self.reply(path, body))

    do_GET = do_POST = do_PATCH = do_DELETE = answer  # noqa: N815 - http.server looks for them

    def reply(self, path: str, body) -> tuple[int, bytes]:
        if self.command != "GET" and not path.endswith("search"):
            return 202, dump(self.enqueue(path, body))
        return 200, dump(self.look(path, body))

    def look(self, path: str, body) -> dict:
        kind = path.rpartition("/")[2]
        if path.startswith("/tasks/"):
            return task(int(kind), self.server.tasks[int(kind)])
        if kind == "multi-search":
            return {"results": [self.found(query) for query in body["queries"]]}
        if kind == "search":
            return self.found(body)
        stats = {
            "numberOfDocuments": self.server.stored,
            "isIndexing": False,
            "fieldDistribution": {},
        }
        index = {"uid": "courses", "primaryKey": "id", "createdAt": NOW, "updatedAt": NOW}
        return {"health": {"status": "available"}, "stats": stats}.get(kind, index)

    def enqueue(self, path: str, body) -> dict:
        number, ids = len(self.server.tasks), set()
        if path.endswith("/documents"):
            ids = {record["id"] for record in body}
            self.server.stored += len(ids)
        failed = any(part in path for part in self.server.failing) or ids & self.server.bad_ids
        self.server.tasks[number] = "failed" if failed else "succeeded"
        return {
            "taskUid": number,
            "indexUid": None,
            "status": "enqueued",
            "type": "any",
            "enqueuedAt": NOW,
        }

    def found(self, query: dict) -> dict:
        hits = self.server.hits
        total = len(hits) if self.server.total is None else self.server.total
        facets = {name: {"x": len(query["filter"])} for name in query.get("facets", [])}
        return {"hits": hits, "totalHits": total, "facetDistribution": facets, "query": query["q"]}

    def send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data)
        except OSError:
            self.close_connection = True

    def log_message(self, *_args) -> None:
        pass


def dump(value) -> bytes:
    return json.dumps(value).encode()


def task(number: int, status: str) -> dict:
    error = (
        {"message": "bad", "code": "x", "type": "x", "link": "x"} if status == "failed" else None
    )
    return {"uid": number, "status": status, "type": "any", "enqueuedAt": NOW, "error": error}


@pytest.fixture
def server():
    with serving(StandIn()) as stand_in:
        yield stand_in


@pytest.fixture
def engine(server):
    return MeilisearchEngine(server.url, "a key", timeout=0.3)


def hit(number: int, title: str, score: float = 1.0) -> dict:
    from_title = course(number, title_vi=title)
    return {**record(from_title), "_rankingScore": score}


def record(document) -> dict:
    marks = " \n ".join([" ".join(word.mark for word in words(document.title_vi)), *[""] * 6])
    shown = {"title_vi": document.title_vi, "title_en": document.title_en, "shown_tags": []}
    return {"id": document.id, "marks": marks, **shown}


def test_a_rebuild_fills_a_new_index_and_swaps(engine, server):
    assert engine.rebuild(known()) == len(known())
    assert server.paths() == [
        "DELETE /indexes/courses_new",
        "POST /indexes",
        "PATCH /indexes/courses_new/settings",
        "POST /indexes/courses_new/documents",
        "GET /indexes/courses_new/stats",
        "GET /indexes/courses",
        "POST /swap-indexes",
        "DELETE /indexes/courses_new",
    ]
    assert server.bodies("/swap-indexes") == [[{"indexes": ["courses", "courses_new"]}]]


def test_the_settings_keep_the_rules_of_both_engines(engine, server):
    engine.rebuild(known())
    (sent,) = server.bodies("/indexes/courses_new/settings")
    assert sent["rankingRules"][0] == "sort"
    assert sent["typoTolerance"]["minWordSizeForTypos"] == {"oneTypo": 5, "twoTypos": 9}
    assert sent["stopWords"] == []
    assert sent["localizedAttributes"] == [{"attributePatterns": ["*"], "locales": ["vie"]}]
    assert "tieng anh" in sent["synonyms"]["zzpanhvan"]
    assert sent["synonyms"]["online"] == ["zzmodeonline"]
    assert sent["synonyms"]["ky"] == ["ki"]


@pytest.mark.parametrize("step", ["/settings", "/documents", "swap"])
def test_a_failed_task_stops_before_the_old_index_is_lost(engine, server, step):
    server.failing = {step}
    with pytest.raises(SearchUnavailable):
        engine.rebuild(known())
    assert ("POST /swap-indexes" in server.paths()) == (step == "swap")
    assert server.paths().count("DELETE /indexes/courses_new") == 1


def test_a_count_that_differs_stops_the_rebuild(engine, server):
    server.stored = 5
    with pytest.raises(SearchUnavailable, match="documents sent"):
        engine.rebuild(known())
    assert "POST /swap-indexes" not in server.paths()


def test_a_refused_document_is_found_and_named(engine, server):
    server.bad_ids = {"course-3"}
    with pytest.raises(RefusedDocuments) as caught:
        engine.apply(titled("Một", "Hai", "Ba", "Bốn", "Năm"), ["course-9"])
    assert caught.value.reasons == {"course-3": "bad"}
    assert server.paths()[-1] == "DELETE /indexes/courses/documents/course-9"


def test_documents_carry_codes_and_folded_words(engine, server):
    engine.apply([course(7, title_vi="Đá bóng", ward=("26734",), free=True, geo=((10.5, 106.5),))])
    ((sent,),) = server.bodies("/indexes/courses/documents")
    assert (sent["id"], sent["title_vi"], sent["ward"], sent["free"]) == (
        "course-7",
        "Đá bóng",
        ["26734"],
        ["1"],
    )
    assert sent["_geo"] == {"lat": 10.5, "lng": 106.5}
    assert sent["flags"].split()[0] == "zzfree1"
    assert "zzsfootballzz" in sent["flags"].split()
    assert "topic" not in sent


def test_a_search_is_one_request_with_one_count_for_each_filter(engine, server):
    server.hits = [hit(number, "Yoga") for number in range(1, 11)]
    asked = CourseFilter(
        'tin học "-văn', topic=('a"b\\',), ward=("26734", "26740"), free=True, page=2
    )
    page = engine.search(asked)
    (body,) = server.bodies("/multi-search")
    main, *counts, of_subject = body["queries"]
    assert (of_subject["q"], of_subject["filter"][:3]) == (main["q"], main["filter"])
    assert '"computing"' in of_subject["filter"][3]
    assert main["filter"] == [
        'topic IN ["a\\"b\\\\"]',
        'ward IN ["26734", "26740"]',
        'free IN ["1"]',
    ]
    assert (main["q"], main["matchingStrategy"], main["locales"]) == (
        "zzptinhoc van",
        "all",
        ["vie"],
    )
    assert [query["facets"] for query in counts] == [["topic"], ["ward"], ["free"]]
    assert [len(query["filter"]) for query in counts] == [2, 2, 2]
    assert page.facets["topic"] == {"x": 2}
    assert page.facets["mode"] == {"x": 3}


@pytest.mark.parametrize(
    ("asked", "sort"),
    [
        (CourseFilter(), ["soonest:asc", "id_sort:asc"]),
        (CourseFilter("may"), []),
        (CourseFilter("may", sort="newest"), ["newest:desc", "id_sort:asc"]),
        (
            CourseFilter(sort="nearest", near=(10.5, 106.5)),
            ["closed:asc", "_geoPoint(10.5, 106.5):asc", "id_sort:asc"],
        ),
        (CourseFilter("may", sort="nearest"), []),
    ],
)
def test_sorts(engine, server, asked, sort):
    engine.search(asked)
    assert server.bodies("/multi-search")[0]["queries"][0]["sort"] == sort


def test_a_finished_word_is_closed_with_a_blank(engine, server):
    engine.search(CourseFilter("tin hoc "))
    engine.search(CourseFilter("yoga quận 1"))
    asked = [body["queries"][0]["q"] for body in server.bodies("/multi-search")]
    assert "zzptinhoc " in asked
    assert 'yoga "quan 1" ' in asked


def test_the_typed_accents_come_first(engine, server):
    server.hits = [hit(1, "May áo"), hit(2, "Mây tre"), hit(3, "Máy cày"), hit(4, "Máy")]
    page = engine.search(CourseFilter("máy"))
    assert [found.id for found in page.hits] == ["course-3", "course-4", "course-1", "course-2"]


def test_slips_the_server_forgave_come_after_the_word_itself(engine, server):
    server.hits = [hit(1, "Gardenin plants"), hit(2, "Gardening at home"), hit(3, "Gardening")]
    page = engine.search(CourseFilter("gardening "))
    assert [found.id for found in page.hits] == ["course-2", "course-3", "course-1"]


def test_what_names_a_subject_is_sent_as_one_word(engine, server):
    engine.rebuild(known())
    (sent,) = server.bodies("/indexes/courses_new/settings")
    assert "zzssewingzz" in sent["synonyms"]["zzpcatmay"]
    assert "zzssewingzz" in sent["synonyms"]["sewing"]
    (records,) = server.bodies("/indexes/courses_new/documents")
    names = {record["id"]: record["names"].split() for record in records}
    assert "zzpchamsocnguoicaotuoi" in names["course-14"]
    assert "cpp" in names["course-12"]
    for text in ("cắt may ", "chăm sóc người cao tuổi ", "sewing ", "kí hoạ "):
        engine.search(CourseFilter(text))
    asked = {body["queries"][0]["q"] for body in server.bodies("/multi-search")}
    assert asked == {"zzpcatmay ", "zzpchamsocnguoicaotuoi ", "sewing ", "zzsdrawingzz "}


def test_a_page_that_is_not_full_asks_for_what_is_next_to_the_subject(engine, server):
    engine.search(CourseFilter("cắt may", free=True))
    _, fill = server.bodies("/multi-search")
    partial, near = fill["queries"]
    assert partial["matchingStrategy"] == "frequency"
    assert near["filter"][0] == 'free IN ["1"]'
    assert '"embroidery"' in near["filter"][1]
    assert near["q"].strip() == ""


def test_similar_hits_are_those_not_yet_shown(engine, server):
    server.hits = [hit(1, "Yoga"), hit(2, "Yoga sáng")]
    page = engine.search(CourseFilter("yoga sang"))
    assert server.bodies("/multi-search")[1]["queries"][0]["matchingStrategy"] == "frequency"
    assert page.similar == ()


def test_totals_end_at_a_thousand(engine, server):
    server.total = 1001
    page = engine.search(CourseFilter("yoga"))
    assert (page.total, page.capped) == (1000, True)


def test_suggestions(engine, server):
    server.hits = [hit(1, "Tiếng Anh"), hit(2, "Yoga")]
    assert [one.text for one in engine.suggest("tiê")] == ["Tiếng Anh"]
    assert engine.suggest("t") == []


@pytest.mark.parametrize("status", [400, 401, 403, 429, 500, 503])
def test_every_refusal_is_unavailable(engine, server, status):
    server.status = status
    for ask in (
        lambda: engine.search(CourseFilter("yoga")),
        lambda: engine.suggest("yoga"),
        lambda: engine.apply(titled("Yoga")),
    ):
        with pytest.raises(SearchUnavailable):
            ask()
    assert not engine.health()


def test_garbage_slowness_and_silence_are_unavailable(engine, server):
    server.garbage = True
    with pytest.raises(SearchUnavailable):
        engine.search(CourseFilter("yoga"))
    server.garbage, server.delay = False, 0.6
    with pytest.raises(SearchUnavailable):
        engine.search(CourseFilter("yoga"))
    nobody = MeilisearchEngine("http://127.0.0.1:1", timeout=0.3)
    assert not nobody.health()
    with pytest.raises(SearchUnavailable):
        nobody.search(CourseFilter("yoga"))


def test_health(engine):
    assert engine.health()


def test_threads_do_not_share_a_client(engine, server):
    """Shared headers once lost their content type; a lost one would answer no JSON here."""
    server.hits = [hit(1, "Yoga")]
    totals = []

    def ask() -> None:
        totals.extend(engine.search(CourseFilter("yoga")).total for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals == [1] * 60
