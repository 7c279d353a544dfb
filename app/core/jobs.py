"""Events and the work they cause, kept in the database until it is done.

`emit` writes one row for each handler of the event in the transaction that caused it: what was
committed is never forgotten, what was rolled back never happened. A worker runs each row at least
once; a row that fails waits longer each time and keeps its error for administrators to see.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from threading import Event, get_ident
from typing import Any, cast

from flask import Flask, current_app
from sqlalchemy import JSON, Index, String, Text, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, add_at_end, big_pk, created_at, db, inserting, transaction
from app.core.logs import without_values
from app.core.pulse import beating

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)
"""A worker at work prolongs it; so soon after one was killed its job comes back."""
BEAT_SECONDS = 15.0
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(hours=6)
GIVE_UP_AFTER = 12
IDLE_SECONDS = 0.5
Handler = Callable[[Any], None]
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class Job(Base):
    """One event waiting for one of its handlers."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due_at_id", "due_at", "id"),)

    id: Mapped[big_pk]
    handler: Mapped[str] = mapped_column(String(120))
    event: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[created_at]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")


class LeaseLost(Exception):
    """The work took longer than its lease and another worker has begun it anew."""


class BegunDay(Base):
    """That a worker has announced this day."""

    __tablename__ = "begun_days"

    day: Mapped[date] = mapped_column(primary_key=True)


class BegunPeriod(Base):
    """When recurring work was last put into the queue."""

    __tablename__ = "begun_periods"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    begun_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class PeriodBegan:
    """It is time again for recurring work."""


@dataclass(frozen=True, slots=True)
class DayBegan:
    """A new day on the city's calendar; announced once by whichever worker sees it first."""

    day: str  # ISO


@dataclass(frozen=True, slots=True)
class _Registered:
    name: str
    event: type
    run: Handler
    in_transaction: bool


@dataclass(frozen=True, slots=True)
class _Claim:
    """A job that is ours until its lease ends; `attempts` tells our lease from a later one."""

    job_id: int
    handler: str
    event: dict[str, Any]
    attempts: int


_by_event: dict[type, list[_Registered]] = defaultdict(list)
_by_name: dict[str, _Registered] = {}
_recurring: dict[str, timedelta] = {}
_look_again_at: dict[str, datetime] = {}
_at_work: dict[int, _Claim] = {}
"""By thread: the job it is at."""


def handles(event: type, *, network: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler; it must be safe to run twice.

    Args:
        event: a frozen dataclass of ids.
        network: the handler talks to another server, so it runs outside any transaction and opens
            its own; otherwise its writes and the end of the job are one commit.
    """

    def register(run: Handler) -> Handler:
        name = _name_of(run)
        found = _Registered(name, event, run, not network)
        if name not in _by_name:
            _by_event[event].append(found)
        _by_name[name] = found
        return run

    return register


def every(*, minutes: int, network: bool = False) -> Callable[[Handler], Handler]:
    """Register recurring work: of all workers one puts it into the queue, once in a period.

    Args:
        network: as in `handles`.
    """

    def register(run: Handler) -> Handler:
        handles(PeriodBegan, network=network)(run)
        _recurring[_name_of(run)] = timedelta(minutes=minutes)
        return run

    return register


def _name_of(run: Handler) -> str:
    return f"{run.__module__.removeprefix('app.')}.{run.__name__}"


def emit(event: object, delay: timedelta = timedelta()) -> None:
    """Remember, in the running transaction, that this happened."""
    due = clock.now() + delay
    payload = asdict(event)  # type: ignore[call-overload]  # every event is a dataclass
    for registered in _by_event[type(event)]:
        add_at_end(Job, handler=registered.name, event=payload, due_at=due)


def emit_unless_waiting(event: object, delay: timedelta = timedelta()) -> None:
    """As `emit`, where one that nobody has begun yet will do the same work.

    One that runs now does not count: it may have looked already. One that waits is locked, so that
    no worker begins it before we have committed what it is to see. For events with one handler.
    """
    (registered,) = _by_event[type(event)]
    untouched = select(Job.id).where(Job.handler == registered.name, Job.attempts == 0).limit(1)
    if db.session.scalar(untouched.with_for_update(skip_locked=True)) is None:
        emit(event, delay)


def work(*, once: bool = False, stop: Event | None = None) -> int:
    """Run jobs until none is due (`once`) or until told to stop; the number run.

    A database that is away for a while is waited for.
    """
    stop = stop or Event()
    worker = get_ident()
    with beating(_this_app(), lambda: _prolong(_at_work.get(worker)), BEAT_SECONDS):
        return _work(stop, once=once)


def _work(stop: Event, *, once: bool) -> int:
    done = 0
    while not stop.is_set():
        try:
            if not once:
                announce_day()
                begin_periods()
            busy = work_once()
        except OperationalError:
            if once:
                raise
            log.exception("database unavailable")
            db.session.rollback()
            busy = False
        if once and not busy:
            break
        done += busy
        if not busy:
            db.session.remove()
            stop.wait(IDLE_SECONDS)
    return done


def work_once() -> bool:
    """Run one job that is due; False when there was none."""
    claim = _claim()
    if claim is None:
        return False
    _at_work[get_ident()] = claim
    try:
        _run(claim, _by_name[claim.handler])
    except Exception as error:  # the worker keeps every error and goes on
        log.exception("job failed", extra={"job": claim.job_id, "handler": claim.handler})
        db.session.rollback()
        _at_work.pop(get_ident(), None)
        _postpone(claim, without_values(f"{type(error).__name__}: {error}"))
    finally:
        _at_work.pop(get_ident(), None)
    return True


def _this_app() -> Flask:
    return cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001 - what Flask's documentation hands to threads


def announce_day() -> None:
    """Emit `DayBegan` if nobody has for today."""
    today = clock.today()
    if db.session.get(BegunDay, today) is not None:
        return
    try:
        with transaction() as session:
            session.add(BegunDay(day=today))
            session.flush()  # of several workers one gets past this line
            emit(DayBegan(today.isoformat()))
    except IntegrityError:
        return


def begin_periods() -> None:
    """Put recurring work whose time has come into the queue, unless it still waits there.

    Work that was given up is begun anew: only the next period can tell whether it fails still.
    """
    now = clock.now()
    for name, period in _recurring.items():
        if _look_again_at.get(name, now) <= now:
            _begin_period(name, now, now - period)
            _look_again_at[name] = now + period / 4


def _begin_period(name: str, now: datetime, long_ago: datetime) -> None:
    known = inserting(BegunPeriod).values(name=name, begun_at=_NEVER)
    due = update(BegunPeriod).where(BegunPeriod.name == name, BegunPeriod.begun_at <= long_ago)
    with transaction() as session:
        session.execute(known.on_conflict_do_nothing())
        ours = session.scalar(due.values(begun_at=now).returning(BegunPeriod.name))
        if not ours:
            return
        again = update(Job).where(Job.handler == name, Job.attempts >= GIVE_UP_AFTER)
        session.execute(again.values(due_at=now, attempts=0))
        if session.scalar(select(Job.id).where(Job.handler == name).limit(1)) is None:
            session.add(Job(handler=name, event={}, due_at=now))


def _claim() -> _Claim | None:
    """Take the oldest due job for a lease's length, so that a killed worker's job comes back."""
    now = clock.now()
    due = select(Job.id).where(Job.due_at <= now, Job.attempts < GIVE_UP_AFTER)
    oldest = due.order_by(Job.due_at, Job.id).limit(1).with_for_update(skip_locked=True)
    taken = update(Job).where(Job.id == oldest.scalar_subquery())
    leased = taken.values(due_at=now + LEASE, attempts=Job.attempts + 1)
    with transaction() as session:
        row = session.execute(
            leased.returning(Job.id, Job.handler, Job.event, Job.attempts)
        ).first()
    return _Claim(*row) if row else None


def _run(claim: _Claim, handler: _Registered) -> None:
    event = handler.event(**claim.event)
    if not handler.in_transaction:
        handler.run(event)
    with transaction():
        if handler.in_transaction:
            handler.run(event)
        _finish(claim)


def _finish(claim: _Claim) -> None:
    done = delete(Job).where(Job.id == claim.job_id, Job.attempts == claim.attempts)
    if db.session.execute(done.returning(Job.id)).first() is None:
        raise LeaseLost


def _prolong(claim: _Claim | None) -> None:
    """The lease goes on from now; while the database is busy with the job itself nobody else can.

    Nothing is done to a job that has ended.
    """
    if claim is None:
        return
    ours = update(Job).where(Job.id == claim.job_id, Job.attempts == claim.attempts)
    try:
        with db.engine.begin() as connection:
            connection.execute(ours.values(due_at=clock.now() + LEASE))
    except OperationalError:
        log.warning("lease not prolonged", extra={"job": claim.job_id})


def _postpone(claim: _Claim, error: str) -> None:
    wait = min(FIRST_RETRY * 2 ** (claim.attempts - 1), LONGEST_RETRY)
    ours = update(Job).where(Job.id == claim.job_id, Job.attempts == claim.attempts)
    with transaction() as session:
        session.execute(ours.values(due_at=clock.now() + wait, error=error[:2000]))


def failing() -> list[Job]:
    """Jobs that failed or never came to an end, the oldest first; for administrators."""
    stuck = or_(Job.error != "", Job.attempts >= GIVE_UP_AFTER)
    return list(db.session.scalars(select(Job).where(stuck).order_by(Job.id).limit(100)))


def retry(job_id: int) -> None:
    """A job that failed is due at once and counts its attempts anew."""
    stuck = or_(Job.error != "", Job.attempts >= GIVE_UP_AFTER)
    with transaction() as session:
        again = update(Job).where(Job.id == job_id, stuck)
        session.execute(again.values(due_at=clock.now(), attempts=0))


def waiting_for(event: type) -> list[Job]:
    """The jobs of this event that are not done yet, the oldest first."""
    names = [registered.name for registered in _by_event[event]]
    return list(db.session.scalars(select(Job).where(Job.handler.in_(names)).order_by(Job.id)))


def backlog(package: str) -> tuple[int, float]:
    """How many jobs of a package ("search") are not done yet, and how long the oldest has waited.

    Returns:
        Jobs, and seconds.
    """
    theirs = Job.handler.startswith(f"{package}.", autoescape=True)
    number = db.session.scalar(select(func.count()).where(theirs)) or 0
    oldest = db.session.scalar(select(func.min(Job.created_at)).where(theirs))
    return number, (clock.now() - oldest).total_seconds() if oldest else 0.0


def waiting() -> int:
    """How many jobs are not done yet."""
    return db.session.scalar(select(func.count()).select_from(Job)) or 0
