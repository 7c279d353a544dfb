"""Events and the work they cause, kept in the database until it is done.

`emit` writes one row for each handler of the event in the transaction that caused it: what was
committed is never forgotten, what was rolled back never happened. A worker runs each row at least
once; a row that fails waits longer each time and keeps its error for administrators to see.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Base, big_pk, created_at, db, transaction

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=10)
FIRST_RETRY = timedelta(seconds=15)
LONGEST_RETRY = timedelta(hours=6)
GIVE_UP_AFTER = 12
Handler = Callable[[Any], None]


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


@dataclass(frozen=True, slots=True)
class _Registered:
    name: str
    event: type
    run: Handler
    in_transaction: bool


_by_event: dict[type, list[_Registered]] = defaultdict(list)
_by_name: dict[str, _Registered] = {}


def handles(event: type, *, network: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler; it must be safe to run twice.

    Args:
        event: a frozen dataclass of ids.
        network: the handler talks to another server, so it runs outside any transaction and opens
            its own; otherwise its writes and the end of the job are one commit.
    """

    def register(run: Handler) -> Handler:
        name = f"{run.__module__.removeprefix('app.')}.{run.__name__}"
        found = _Registered(name, event, run, not network)
        if name not in _by_name:
            _by_event[event].append(found)
        _by_name[name] = found
        return run

    return register


def emit(event: object, delay: timedelta = timedelta()) -> None:
    """Remember, in the running transaction, that this happened."""
    due = clock.now() + delay
    payload = asdict(event)  # type: ignore[call-overload]  # every event is a dataclass
    for registered in _by_event[type(event)]:
        db.session.add(Job(handler=registered.name, event=payload, due_at=due))


def work_once() -> bool:
    """Run one job that is due; False when there was none."""
    claimed = _claim()
    if claimed is None:
        return False
    job_id, name, payload, attempts = claimed
    try:
        _run(job_id, _by_name[name], payload)
    except Exception as error:
        log.exception("job failed", extra={"job": job_id, "handler": name})
        _postpone(job_id, attempts, f"{type(error).__name__}: {error}")
    return True


def work(*, once: bool = False, idle_seconds: float = 0.5) -> int:
    """Run jobs until none is due (`once`) or for ever; the number run."""
    done = 0
    while True:
        if work_once():
            done += 1
        elif once:
            return done
        else:
            db.session.remove()
            time.sleep(idle_seconds)


def _claim() -> tuple[int, str, dict[str, Any], int] | None:
    """Take the oldest due job for the length of a lease, so that a killed worker's job comes back."""
    now = clock.now()
    with transaction() as session:
        due = select(Job.id).where(Job.due_at <= now, Job.attempts < GIVE_UP_AFTER)
        oldest = due.order_by(Job.due_at, Job.id).limit(1).with_for_update(skip_locked=True)
        taken = update(Job).where(Job.id == oldest.scalar_subquery())
        row = session.execute(
            taken.values(due_at=now + LEASE, attempts=Job.attempts + 1).returning(
                Job.id, Job.handler, Job.event, Job.attempts
            )
        ).first()
    return (row.id, row.handler, row.event, row.attempts) if row else None


def _run(job_id: int, handler: _Registered, payload: dict[str, Any]) -> None:
    event = handler.event(**payload)
    if handler.in_transaction:
        with transaction() as session:
            handler.run(event)
            _finish(session, job_id)
        return
    handler.run(event)
    with transaction() as session:
        _finish(session, job_id)


def _finish(session: Session, job_id: int) -> None:
    session.execute(delete(Job).where(Job.id == job_id))


def _postpone(job_id: int, attempts: int, error: str) -> None:
    wait = min(FIRST_RETRY * 2 ** (attempts - 1), LONGEST_RETRY)
    with transaction() as session:
        values = {"due_at": clock.now() + wait, "error": error[:2000]}
        session.execute(update(Job).where(Job.id == job_id).values(values))


def failing() -> list[Job]:
    """Jobs that failed at least once and still wait, the oldest first; for administrators."""
    return list(db.session.scalars(select(Job).where(Job.error != "").order_by(Job.id).limit(100)))


def waiting() -> int:
    """How many jobs are not done yet."""
    return db.session.scalar(select(func.count()).select_from(Job)) or 0
