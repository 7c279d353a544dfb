"""The pair of engines: a server that is away must not be felt, only said."""

import logging
import time

import pytest

from app.search.engine import Engines, SearchUnavailable
from app.search.filters import CourseFilter, Results
from tests.search.catalogue import titled


class Server:
    """A primary engine with a temper: answers, fails or dawdles."""

    name = "server"

    def __init__(self, delay: float = 0.0, *, fails: bool = False, found: int = 0) -> None:
        self.found = found
        self.delay, self.fails, self.asked = delay, fails, 0

    def search(self, _wanted):
        self.asked += 1
        time.sleep(self.delay)
        if self.fails:
            raise SearchUnavailable
        return Results(engine=self.name, total=self.found)

    def suggest(self, *_typed):
        raise AssertionError

    def health(self):
        return not self.fails


def test_the_server_answers_while_it_can(embedded):
    page = Engines(embedded, Server(found=1)).search(CourseFilter("yoga"))
    assert (page.engine, page.degraded) == ("server", False)


@pytest.mark.parametrize("server", [Server(fails=True), Server(delay=0.5)], ids=["fails", "slow"])
def test_the_embedded_engine_answers_for_a_server_that_is_away(embedded, server, caplog):
    embedded.rebuild(titled("Yoga"))
    both = Engines(embedded, server, limit=0.05)
    with caplog.at_level(logging.WARNING, "app.search.engine"):
        pages = [both.search(CourseFilter("yoga")) for _ in range(5)]
    assert {(page.engine, page.degraded, page.total) for page in pages} == {("embedded", True, 1)}
    assert server.asked == 1
    assert len(caplog.records) == 1


def test_a_server_that_came_back_is_asked_again(embedded, monkeypatch):
    monkeypatch.setattr("app.search.engine.PAUSE_S", 0.0)
    server = Server(fails=True)
    both = Engines(embedded, server)
    assert both.search(CourseFilter()).degraded
    server.fails = False
    assert not both.search(CourseFilter()).degraded


def test_a_server_that_lost_its_documents_is_not_believed(embedded):
    embedded.rebuild(titled("Yoga"))
    page = Engines(embedded, Server()).search(CourseFilter("yoga"))
    assert (page.engine, page.total) == ("embedded", 1)
    assert Engines(embedded, Server()).search(CourseFilter("cờ vua")).engine == "server"


def test_whether_each_would_answer_is_told(embedded):
    embedded.rebuild(titled("Yoga"))
    assert Engines(embedded, Server(fails=True)).health() == {"embedded": True, "server": False}


def test_suggestions_come_from_the_embedded_engine(embedded):
    embedded.rebuild(titled("Yoga"))
    assert [one.text for one in Engines(embedded, Server()).suggest("yo")] == ["Yoga"]
