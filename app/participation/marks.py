"""Which parts of the tables have changed, so that their files are written again."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import Table, select, text
from sqlalchemy.orm import Session

from app.core import clock, jobs
from app.core.db import db, inserting
from app.core.jobs import Job
from app.participation.events import FactsChanged
from app.participation.models import FactMonth

PAUSE = timedelta(seconds=20)
"""Registers come in together after an evening's classes; the files are written once for all."""
PARTS = 16
"""Of the learners: so many files, of which only some are written again."""
_WRITER = "participation.jobs.write_files"
_ASKED = "files_asked_for"
_MONTHS = cast("Table", FactMonth.__table__)  # as in `learners`
_LOCK = 7_305_830
"""PostgreSQL's advisory lock of those who write facts (shared) and of a cut-off (alone)."""


def learning(session: Session) -> datetime:
    """The moment at which what is written now became known; asked for before anything is read.

    Nobody gets a cut-off between this moment and the commit, see `cut_off`.
    """
    if db.engine.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock_shared(:lock)"), {"lock": _LOCK})
    return clock.now()


def cut_off(session: Session) -> datetime:
    """A moment up to which nothing more will ever become known: whoever is writing has ended.

    In a transaction; SQLite has one writer at a time anyway.
    """
    if db.engine.dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    return clock.now()


def month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def part_of(learner: int) -> str:
    """The part of the learners this one is in."""
    return f"p-{learner % PARTS:02}"


def mark(session: Session, parts: Iterable[str]) -> None:
    """These parts have changed: they get new marks, and the worker writes their files soon."""
    rows = [{"month": part, "mark": secrets.token_hex(8)} for part in sorted(set(parts))]
    if not rows:
        return
    new = inserting(_MONTHS)
    replaced = {"mark": new.excluded.mark}
    session.execute(new.on_conflict_do_update(index_elements=["month"], set_=replaced), rows)
    _write_soon(session)


def _write_soon(session: Session) -> None:
    """Once for everything that happens meanwhile, in this transaction and in others.

    The job that waits already is locked, so that no worker begins it before we have committed.
    """
    if session.info.get(_ASKED) is session.get_transaction():
        return
    session.info[_ASKED] = session.get_transaction()
    waiting = select(Job.id).where(Job.handler == _WRITER, Job.attempts == 0).limit(1)
    if session.scalar(waiting.with_for_update(skip_locked=True)) is None:
        jobs.emit(FactsChanged(), delay=PAUSE)
