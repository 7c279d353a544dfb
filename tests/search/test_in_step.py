"""Both indexes say what the database says, whoever was away, wiped or slow meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from app.catalogue.events import CourseChanged
from app.catalogue.models import Course, CourseStatus
from app.core import clock, jobs
from app.core.db import db, transaction
from app.search import in_step
from app.search.embedded.engine import EmbeddedEngine
from app.search.engine import Engines, RefusedDocuments
from app.search.filters import CourseFilter
from app.search.meilisearch import MeilisearchEngine
from tests.factories import RunFactory
from tests.search.stand_in import StandIn, serving

LATER = timedelta(seconds=20)


@pytest.fixture
def server():
    with serving(StandIn()) as stand_in:
        yield stand_in


@pytest.fixture
def both(app, server, tmp_path):
    """The installation with a search server, both indexes built and empty."""
    before = app.extensions["search"]
    embedded = EmbeddedEngine(tmp_path / "search.db")
    app.extensions["search"] = Engines(embedded, MeilisearchEngine(server.url, "a key"))
    in_step.rebuild()
    yield app.extensions["search"]
    embedded.close()
    app.extensions["search"] = before


def add(*titles: str) -> list[int]:
    """Courses that can be joined, and the events of their coming."""
    ids = [RunFactory(course__title_vi=title).course_id for title in titles]
    tell(*ids)
    return ids


def tell(*course_ids: int) -> None:
    with transaction():
        for id_ in course_ids:
            jobs.emit(CourseChanged(id_))


def retitle(course_id: int, title: str) -> None:
    with transaction() as session:
        session.get_one(Course, course_id).title_vi = title
        jobs.emit(CourseChanged(course_id))


def server_titles(server) -> set[str]:
    return {document["title_vi"] for document in server.documents().values()}


def is_in_step(both) -> bool:
    db.session.rollback()
    return not any(in_step.differences(engine).ids() for engine in both.all())


def test_both_follow_a_change(both, server, run_jobs):
    (cooking,) = add("Nấu ăn chay")
    run_jobs()
    assert server_titles(server) == {"Nấu ăn chay"}
    retitle(cooking, "Nấu món Huế")
    run_jobs()
    assert both.embedded.search(CourseFilter("món Huế")).total == 1
    assert server_titles(server) == {"Nấu món Huế"}
    with transaction() as session:
        session.get_one(Course, cooking).status = CourseStatus.WITHDRAWN
        jobs.emit(CourseChanged(cooking))
    run_jobs()
    assert both.embedded.size() == both.primary.size() == 0


def test_many_changes_are_one_request_to_the_server(both, server, run_jobs):
    add(*(f"Lớp {number}" for number in range(30)))
    server.seen.clear()
    run_jobs()
    assert server.seen.count("POST /indexes/courses/documents") == 1
    assert len(server.documents()) == 30


def test_a_server_that_is_away_holds_nothing_up_and_follows_later(both, server, run_jobs):
    server.is_away = True
    add("Đan len", "Thêu tay")
    run_jobs()
    assert both.embedded.search(CourseFilter("dan len")).total == 1
    assert jobs.failing() == []
    assert in_step.lag()["server_behind"] == 2
    server.is_away = False
    with time_machine.travel(clock.now() + LATER):
        run_jobs()
    assert server_titles(server) == {"Đan len", "Thêu tay"}
    assert in_step.lag()["server_behind"] == 0


@pytest.mark.parametrize("loss", ["documents", "index"])
def test_a_wiped_server_is_filled_again(both, server, run_jobs, loss):
    add("Cờ vua", "Cờ tướng")
    run_jobs()
    if loss == "index":
        server.wipe()
    else:
        server.documents().clear()
    in_step.look_after()
    assert server_titles(server) == {"Cờ vua", "Cờ tướng"}
    assert server.settings["courses"]["stopWords"] == []


def test_a_lost_embedded_index_is_built_by_whoever_looks_after_it(both, run_jobs):
    add("Cờ vua")
    run_jobs()
    with both.embedded.store.writing() as index:
        index.execute("DELETE FROM meta WHERE name = 'built'")
    in_step.look_after()
    assert is_in_step(both)
    assert both.embedded.size() == 1


@pytest.mark.parametrize("engine", ["embedded", "primary"])
def test_what_differs_is_named_and_mended_and_nothing_else_touched(both, server, run_jobs, engine):
    ids = add(*(f"Lớp {number}" for number in range(12)))
    run_jobs()
    broken = getattr(both, engine)
    db.session.get_one(Course, ids[0]).title_vi = "Lớp khác"  # no event tells of it
    db.session.commit()
    broken.apply([], [f"course-{ids[1]}"])
    assert in_step.differences(broken) == in_step.Difference(
        missing=(f"course-{ids[1]}",), changed=(f"course-{ids[0]}",), documents=12
    )
    builds = server.seen.count("POST /swap-indexes")
    in_step.heal()
    assert is_in_step(both)
    assert server.seen.count("POST /swap-indexes") == builds


def test_what_should_not_be_found_any_more_is_taken_out(both, run_jobs):
    ids = add(*(f"Lớp {number}" for number in range(8)))
    run_jobs()
    db.session.get_one(Course, ids[0]).status = CourseStatus.WITHDRAWN  # no event tells of it
    db.session.commit()
    healed = in_step.heal()
    assert healed["embedded"].surplus == healed["meilisearch"].surplus == (f"course-{ids[0]}",)
    assert is_in_step(both)


def test_what_changes_while_the_server_is_filled_anew_is_not_lost(app, both, server, run_jobs):
    (chess, yoga) = add("Cờ vua", "Yoga")
    run_jobs()

    def meanwhile() -> None:
        with app.app_context():
            retitle(chess, "Cờ vây")
            in_step.refresh([f"course-{chess}"])
            db.session.remove()

    server.before_swap = meanwhile
    in_step.rebuild()
    assert server_titles(server) == {"Cờ vây", "Yoga"}
    assert yoga


def test_a_refused_document_is_named_to_administrators_and_the_others_follow(
    both, server, run_jobs
):
    ids = add(*(f"Lớp {number}" for number in range(8)))
    server.refused_ids = {f"course-{ids[3]}"}
    run_jobs()
    assert len(server.documents()) == 7
    assert f"course-{ids[3]}" in jobs.failing()[0].error


def test_a_refused_document_keeps_no_other_from_being_mended(both, server, run_jobs, monkeypatch):
    ids = add(*(f"Lớp {number}" for number in range(12)))
    run_jobs()
    monkeypatch.setattr("app.search.in_step.batches", lambda all_ids: [[one] for one in all_ids])
    both.primary.apply([], [f"course-{ids[0]}", f"course-{ids[1]}"])
    server.refused_ids = {f"course-{ids[0]}"}
    with pytest.raises(RefusedDocuments):
        in_step.heal()
    assert sorted(server.documents()) == sorted(f"course-{id_}" for id_ in ids[1:])


def test_a_wiped_server_is_filled_past_what_it_refuses_and_followed_from_there(
    both, server, run_jobs, command
):
    ids = add(*(f"Lớp {number}" for number in range(8)))
    run_jobs()
    server.wipe()
    server.refused_ids = {f"course-{ids[3]}"}
    assert f"refused: course-{ids[3]}" in command("search", "rebuild", status=1)
    assert len(server.documents()) == 7
    assert in_step.lag()["server_behind"] == 0


def test_a_few_documents_less_are_no_lost_index(both, server, run_jobs):
    """Else everything would be compared every minute while one document is refused."""
    ids = add(*(f"Lớp {number}" for number in range(8)))
    server.refused_ids = {f"course-{ids[3]}"}
    run_jobs()
    server.seen.clear()
    in_step.look_after()
    assert "POST /indexes/courses/documents/fetch" not in server.seen


def test_who_reads_later_writes_later(app, both, run_jobs):
    """Of two workers at one course the slower must not bring an older title back."""
    (course_id,) = add("Cũ")

    def work() -> None:
        with app.app_context():
            in_step.refresh([f"course-{course_id}"])

    with ThreadPoolExecutor(1) as pool:
        with both.embedded.alone("write"):
            slow = pool.submit(work)
            with pytest.raises(TimeoutError):
                slow.result(0.3)  # it waits before it has read anything
            retitle(course_id, "Mới")
        slow.result(10)
    assert both.embedded.search(CourseFilter("mới")).total == 1


def test_one_follows_at_a_time_and_the_other_asks_for_another_look(both, server):
    add("Cờ vua")
    in_step.refresh([f"course-{course.id}" for course in db.session.query(Course)])
    db.session.rollback()
    with both.embedded.alone("follow"):
        in_step.catch_up()
        assert server.documents() == {}
    assert jobs.waiting_for(in_step.ServerBehind)


def test_the_command_says_what_differs_and_mends_it(both, server, run_jobs, command):
    (course_id, *_) = add(*(f"Lớp {number}" for number in range(8)))
    run_jobs()
    assert "embedded: 8 documents, 0 differ" in command("search", "check")
    server.documents().pop(f"course-{course_id}")
    said = command("search", "check", status=2)
    assert f"missing 1: course-{course_id}" in said
    assert "healed" in command("search", "check", "--heal")
    assert "meilisearch: 8 documents, 0 differ" in command("search", "check")


def test_how_far_the_indexes_are_behind_is_told_to_monitors(both, client, command):
    add("Cờ vua")
    told = client.get("/readyz").json["search"]
    assert told["jobs_waiting"] == 1
    assert '"server_behind": 0' in command("search", "lag")
