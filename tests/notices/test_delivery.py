"""Nothing is lost, whatever is killed or away; what is repeated bears the same Message-ID."""

import os
import signal
from datetime import timedelta
from time import monotonic

import time_machine
from sqlalchemy import func, select

from app.core import clock, jobs
from app.core.db import db
from app.enrolment import operations
from app.notices.models import Message
from tests.factories import PersonFactory, RunFactory


def unsent() -> int:
    db.session.rollback()
    waiting = select(func.count()).select_from(Message).where(Message.sent_at.is_(None))
    return db.session.scalar(waiting)


def test_a_worker_killed_after_sending_repeats_the_letter_under_the_same_id(
    relay, connected, run_jobs, start_process
):
    """peers 33: the relay has the letter, the worker dies before it can note that."""
    place = operations.enrol(PersonFactory(phone=None, email="hoa@example.org").id, RunFactory().id)
    db.session.rollback()
    worker = start_process("-m", "flask", "--app", "wsgi", "jobs", "work", SMTP_URL=relay.url)
    relay.before = lambda: os.kill(worker.pid, signal.SIGKILL)
    assert worker.wait(timeout=60) == -signal.SIGKILL
    relay.before = lambda: None
    assert len(relay.letters) == 1
    assert unsent() == 1
    run_jobs()
    assert len(relay.letters) == 1, "the lease of the killed worker has not ended"
    with time_machine.travel(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        run_jobs()
        run_jobs()
    first, repeat = relay.letters
    assert first["Message-ID"] == repeat["Message-ID"]
    assert f"place-{place.id}-enrolled-email" in first["Message-ID"]
    assert unsent() == 0
    assert jobs.failing() == []


def test_a_relay_that_is_away_for_ten_minutes_loses_nothing(
    app, relay, gateway, connected, run_jobs
):
    """Nobody who enrols waits for it, and all letters go out soon after it is back."""
    relay.stop()
    run, began = RunFactory(capacity=None), clock.now()
    people = [PersonFactory(email=f"hoc{n}@example.org") for n in range(20)]
    for person in people:
        operations.enrol(person.id, run.id)
    for seconds in (0, 20, 60, 150, 300, 599):
        with time_machine.travel(began + timedelta(seconds=seconds), tick=False):
            run_jobs()
    assert relay.letters == []
    assert len(gateway.taken) == 20, "texts need no relay"
    assert unsent() == 20
    relay.start()
    for minutes in range(10, 21):
        with time_machine.travel(began + timedelta(minutes=minutes), tick=False):
            run_jobs()
    assert unsent() == 0
    assert [each["To"] for each in relay.letters] == [each.email for each in people]
    assert len({each["Message-ID"] for each in relay.letters}) == 20
    assert jobs.waiting() == 0


def test_enrolling_waits_for_no_relay(app, relay, connected):
    relay.stop()
    run, began = RunFactory(), monotonic()
    operations.enrol(PersonFactory(email="hoa@example.org").id, run.id)
    assert monotonic() - began < 5


def test_what_was_given_up_while_the_relay_was_away_is_not_confirmed(
    app, relay, connected, run_jobs, due_now
):
    place = operations.enrol(PersonFactory(phone=None, email="hoa@example.org").id, RunFactory().id)
    relay.stop()
    run_jobs()
    operations.withdraw(place.id)
    relay.start()
    due_now()
    (letter,) = relay.letters
    assert "withdrawn" in letter["Message-ID"]


def test_each_reader_is_written_to_in_their_language_with_marks(app, relay, connected, run_jobs):
    run = RunFactory(course__title_vi="Tin học cơ bản", course__title_en="Basic computing")
    for language in ("vi", "en"):
        person = PersonFactory(phone=None, email=f"{language}@example.org", language=language)
        operations.enrol(person.id, run.id)
    run_jobs()
    by_reader = {each["To"]: each for each in relay.letters}
    assert by_reader["vi@example.org"]["Subject"] == "Bạn đã đăng ký: Tin học cơ bản"
    assert "Bạn đã có chỗ trong lớp Tin học cơ bản" in by_reader["vi@example.org"].get_content()
    assert by_reader["en@example.org"]["Subject"] == "You have a place in Basic computing"
