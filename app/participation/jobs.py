"""Facts follow the registers, and the files follow the facts."""

from datetime import timedelta

from sqlalchemy import select

from app.core import config, jobs
from app.core.db import db
from app.core.jobs import DayBegan, Job, handles
from app.enrolment.events import AttendanceTaken, PlaceGivenUp
from app.enrolment.models import Enrolment, EnrolmentState
from app.participation import operations, store
from app.participation.events import FactsChanged

PAUSE = timedelta(seconds=20)
"""Registers come in together after an evening's classes; the files are written once for all."""


@handles(AttendanceTaken)
def write_facts(event: AttendanceTaken) -> None:
    """Read the register again, so late or repeated events still end up right."""
    operations.rewrite([event.session_id])
    _refresh_soon()


@handles(PlaceGivenUp)
def forget_void_place(event: PlaceGivenUp) -> None:
    """A place declared void counts nowhere, also not where it was marked already."""
    enrolment = db.session.get(Enrolment, event.enrolment_id)
    if enrolment and enrolment.state is EnrolmentState.VOID:
        operations.rewrite_run(enrolment.run_id)
        _refresh_soon()


@handles(FactsChanged, network=True)
def write_files(_event: FactsChanged) -> None:
    """Writing files takes long, so it holds no transaction that others wait for."""
    store.refresh(store.folder(config.current()))


@handles(DayBegan, network=True)
def write_people(_event: DayBegan) -> None:
    """People move and are corrected without any register being taken."""
    store.refresh(store.folder(config.current()), people=True)


def _refresh_soon() -> None:
    """Have the files written after a pause, once for everything that happens meanwhile.

    The job that waits already is locked, so that no worker begins it before we have committed.
    """
    name = f"{write_files.__module__.removeprefix('app.')}.{write_files.__name__}"
    waiting = select(Job.id).where(Job.handler == name, Job.attempts == 0).limit(1)
    if db.session.scalar(waiting.with_for_update(skip_locked=True)) is None:
        jobs.emit(FactsChanged(), delay=PAUSE)
