"""The index file: several readers and writers, rebuilds beside them, and sudden ends."""

import multiprocessing
import os
import sqlite3
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.documents import Document
from app.search.embedded import bits
from app.search.embedded.engine import EmbeddedEngine
from app.search.embedded.store import at, live_version
from app.search.embedded.vocabulary import Vocabulary
from app.search.engine import SearchUnavailable
from app.search.filters import FACETS, CourseFilter
from tests.search.catalogue import course, many, titled

PROCESSES = multiprocessing.get_context("fork")


def total(engine, q: str = "", **wanted) -> int:
    return engine.search(CourseFilter(q, **wanted)).total


def test_an_empty_file_answers_with_nothing(embedded):
    assert not embedded.health()
    assert embedded.search(CourseFilter("tiếng anh")).hits == ()
    assert embedded.suggest("ti") == []


def test_another_process_sees_changes_on_its_next_question(embedded, tmp_path):
    other = EmbeddedEngine(tmp_path / "search.db")
    embedded.rebuild(titled("Yoga"))
    assert total(other, "yoga") == 1
    embedded.apply([course(2, title_vi="Yoga khiêu vũ", topic=("sport",))], ["course-1"])
    assert total(other, "yoga") == 1
    assert total(other, topic=("sport",)) == 1
    embedded.rebuild(titled("Yoga", "Yoga"))
    assert total(other, "yoga") == 2
    other.close()


def test_following_changes_ends_where_loading_anew_does(embedded, tmp_path):
    embedded.rebuild(many(200))
    embedded.warm()
    embedded.apply(many(80, seed=8), [f"course-{number}" for number in range(100, 150)])
    fresh = EmbeddedEngine(tmp_path / "search.db")
    for name in FACETS:
        for value, count in fresh.search(CourseFilter()).facets[name].items():
            asked = {name: True if name in ("free", "open") else (value,)}
            assert embedded.search(CourseFilter(**asked)).total == count
    assert (
        embedded.search(CourseFilter()).facets.keys() == fresh.search(CourseFilter()).facets.keys()
    )
    fresh.close()


def test_who_fell_far_behind_loads_anew(embedded, tmp_path, monkeypatch):
    monkeypatch.setattr("app.search.embedded.store._CHANGES_KEPT", 3)
    embedded.rebuild(titled("Yoga"))
    late = EmbeddedEngine(tmp_path / "search.db")
    late.warm()
    embedded.apply([course(number, title_vi="Cờ vua") for number in range(1, 30)])
    assert (total(late), total(late, "cờ vua")) == (29, 29)
    late.close()


def test_changes_during_a_rebuild_are_kept(embedded, tmp_path):
    writer = EmbeddedEngine(tmp_path / "search.db")
    embedded.rebuild(titled("Yoga", "Khiêu vũ"))

    def read_slowly():
        yield from titled("Yoga", "Khiêu vũ")
        writer.apply([course(1, title_vi="Cờ vua"), course(3, title_vi="Bơi lội")], ["course-2"])

    assert embedded.rebuild(read_slowly()) == 2
    assert [total(embedded, q) for q in ("cờ vua", "bơi lội", "yoga", "khiêu vũ")] == [1, 1, 0, 0]
    writer.close()


def test_a_rebuild_that_fails_changes_nothing(embedded):
    embedded.rebuild(titled("Yoga"))

    def broken():
        yield course(2, title_vi="Cờ vua")
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        embedded.rebuild(broken())
    assert (total(embedded, "yoga"), total(embedded, "cờ vua")) == (1, 0)
    assert embedded.rebuild(titled("Cờ vua")) == 1


def test_readers_never_see_half_a_rebuild(embedded):
    """Six rebuilds, alternately 40 and 90 documents, while four threads ask without a pause."""
    embedded.rebuild(many(40))
    seen, wrong, done = set(), [], threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                page = embedded.search(CourseFilter(per_page=100))
                seen.add(page.total)
                if page.total != len(page.hits) or sum(page.facets["kind"].values()) != page.total:
                    wrong.append(page)
                embedded.search(CourseFilter("tieng anh", topic=("arts",)))
        except SearchUnavailable as error:
            wrong.append(error)
        finally:
            embedded.close()

    readers = [threading.Thread(target=ask) for _ in range(4)]
    for reader in readers:
        reader.start()
    for count in (90, 40, 90, 40, 90, 40):
        embedded.rebuild(many(count))
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert seen <= {40, 90}


def write(path, turns: int, ready) -> None:
    """A busy writer, in a process of its own."""
    engine = EmbeddedEngine(path)
    ready.set()
    for turn in range(turns):
        engine.apply(many(60, seed=turn), [f"course-{turn % 60}"])
        if turn % 3 == 0:
            engine.rebuild(many(60, seed=turn))


def test_a_killed_writer_leaves_a_sound_index(embedded, tmp_path):
    embedded.rebuild(many(60))
    for pause in (0.02, 0.05, 0.1, 0.15, 0.2, 0.3):
        ready = PROCESSES.Event()
        writer = PROCESSES.Process(target=write, args=(tmp_path / "search.db", 10**6, ready))
        writer.start()
        assert ready.wait(30)
        time.sleep(pause)
        writer.kill()
        writer.join()
        assert soundness(tmp_path / "search.db") == ("ok", True)
        assert embedded.search(CourseFilter()).total > 0
    assert embedded.rebuild(many(60)) == 60


def soundness(path) -> tuple[str, bool]:
    """SQLite's verdict, and whether the index has exactly the documents; raises if FTS5 objects."""
    db = sqlite3.connect(path, isolation_level=None)
    try:
        live = live_version(db)
        db.execute(at(live, "INSERT INTO fts_vN (fts_vN, rank) VALUES ('integrity-check', 1)"))
        documents = db.execute(at(live, "SELECT slot FROM docs_vN ORDER BY slot")).fetchall()
        indexed = db.execute(at(live, "SELECT rowid FROM fts_vN ORDER BY rowid")).fetchall()
        return db.execute("PRAGMA integrity_check").fetchone()[0], documents == indexed
    finally:
        db.close()


def test_two_processes_write_at_once(embedded, tmp_path):
    embedded.rebuild(titled("Yoga"))
    arguments = (tmp_path / "search.db", 12, PROCESSES.Event())
    writers = [PROCESSES.Process(target=write, args=arguments) for _ in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert soundness(tmp_path / "search.db") == ("ok", True)


def test_a_forked_process_opens_its_own_connection(embedded):
    embedded.rebuild(titled("Yoga"))
    child = os.fork()
    if child == 0:
        os._exit(0 if total(embedded, "yoga") == 1 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert total(embedded, "yoga") == 1


def test_an_index_of_another_format_is_emptied(embedded, tmp_path):
    embedded.rebuild(titled("Yoga"))
    with sqlite3.connect(tmp_path / "search.db") as db:
        db.execute("UPDATE meta SET value = 'old' WHERE name = 'format'")
    db.close()
    later = EmbeddedEngine(tmp_path / "search.db")
    assert (later.health(), total(later)) == (False, 0)
    assert later.rebuild(titled("Yoga")) == 1
    assert later.health()
    later.close()


def test_a_file_that_is_no_index_is_unavailable(tmp_path):
    path = tmp_path / "search.db"
    path.write_bytes(b"not a database, but long enough to look at" * 50)
    broken = EmbeddedEngine(path)
    assert not broken.health()
    with pytest.raises(SearchUnavailable):
        broken.search(CourseFilter())


def test_a_damaged_file_is_noticed_and_made_anew(tmp_path):
    path = tmp_path / "search.db"
    path.write_bytes(b"not a database, but long enough to look at" * 50)
    engine = EmbeddedEngine(path)
    assert not engine.health()
    assert engine.rebuild(many(300)) == 300
    assert engine.health()
    engine.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\x5a" * (len(whole) - 8192))
    later, other = EmbeddedEngine(path), EmbeddedEngine(path)
    with pytest.raises(SearchUnavailable):
        later.search(CourseFilter("tiếng anh"))
    assert not later.health()
    with pytest.raises(SearchUnavailable):
        other.search(CourseFilter("tiếng anh"))
    assert later.rebuild(many(300)) == 300
    assert later.search(CourseFilter("tiếng anh")).total > 0
    assert later.health()
    other.rebuild(many(300))
    assert other.search(CourseFilter("tiếng anh")).total > 0
    assert later.search(CourseFilter("tiếng anh")).total > 0
    for each in (later, other):
        each.close()


def test_a_file_that_was_taken_away_is_not_written_to_any_more(tmp_path):
    path = tmp_path / "search.db"
    web, worker = EmbeddedEngine(path), EmbeddedEngine(path)
    for _ in range(3):
        web.rebuild(titled("Yoga"))
    assert total(web, "yoga") == total(worker, "yoga") == 1
    path.unlink()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    assert not web.health()
    web.rebuild(titled("Yoga"))
    worker.apply([course(2, title_vi="Yoga buổi sáng")])
    assert total(web, "yoga") == total(worker, "yoga") == 2
    for each in (web, worker):
        each.close()


def test_two_words_in_one_and_one_in_two(embedded):
    embedded.rebuild(titled("Smartphone basics", "Tiếng Anh giao tiếp"))
    for typed in ("smart phone ", "tienganh"):
        assert total(embedded, typed) == 1
    assert total(embedded, "smartphne basics ") == 1


def test_the_beginning_of_a_word_may_have_a_slip(embedded):
    embedded.rebuild(titled("Photography"))
    assert total(embedded, "photogar") == 1
    assert total(embedded, "photogar ") == 0


def test_a_document_must_make_sense():
    for wrong in ({"id": "x"}, {"topic": ("a b",)}, {"geo": ((95.0, 10.0),)}):
        with pytest.raises(ValueError, match=r"."):
            Document(**{"id": "course-1", "title_vi": "Yoga", **wrong})


def test_bit_sets_keep_their_slots():
    slots = [0, 3, 64, 199]
    assert bits.to_slots(bits.from_slots(slots, 200)) == slots
    assert bits.from_slots([], 0) == 0
    assert bits.to_slots(0) == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(title=st.text(st.characters(max_codepoint=0x1EFF, codec="utf-8"), min_size=1, max_size=30))
def test_any_title_finds_itself(embedded, title):
    embedded.apply([course(1, title_vi=title)])
    assert embedded.search(CourseFilter(title)).total == 1


def test_new_words_of_one_thread_do_not_disturb_the_slips_of_another():
    words = Vocabulary(["photo"])
    letters = "abcdefghijklmnopqrstuvwxyz"
    waited = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(1) as other:
            added = other.submit(
                lambda: [words.add([a * size]) for a in letters for size in range(3, 40)]
            )
            while not added.done():
                words.resembling("phto", 2)
            added.result()
    finally:
        sys.setswitchinterval(waited)
    assert words.resembling("phto", 2)["photo"] == 1
