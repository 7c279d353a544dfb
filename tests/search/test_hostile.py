"""Questions meant to hurt: each is answered, with hardly more work than an ordinary one."""

import sys
import unicodedata
from typing import Self

import pytest
from werkzeug.datastructures import MultiDict

from app.search.filters import CourseFilter
from app.search.finding import find
from app.search.saved.question import LONGEST, LONGEST_NAME, given, in_words, kept, read
from tests.search.graded import courses

pytestmark = pytest.mark.on_any_database

ORDINARY = "tôi muốn học tiếng anh giao tiếp cho người mới bắt đầu buổi tối ở quận 3"
MOST = 6
"""So many times the work of the ordinary question, in calls of functions and steps of SQLite."""

HOSTILE = {
    "100 kB of words": "tiếng anh " * 10_000,
    "100 kB in one word": "nghiêng" * 14_000,
    "100 kB of accents": "a" + "\u0301\u0323" * 25_000,
    "NUL and control characters": "tiếng\x00anh\x1f\x7f\x08 giao\x00tiếp",
    "operators": 'title_vi:tiếng* OR NEAR(anh, 5) AND NOT {tags} : ("giao" ^tiếp -học +vẽ',
    "quotes and brackets": "\"'`((((([[[[{{{{<<<<" * 400,
    "zero-width": "t\u200bi\u200cế\u200dng \u2060a\ufeffnh",
    "marks typed apart and together": unicodedata.normalize("NFD", "Tiếng Anh") + " Tiếng Anh",
    "bait for regular expressions": "a" * 5_000 + "!" + "(a+)+$" * 2_000 + " " * 5_000,
    "keys of a keyboard without end": "tieesng" * 3_000 + " " + "la65p" * 3_000,
    "a thousand places": "quận 3 phường bến thành q1 " * 400,
    "letters of every script": "".join(map(chr, range(0x3000, 0x3F00))) + "😀👩\u200d🎓" * 99,
}


@pytest.fixture
def city(embedded):
    embedded.rebuild(one.document for one in courses.made())
    embedded.warm()
    return embedded


class Work:
    """Counts what is done inside: Python's calls and SQLite's steps."""

    def __init__(self, engine) -> None:
        self.calls = self.steps = 0
        with engine.store.reading() as self.db:
            pass

    def __enter__(self) -> Self:
        self.db.set_progress_handler(self._step, 100)
        sys.setprofile(self._call)
        return self

    def __exit__(self, *_error) -> None:
        sys.setprofile(None)
        self.db.set_progress_handler(None, 100)

    def _call(self, _frame, event, _what) -> None:
        self.calls += event in ("call", "c_call")

    def _step(self) -> int:
        self.steps += 1
        return 0


def answered(engine, text: str) -> Work:
    names = courses.names()
    with Work(engine) as work:
        find(engine, CourseFilter(text), lambda q, skip: engine.understand(q, names, skip))
        engine.suggest(text)
    return work


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_question_costs_much_more_than_another(city, text):
    usual, hostile = answered(city, ORDINARY), answered(city, text)
    assert hostile.calls <= MOST * usual.calls
    assert hostile.steps <= MOST * usual.steps


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_pages_and_suggestions_answer_every_question(client, text):
    good = {400} if "\x00" in text else {200}
    for address in ("/vi/courses", "/en/suggest", "/vi/wards/suggest", "/vi/search-alerts"):
        assert client.get(address, query_string={"q": text[:300]}).status_code in good
        assert client.get(address, query_string={"q": text}).status_code in {*good, 414}
    assert client.get("/vi/courses", query_string={"near": text[:300]}).status_code in good


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_every_question_can_be_waited_for(city, text):
    """Whoever asks to be told leaves a question that a job answers every day."""
    wanted = read(MultiDict({"q": text, "near": text}), {})
    question = kept(wanted)
    assert len(question) <= LONGEST
    assert len(in_words(wanted, {})) <= LONGEST_NAME
    asked = read(given(question), {})
    assert asked.wanted == wanted.wanted
    names = courses.names()
    find(city, asked.wanted, lambda q, skip: city.understand(q, names, skip))


@pytest.mark.parametrize("hidden", ["zero-width", "marks typed apart and together"])
def test_what_is_hidden_in_a_word_does_not_hide_the_course(client, city, hidden):
    typed = HOSTILE[hidden]
    found = city.search(CourseFilter(typed))
    assert found.hits or found.similar
