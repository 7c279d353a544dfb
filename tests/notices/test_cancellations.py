from datetime import timedelta

import pytest
from sqlalchemy import select

from app.catalogue.operations import cancel_run, cancel_session
from app.core import clock
from app.core.db import db
from app.enrolment import operations
from app.notices.models import Message
from app.notices.wording import LONGEST_SMS
from tests.factories import PersonFactory, RunFactory, SessionFactory


@pytest.fixture
def texts(run_jobs):
    """The texts that a step causes, by the phone they go to."""

    def after(step):
        run_jobs()
        before = set(db.session.scalars(select(Message.id)))
        step()
        run_jobs()
        db.session.rollback()
        new = db.session.scalars(select(Message).where(Message.id.not_in(before)))
        return {message.to: message.body for message in new}

    return after


@pytest.fixture
def run(app):
    """Two sessions to come and one seat."""
    run = RunFactory(capacity=1)
    for days in (3, 5):
        start = clock.now() + timedelta(days=days)
        SessionFactory(run=run, starts_at=start, ends_at=start + timedelta(hours=2))
    return run


def join(run, **person):
    return operations.enrol(PersonFactory(**person).id, run.id)


def test_whoever_has_a_seat_hears_that_a_session_is_off_and_when_the_next_is(run, texts):
    seat, _queue = join(run), join(run)
    off, coming = run.sessions
    told = texts(lambda: cancel_session(off.id))
    assert list(told) == [seat.person.phone]
    (text,) = told.values()
    assert f"{clock.local(off.starts_at):%d/%m/%Y}" in text
    assert f"{clock.local(coming.starts_at):%d/%m/%Y}" in text
    assert len(text) <= LONGEST_SMS


def test_cancelling_a_session_again_tells_nobody_again(run, texts):
    join(run)
    off = run.sessions[0].id
    texts(lambda: cancel_session(off))
    assert not texts(lambda: cancel_session(off))


def test_everybody_with_a_seat_or_in_the_queue_hears_that_a_run_is_off(run, texts):
    seat, queue = join(run), join(run, language="en")
    told = texts(lambda: cancel_run(run.id))
    assert set(told) == {seat.person.phone, queue.person.phone}
    assert "/vi/courses" in told[seat.person.phone]
    assert "is cancelled" in told[queue.person.phone]
    assert not texts(lambda: cancel_run(run.id))


def test_a_confirmation_does_not_name_a_cancelled_session_as_the_first(run, texts):
    off, first = run.sessions
    cancel_session(off.id)
    told = texts(lambda: join(run))
    (text,) = told.values()
    assert f"{clock.local(first.starts_at):%d/%m/%Y}" in text
