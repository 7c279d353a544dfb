"""The queue: nothing committed is forgotten, nothing is done by two workers at one time."""

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import pytest
import time_machine
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from app.catalogue.models import Topic
from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.jobs import BegunDay, Job
from tests.factories import VenueFactory

SLOW_WORKER = """
import time
from dataclasses import dataclass
from wsgi import app
from app.core import jobs
from app.core.db import db
from app.catalogue.models import Topic

@dataclass(frozen=True, slots=True)
class Happened:
    slug: str

def slowly(event):
    db.session.add(Topic(slug=event.slug, name_vi="a", name_en="a", isced_f="061"))
    db.session.flush()
    print("begun", flush=True)
    time.sleep(60)

slowly.__module__ = "tests.core.test_jobs"
slowly.__name__ = "note"
jobs.handles(Happened)(slowly)
with app.app_context():
    jobs.work_once()
"""


@dataclass(frozen=True, slots=True)
class Happened:
    slug: str


@dataclass(frozen=True, slots=True)
class Called:
    slug: str


@dataclass(frozen=True, slots=True)
class Broke:
    slug: str


@dataclass(frozen=True, slots=True)
class Lasted:
    slug: str


@dataclass(frozen=True, slots=True)
class Dawdled:
    slug: str


calls: list[str] = []
meanwhile: list[Callable[[], None]] = []


@jobs.handles(Happened)
def note(event: Happened) -> None:
    """Safe to run twice."""
    if db.session.scalar(select(Topic.id).where(Topic.slug == event.slug)) is None:
        db.session.add(Topic(slug=event.slug, name_vi="a", name_en="a", isced_f="061"))


@jobs.handles(Called, network=True)
def call(event: Called) -> None:
    assert not db.session().in_transaction(), "a network call inside a transaction"
    calls.append(event.slug)


@jobs.handles(Broke)
def break_down(event: Broke) -> None:
    db.session.add(Topic(slug=event.slug, name_vi="a", name_en="a", isced_f="061"))
    db.session.flush()
    raise RuntimeError(event.slug)


@jobs.handles(Lasted)
def outlast_the_lease(event: Lasted) -> None:
    """At the first time another worker takes the job over before the end."""
    db.session.add(Topic(slug=event.slug, name_vi="a", name_en="a", isced_f="061"))
    db.session.execute(update(Job).where(Job.attempts == 1).values(attempts=2))


@jobs.handles(Dawdled, network=True)
def dawdle(event: Dawdled) -> None:
    for do in meanwhile:
        do()
    calls.append(event.slug)


@pytest.fixture(autouse=True)
def _forget_calls():
    calls.clear()
    meanwhile.clear()
    jobs._look_again_at.clear()
    yield
    jobs._look_again_at.clear()  # of days that have not come yet


def in_another_thread(app, work):
    def there():
        with app.app_context():
            return work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(there).result()


def called():
    return jobs.backlog("tests.core.test_jobs")[0]


def test_how_long_the_oldest_job_of_a_package_has_waited(app):
    assert jobs.backlog("tests.core") == (0, 0.0)
    emit(Called("a"), Happened("b"))
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        number, seconds = jobs.backlog("tests.core")
    assert (number, round(seconds)) == (2, 120)


def due_at():
    db.session.rollback()
    return db.session.scalars(select(Job.due_at)).one()


def emit(*events: object) -> None:
    with transaction():
        for event in events:
            jobs.emit(event)


def slugs() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Topic.slug).order_by(Topic.slug)))


def test_what_was_committed_is_done_and_what_was_rolled_back_is_not(app, run_jobs):
    emit(Happened("kept"))
    with pytest.raises(RuntimeError), transaction():
        jobs.emit(Happened("dropped"))
        raise RuntimeError
    assert run_jobs() == 1
    assert slugs() == ["kept"]
    assert jobs.waiting() == 0


def test_a_failing_job_leaves_nothing_but_its_error_and_waits_longer_each_time(app, run_jobs):
    emit(Broke("half"))
    waits = []
    now = clock.now()
    for _ in range(4):
        with time_machine.travel(now, tick=False):
            assert run_jobs() == 1
            (job,) = jobs.failing()
            waits.append((job.due_at - now).total_seconds())
            assert run_jobs() == 0
        now = job.due_at
    assert waits == [15, 30, 60, 120]
    assert job.error == "RuntimeError: half"
    assert slugs() == []


def test_a_job_that_never_succeeds_is_given_up_but_stays_visible(app, run_jobs, command):
    emit(Broke("half"))
    now = clock.now()
    for _ in range(jobs.GIVE_UP_AFTER + 2):
        with time_machine.travel(now, tick=False):
            run_jobs()
        now += jobs.LONGEST_RETRY
    (job,) = jobs.failing()
    assert job.attempts == jobs.GIVE_UP_AFTER
    assert "RuntimeError: half" in command("jobs", "failing")


def test_recurring_work_that_was_given_up_is_begun_anew(app, run_jobs):
    jobs.begin_periods()
    db.session.execute(update(Job).values(attempts=jobs.GIVE_UP_AFTER))
    db.session.commit()
    before = jobs.waiting()
    assert run_jobs() == 0
    with time_machine.travel(clock.now() + timedelta(days=2)):
        jobs.begin_periods()
        assert run_jobs() == before


def test_work_that_will_be_done_anyway_is_not_asked_for_twice(app, run_jobs):
    for slug in ("a", "b"):
        with transaction():
            jobs.emit_unless_waiting(Called(slug))
    assert called() == 1
    db.session.execute(update(Job).values(attempts=1))  # one is at it, and may have looked already
    db.session.commit()
    with transaction():
        jobs.emit_unless_waiting(Called("c"))
    assert called() == 2


def test_work_left_to_a_job_that_waits_is_not_begun_before_what_it_is_to_see_is_committed(app):
    if db.engine.dialect.name != "postgresql":
        pytest.skip("nobody takes a job of SQLite while another writes")
    emit(Called("a"))
    with transaction():
        jobs.emit_unless_waiting(Called("b"))
        assert in_another_thread(app, jobs.work_once) is False
    assert in_another_thread(app, jobs.work_once) is True
    assert jobs.waiting() == 0


def test_an_unknown_handler_fails_visibly_and_does_not_stop_the_others(app, run_jobs):
    with transaction() as session:
        session.add(Job(handler="gone.handler", event={}, due_at=clock.now()))
    emit(Happened("later"))
    assert run_jobs() == 2
    assert slugs() == ["later"]
    assert [job.handler for job in jobs.failing()] == ["gone.handler"]


def test_a_delayed_event_waits(app, run_jobs):
    with transaction():
        jobs.emit(Happened("later"), delay=timedelta(hours=1))
    assert run_jobs() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=61)):
        assert run_jobs() == 1


def test_handlers_that_call_other_servers_run_outside_a_transaction(app, run_jobs):
    emit(Called("a"))
    assert run_jobs() == 1
    assert calls == ["a"]


def test_a_handler_run_twice_does_its_work_once(app, run_jobs):
    emit(Happened("a"), Happened("a"))
    assert run_jobs() == 2
    assert slugs() == ["a"]


def test_workers_at_one_time_share_the_jobs(app):
    emit(*(Called(f"{n:02}") for n in range(40)))
    db.session.rollback()

    def work(_):
        with app.app_context():
            return jobs.work(once=True)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(4)))
    assert sum(done) == 40
    assert sorted(calls) == [f"{n:02}" for n in range(40)]


def test_a_killed_worker_leaves_no_trace_and_its_job_comes_back(app, run_jobs, start_process):
    emit(Happened("again"))
    db.session.rollback()
    worker = start_process("-c", SLOW_WORKER)
    assert worker.stdout.readline() == "begun\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert slugs() == []
    assert run_jobs() == 0, "its lease has not ended"
    with time_machine.travel(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert run_jobs() == 1
    assert slugs() == ["again"]
    assert jobs.waiting() == 0


def test_long_work_keeps_its_lease_and_others_their_hands_off(app, monkeypatch):
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.02)
    first_lease_ends = clock.now() + jobs.LEASE + timedelta(seconds=1)
    others: list[bool] = []

    def another_looks() -> None:
        with time_machine.travel(first_lease_ends):
            while due_at() <= first_lease_ends:  # the pulse of whoever is at work
                time.sleep(0.02)
            others.append(in_another_thread(app, jobs.work_once))

    meanwhile.append(another_looks)
    emit(Dawdled("long"))
    jobs.work(once=True)
    assert others == [False]
    assert calls == ["long"]


def test_a_worker_that_lost_its_lease_writes_nothing(app, run_jobs):
    """Another worker has begun anew; what the late one did must not count as well."""
    emit(Lasted("late"))
    assert run_jobs() == 1
    assert slugs() == []
    with time_machine.travel(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert run_jobs() == 1
    assert slugs() == ["late"]


def test_a_worker_told_to_stop_finishes_and_says_how_much_it_did(app, start_process):
    emit(Happened("a"))
    db.session.rollback()
    worker = start_process("-m", "flask", "--app", "wsgi", "jobs", "work")
    for _ in range(300):
        if db.session.scalar(select(func.count()).select_from(BegunDay)):
            break
        db.session.rollback()
        time.sleep(0.1)
    worker.terminate()
    out, _ = worker.communicate(timeout=10)
    assert worker.returncode == 0
    assert out.endswith("jobs done\n")


def test_the_command_runs_what_is_due_and_ends(app, command):
    assert "jobs done" in command("jobs", "work", "--once")


def test_a_day_is_announced_once(app):
    for _ in range(3):
        jobs.announce_day()
    assert db.session.scalar(select(func.count()).select_from(BegunDay)) == 1
    with time_machine.travel(clock.now() + timedelta(days=1)):
        jobs.announce_day()
    assert db.session.scalar(select(func.count()).select_from(BegunDay)) == 2


def test_a_database_that_is_away_for_a_while_is_waited_for(app, monkeypatch):
    stop, real, tries = Event(), jobs.work_once, []

    def away_at_first():
        tries.append(1)
        if len(tries) == 1:
            raise OperationalError(None, None, OSError())
        if len(tries) == 3:
            stop.set()
        return real()

    monkeypatch.setattr(jobs, "work_once", away_at_first)
    monkeypatch.setattr(jobs, "IDLE_SECONDS", 0.01)
    emit(Happened("after"))
    jobs.work(stop=stop)
    assert slugs() == ["after"]


def test_claiming_is_one_short_statement(app, at_most):
    VenueFactory()
    with at_most(1):
        assert not jobs.work_once()
