"""Two hundred people want fifty seats at once, and everything that can be killed is killed.

The real forms, the real web server with two processes, the real worker, a mail relay and a gateway
of text messages. The same check has to fail for an application without the guard over the seats,
and for one that does not know a form again.
"""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from threading import Event

import pytest
from sqlalchemy import func, select, update

from app.accounts.operations import Guest, person_for_guest
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import LEASE, Job
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Enrolment, EnrolmentState
from app.places.models import Sex
from tests.conftest import PROJECT
from tests.factories import RunFactory
from tests.home.test_server import answers, child, children, wait_until
from tests.storm.browser import Browser
from tests.storm.mailboxes import Received, gateway, relay

PEOPLE, SEATS = 200, 50
FEWER, FEWER_SEATS = 48, 12
LOST = 0.15
WITH_MAILBOX = 5  # every so manieth has one
_HAS_BEGUN = 5.5  # seconds; what ends sooner counts as what could not begin, and is not begun again
_AT_ONCE = 40
_TO_START = 90
_TO_SEND_LETTERS = 240
BORN = date(1960, 5, 4)


@dataclass
class Storm:
    """What came of it."""

    people: int
    seats: int
    run_id: int
    browsers: list[Browser] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    texts: Received = field(default_factory=dict)
    letters: Received = field(default_factory=dict)

    def faults(self) -> Iterator[str]:
        """Each thing that is not as people were promised."""
        yield from audit_invariants()
        query = select(Enrolment).where(Enrolment.run_id == self.run_id).order_by(Enrolment.id)
        places = db.session.scalars(query).all()
        states = [each.state for each in places]
        waiting = self.people - self.seats
        if states != [EnrolmentState.ENROLLED] * self.seats + [EnrolmentState.WAITING] * waiting:
            seated = states.count(EnrolmentState.ENROLLED)
            yield f"{seated} seated of {len(states)}, or not in the order in which they came"
        if sorted(self.codes) != sorted(each.code for each in places):
            yield "somebody's answer is not the one place they have"
        if [each.id for each in sorted(places, key=_in_line)] != [each.id for each in places]:
            yield "the order of the queue is not that in which people came"
        yield from self._wrong_letters()

    def _wrong_letters(self) -> Iterator[str]:
        """Everybody has one letter; the same again comes only under the same key."""
        for each in self.browsers:
            boxes = [self.texts.get(each.phone, [])]
            if address := mailbox_of(each.number):
                boxes.append(self.letters.get(address, []))
            for box in boxes:
                if len(box) == 0 or len(set(box)) != 1:
                    yield f"person {each.number} has {len(box)} letters, {len(set(box))} different"


def _in_line(place):
    return place.state is EnrolmentState.WAITING, place.rank, place.joined_at, place.id


def mailbox_of(number: int) -> str | None:
    return None if number % WITH_MAILBOX else f"so{number}@example.org"


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


@pytest.fixture
def storm(app, environment, free_port, pytestconfig):
    """`storm(people, seats)`: let it pass over a running site, and look at what is left."""
    if not pytestconfig.getoption("--storm"):
        pytest.skip("starts and kills three web servers, which takes minutes: asked for by --storm")

    def pass_over(people: int, seats: int, *program: str) -> Storm:
        found = Storm(people, seats, RunFactory(capacity=seats).id)
        known_with_mailbox(people)
        db.session.remove()
        with relay() as (smtp_url, found.letters), gateway() as (sms_url, found.texts):
            given = {**environment, "SMTP_URL": smtp_url, "SMS_URL": sms_url}
            with running(program, {**given, "PORT": str(free_port)}) as site:
                begun = time.monotonic()
                wait_until(lambda: answers(free_port), _TO_START)
                found.browsers = browsers(people, free_port, found.run_id)
                with ThreadPoolExecutor(_AT_ONCE) as pool:
                    list(pool.map(Browser.fill_in, found.browsers))
                time.sleep(max(0.0, begun + _HAS_BEGUN - time.monotonic()))
                found.codes = send_all(found.browsers, site)
                wait_for_letters()
        return found

    return pass_over


@contextmanager
def running(program: Sequence[str], environment: dict[str, str]) -> Iterator[int]:
    """The site as `flask serve` runs it; its process id."""
    site = subprocess.Popen(
        [sys.executable, *program], cwd=PROJECT, start_new_session=True,
        env={**os.environ, **environment, "WEB_WORKERS": "2", "APP_ENV": "demo"},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield site.pid
    finally:
        groups = children(site.pid)
        site.terminate()
        with suppress(subprocess.TimeoutExpired):
            site.wait(15)
        for each in (site.pid, *groups):
            with suppress(ProcessLookupError):
                os.killpg(each, signal.SIGKILL)
        site.wait()


def known_with_mailbox(people: int) -> None:
    """Some have been here before and have left an address."""
    for number in range(0, people, WITH_MAILBOX):
        each = Browser(number, 0, 0)
        guest = Guest(
            full_name=each.full_name, phone=each.phone, born_in=1960, born_on=BORN, sex=Sex.FEMALE
        )
        with transaction():
            person_for_guest(guest).email = mailbox_of(number)


def browsers(people: int, port: int, run_id: int) -> list[Browser]:
    losers = random.Random(50).sample(range(people), round(people * LOST))
    return [Browser(number, port, run_id, number in losers) for number in range(people)]


def send_all(people: list[Browser], site: int) -> list[str]:
    """All forms at once; when a third has its place, web server and worker are killed."""
    third, arrived = Event(), []

    def send(each: Browser) -> str:
        code = each.send()
        arrived.append(code)
        if len(arrived) >= len(people) // 3:
            third.set()
        return code

    with ThreadPoolExecutor(len(people)) as pool:
        sent = [pool.submit(send, each) for each in people]
        third.wait(_TO_START)
        for name in ("granian", "jobs work"):
            os.killpg(child(site, name), signal.SIGKILL)
        return [each.result() for each in sent]


def wait_for_letters() -> None:
    """Until the worker has nothing to do; what the killed one had in hand need not be waited for.

    Its lease would end by itself after a minute.
    """
    until = time.monotonic() + _TO_SEND_LETTERS
    while work := due_jobs():
        assert time.monotonic() < until, f"{work} jobs are left"
        if due_jobs(within=timedelta()) == 0:
            with transaction() as session:
                held = update(Job).where(Job.attempts > 0, Job.due_at > clock.now())
                session.execute(held.values(due_at=clock.now()))
        time.sleep(0.3)


def due_jobs(within: timedelta = LEASE) -> int:
    db.session.rollback()
    due = Job.due_at <= clock.now() + within
    return db.session.scalar(select(func.count()).select_from(Job).where(due))


def test_no_seat_is_lost_or_sold_twice_and_no_letter_is_missing(storm):
    found = storm(PEOPLE, SEATS, "-m", "flask", "--app", "wsgi", "serve")
    assert list(found.faults()) == []
    assert sum(each.sent > 1 for each in found.browsers) >= round(PEOPLE * LOST)


@pytest.mark.parametrize(
    ("lacking", "fault"),
    [
        ("without_seat_guard", "seated of"),
        ("without_idempotency", "somebody's answer is not the one place they have"),
    ],
)
def test_an_application_that_lacks_a_safeguard_fails_the_same_check(storm, lacking, fault):
    program = ("-m", "tests.storm.serve", f"tests.storm.{lacking}")
    found = list(storm(FEWER, FEWER_SEATS, *program).faults())
    assert any(fault in each for each in found), found
