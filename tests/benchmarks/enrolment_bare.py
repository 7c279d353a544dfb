"""The least that takes a place: the run's row is locked, a row is added, the counter moves.

The product's own tables, keys and indexes, three statements and a commit through the driver, on as
many connections as the product has.
"""

import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from threading import local
from typing import Any

import psycopg

from app.core import clock
from app.core.keys import random_code

_LOOK = "SELECT capacity, seats_taken, waiting FROM runs WHERE id = ?"
_ADD = """INSERT INTO enrolments (code, person_id, run_id, state, channel, joined_at, seated_at)
    VALUES (?, ?, ?, 'enrolled', 'web', ?, ?)"""
_MOVE = "UPDATE runs SET seats_taken = seats_taken + 1 WHERE id = ?"
Job = tuple[int, int]
"""A run and a person."""
Take = Callable[[Any, int, int], None]
"""Takes a place through a connection, on a run, for a person."""
_mine = local()


def take(connection: Any, run_id: int, person_id: int) -> None:
    """One place."""
    now, is_sqlite = clock.now(), isinstance(connection, sqlite3.Connection)
    added = (random_code(), person_id, run_id, *([str(now) if is_sqlite else now] * 2))
    if is_sqlite:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(_LOOK, (run_id,)).fetchone()
        connection.execute(_ADD, added)
        connection.execute(_MOVE, (run_id,))
        connection.execute("COMMIT")
        return
    connection.execute(f"{_LOOK} FOR UPDATE".replace("?", "%s"), (run_id,)).fetchone()
    connection.execute(_ADD.replace("?", "%s"), added)
    connection.execute(_MOVE.replace("?", "%s"), (run_id,))
    connection.commit()


def work(url: str, jobs: Sequence[Job], connections: int, taking: Take = take) -> float:
    """Take these places over so many connections of this process; seconds."""

    def some(job: Job) -> None:
        taking(_mine.connection, *job)

    with ThreadPoolExecutor(connections, initializer=_connect, initargs=(url,)) as pool:
        list(pool.map(_connected, range(connections)))
        began = time.perf_counter()
        list(pool.map(some, jobs))
        return time.perf_counter() - began


class Processes:
    """The same in as many processes as the web server has workers."""

    def __init__(self, pool: ProcessPoolExecutor, number: int) -> None:
        self._pool, self._number = pool, number

    def work(self, url: str, jobs: Sequence[Job], connections: int, taking: Take = take) -> float:
        """Seconds of the slowest."""
        shares = [jobs[n :: self._number] for n in range(self._number)]
        each = repeat(connections // self._number)
        return max(self._pool.map(work, repeat(url), shares, each, repeat(taking)))


@contextmanager
def processes(number: int) -> Iterator[Processes]:
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(number, mp_context=spawned) as pool:
        yield Processes(pool, number)


def connect(url: str) -> "sqlite3.Connection | psycopg.Connection[Any]":
    """As the product connects, without anything around it."""
    if not url.startswith("sqlite:///"):
        return psycopg.connect(url)
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _connect(url: str) -> None:
    _mine.connection = connect(url)


def _connected(_number: int) -> None:
    """Wait until the others have their connection too."""
    time.sleep(0.05)
