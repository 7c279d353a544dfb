"""Five thousand changes flow while web server, worker and search server are killed in turn.

Afterwards both indexes say what the database says; at no time is a withdrawn course shown.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from app.catalogue.events import CourseChanged
from app.catalogue.models import Course, CourseStatus
from app.core import jobs
from app.core.db import db, transaction
from app.search import in_step
from app.search.engine import Engines, SearchUnavailable
from app.search.meilisearch import MeilisearchEngine
from app.search.service import installed
from tests.conftest import PROJECT
from tests.factories import RunFactory
from tests.home.test_server import answers, child, wait_until
from tests.storm.test_storm import running

COURSES, CHANGES = 200, 5000
_BETWEEN_KILLS = 6.5  # seconds; what ends sooner after its start counts as what could not begin
_TO_START, _TO_FOLLOW = 90, 300
_LOOK_EVERY, _PAUSE = 25, 0.3  # changes; seconds, so that they flow for a minute


class SearchServer:
    """The stand-in in a process of its own; killed, it has forgotten everything."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.search.stand_in", str(self.port)], cwd=PROJECT
        )

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def killing(site: int, server: SearchServer) -> Iterator[list[str]]:
    """One after the other, again and again, as long as the block runs; what was killed."""
    over, killed = Event(), []

    def kill() -> None:
        while not over.wait(_BETWEEN_KILLS):
            name = ("granian", "jobs work", "engine")[len(killed) % 3]
            killed.append(name)
            if name == "engine":
                server.kill()
                time.sleep(1)
                server.start()
            elif pid := child(site, name):
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)

    thread = Thread(target=kill)
    thread.start()
    yield killed
    over.set()
    thread.join()


def shows(port: int, course_id: int, word: str) -> bool | None:
    """Whether a search for this word shows the course; None while nobody answers."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/vi/courses?q={word}", timeout=10) as page:
            return f"/courses/{course_id}-" in page.read().decode()
    except (URLError, OSError):
        return None


def change(course_id: int, number: int, chance: random.Random) -> bool:
    """A new title, or withdrawn and published again; whether it is withdrawn now."""
    with transaction() as session:
        course = session.get_one(Course, course_id)
        if chance.random() < 0.5:
            course.title_vi = f"Lớp mã{course_id}x lần {number}"
        elif course.status is CourseStatus.PUBLISHED:
            course.status = CourseStatus.WITHDRAWN
        else:
            course.status = CourseStatus.PUBLISHED
        jobs.emit(CourseChanged(course_id))
        return course.status is CourseStatus.WITHDRAWN


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def has_nothing_to_do() -> bool:
    db.session.rollback()
    return jobs.backlog("search")[0] == 0


def is_in_step(both: Engines) -> bool:
    try:
        return not any(in_step.differences(engine).ids() for engine in both.all())
    except SearchUnavailable:
        return False


def test_both_indexes_are_the_database_after_everything_was_killed(app, environment, pytestconfig):
    if not pytestconfig.getoption("--storm"):
        pytest.skip("kills three servers for two minutes: asked for by --storm")
    port, program = free_port(), ("-m", "flask", "--app", "wsgi", "serve")
    ids = [RunFactory(course__title_vi="Lớp mới").course_id for _ in range(COURSES)]
    chance, checked = random.Random(5000), 0
    with SearchServer(free_port()) as server:
        given = {"PORT": str(port), "MEILISEARCH_URL": server.url, "MEILISEARCH_KEY": "a key"}
        with running(program, environment | given) as site:
            wait_until(lambda: answers(port), _TO_START)
            with killing(site, server) as killed:
                for number in range(CHANGES):
                    course_id = chance.choice(ids)
                    is_withdrawn = change(course_id, number, chance)
                    if number % _LOOK_EVERY:
                        continue
                    time.sleep(_PAUSE)
                    if is_withdrawn:
                        seen = shows(port, course_id, f"m%C3%A3{course_id}x")
                        assert not seen
                        checked += seen is not None
            both = Engines(installed().embedded, MeilisearchEngine(server.url, "a key"))
            begun = time.monotonic()
            wait_until(lambda: has_nothing_to_do() and is_in_step(both), _TO_FOLLOW)
            print(f"in step after {time.monotonic() - begun:.1f} s; killed {killed}")
    assert {"granian", "jobs work", "engine"} <= set(killed)
    assert checked > CHANGES // _LOOK_EVERY // 10
