"""Counting what is looked for, beside the page and never in its way.

A request leaves its question in the memory of the process and goes on; a few seconds later a thread
of its own finds the subjects, adds to the counts in one transaction and forgets the questions.
Counts of these few seconds are lost when the process is killed: of all we keep, of these alone.

Nobody is counted twice a day for the same: a process remembers, until midnight and as numbers that
nobody can turn back, which browser asked for what. It writes none of it down.
"""

import logging
import re
import secrets
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b

from flask import Flask, Request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from app.core import clock
from app.core.db import db, inserting, transaction
from app.places import queries as places
from app.search.demand import subjects
from app.search.engine import SearchUnavailable
from app.search.filters import CourseFilter, Results
from app.search.models import SearchDemand
from app.search.service import engines

SECONDS = "DEMAND_COUNTED_AFTER"
"""Of the application's configuration; None where nobody counts unasked."""
MOST_WAITING = 2000
MOST_REMEMBERED = 100_000
MOST_WORDS_A_WEEK = 10_000
MOST_WARDS = 3
_ROBOT = re.compile(
    r"bot|crawl|spider|slurp|preview|scan|monitor|fetch|http|curl|wget|python|java/"
)
_STORED = "search_demand"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and what became of it; `who` is a number of today that leads to nobody."""

    who: bytes
    text: str
    topics: tuple[str, ...]
    wards: tuple[str, ...]
    place: str
    found: int
    can_join: int


Key = tuple[date, str, str]
"""Week, subject, ward."""


class Demand:
    """What one process still has to count."""

    def __init__(self, app: Flask, after: float | None) -> None:
        self._app, self._after = app, after
        self._lock, self._counting = threading.Lock(), threading.Lock()
        self._waiting: list[Asked] = []
        self._salt, self._day = secrets.token_bytes(16), date.min
        self._counted: set[bytes] = set()

    def note(self, request: Request, wanted: CourseFilter, place: str, results: Results) -> None:
        """Remember the first page of a question that names a subject, of a person's browser."""
        if not (wanted.q or wanted.topic) or wanted.page > 1 or is_robot(request):
            return
        self._begin_day(clock.today())
        who = self._digest(f"{request.remote_addr}|{request.user_agent.string}".encode())
        can_join = results.facets.get("open", {}).get("1", 0)
        asked = Asked(who, wanted.q, wanted.topic, wanted.ward, place, results.total, can_join)
        with self._lock:
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append(asked)
            if len(self._waiting) == 1 and self._after is not None:
                timer = threading.Timer(self._after, self._in_background)
                timer.daemon = True
                timer.start()

    def count(self) -> None:
        """Add what waits to the counts of this week."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        with self._counting:
            self._count(waiting)

    def _count(self, waiting: list[Asked]) -> None:
        counts: dict[str, Counter[Key]] = {name: Counter() for name in ("asked", "empty", "closed")}
        labels: dict[str, str] = {}
        for asked in waiting:
            for subject, label in subjects.of(engines().embedded.read(asked.text), asked.topics):
                labels[subject] = labels.get(subject) or label
                for ward in _wards(asked):
                    if self._is_first(asked.who, subject, ward):
                        _add(counts, (_this_week(), subject, ward), asked)
        if counts["asked"]:
            _store(counts, labels)

    def _in_background(self) -> None:
        with self._app.app_context():
            try:
                self.count()
            except (SQLAlchemyError, SearchUnavailable):
                log.warning("what was looked for in the last seconds is not counted")

    def _begin_day(self, today: date) -> None:
        with self._lock:
            if self._day != today or len(self._counted) >= MOST_REMEMBERED:
                self._counted, self._day = set(), today
                self._salt = secrets.token_bytes(16)

    def _is_first(self, who: bytes, subject: str, ward: str) -> bool:
        mark = self._digest(b"|".join((who, subject.encode(), ward.encode())))
        if mark in self._counted:
            return False
        self._counted.add(mark)
        return True

    def _digest(self, value: bytes) -> bytes:
        return blake2b(value, digest_size=8, key=self._salt).digest()


def start(app: Flask) -> None:
    app.extensions[_STORED] = Demand(app, app.config.get(SECONDS, 5.0))


def of(app: Flask) -> Demand:
    found: Demand = app.extensions[_STORED]
    return found


def is_robot(request: Request) -> bool:
    """Programs say so, or do not say in which languages they read."""
    agent = request.user_agent.string.lower()
    asks_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    return not agent or not request.accept_languages or asks_ahead or bool(_ROBOT.search(agent))


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _this_week() -> date:
    return monday(clock.today())


def _wards(asked: Asked) -> tuple[str, ...]:
    """The wards that were asked for; so many as a whole district has say nothing of one."""
    if asked.wards:
        return asked.wards if len(asked.wards) <= MOST_WARDS else ("",)
    place = asked.place
    if not place:
        return ("",)
    unit = places.unit(place) if place.isdigit() else None
    unit = unit or next(iter(places.find_wards(place, limit=1)), None)
    return (unit.code if unit else "",)


def _add(counts: dict[str, Counter[Key]], key: Key, asked: Asked) -> None:
    counts["asked"][key] += 1
    if not asked.found:
        counts["empty"][key] += 1
    elif not asked.can_join:
        counts["closed"][key] += 1


def _store(counts: dict[str, Counter[Key]], labels: dict[str, str]) -> None:
    """Add to the rows in one order, so that no two processes wait for each other in a circle."""
    with transaction() as session:
        counts = {name: _bounded(each) for name, each in counts.items()}
        row = inserting(SearchDemand)
        more = {
            name: getattr(SearchDemand, name) + row.excluded[name] for name in counts
        }  # fmt: skip
        upsert = row.on_conflict_do_update(index_elements=["week", "subject", "ward"], set_=more)
        for key in sorted(counts["asked"]):
            week, subject, ward = key
            numbers = {name: each[key] for name, each in counts.items()}
            label = labels.get(subject, "")
            session.execute(
                upsert, {"week": week, "subject": subject, "ward": ward, "label": label, **numbers}
            )


def _bounded(counts: Counter[Key]) -> Counter[Key]:
    """Words that a full week does not know yet are other words."""
    weeks = {week for week, _, _ in counts}
    full = {week for week in weeks if _words_in(week) >= MOST_WORDS_A_WEEK}
    bounded: Counter[Key] = Counter()
    for (week, subject, ward), number in counts.items():
        is_word = subject.startswith(subjects.WORD)
        kept = not (is_word and week in full) or _is_there(week, subject)
        bounded[week, subject if kept else subjects.OTHER, ward] += number
    return bounded


def _words_in(week: date) -> int:
    rows = select(func.count()).where(
        SearchDemand.week == week, SearchDemand.subject.startswith(subjects.WORD)
    )
    return db.session.scalar(rows) or 0


def _is_there(week: date, subject: str) -> bool:
    rows = select(SearchDemand.week).where(
        SearchDemand.week == week, SearchDemand.subject == subject
    )
    return db.session.scalar(rows.limit(1)) is not None
