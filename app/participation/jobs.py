"""Facts follow the registers, and the files follow the facts."""

from datetime import timedelta

from sqlalchemy import ColumnElement, select

from app.accounts.events import PersonsMerged
from app.catalogue.models import ClassSession
from app.core import config, jobs
from app.core.archive import Restored
from app.core.db import db
from app.core.jobs import DayBegan, Job, handles
from app.enrolment.events import (
    AttendanceTaken,
    PlaceCancelled,
    PlaceGivenBack,
    PlaceGivenUp,
    PlaceTaken,
)
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


@handles(PlaceTaken)
def count_late_place(event: PlaceTaken) -> None:
    """A seat got while a class was on counts there, though its register was taken before."""
    enrolment = db.session.get(Enrolment, event.enrolment_id)
    if enrolment and enrolment.seated_at:
        _rewrite(enrolment.run_id, ClassSession.ends_at >= enrolment.seated_at)


@handles(PlaceCancelled)
def forget_cancelled_place(event: PlaceCancelled) -> None:
    """As a place given up."""
    forget_given_up_place(PlaceGivenUp(event.enrolment_id))


@handles(PlaceGivenUp)
def forget_given_up_place(event: PlaceGivenUp) -> None:
    """A seat given up before a class whose register was taken early does not count there.

    A place declared void counts nowhere, also not where it was marked already.
    """
    enrolment = db.session.get(Enrolment, event.enrolment_id)
    if enrolment and enrolment.state is EnrolmentState.VOID:
        _rewrite(enrolment.run_id)
    elif enrolment and enrolment.ended_at:
        _rewrite(enrolment.run_id, ClassSession.starts_at >= enrolment.ended_at)


@handles(PlaceGivenBack)
def count_place_again(event: PlaceGivenBack) -> None:
    """Wherever it was marked before."""
    enrolment = db.session.get(Enrolment, event.enrolment_id)
    if enrolment:
        _rewrite(enrolment.run_id)


@handles(FactsChanged, network=True)
def write_files(_event: FactsChanged) -> None:
    """Writing files takes long, so it holds no transaction that others wait for."""
    store.refresh(store.folder(config.current()))


@handles(PersonsMerged, network=True)
def write_merged(_event: PersonsMerged) -> None:
    """Sex, birth and wards of the person may be known now, also where no fact has moved."""
    store.refresh(store.folder(config.current()), people=True)


@handles(Restored, network=True)
def write_restored(_event: Restored) -> None:
    """The files may be of another time, and one mark may stand for other rows."""
    store.refresh(store.folder(config.current()), everything=True)


@handles(DayBegan, network=True)
def write_people(_event: DayBegan) -> None:
    """People move and are corrected without any register being taken."""
    store.refresh(store.folder(config.current()), people=True)


def _rewrite(run_id: int, *which: ColumnElement[bool]) -> None:
    """The facts of the sessions of a run that have a register."""
    if operations.rewrite_run(run_id, *which):
        _refresh_soon()


def _refresh_soon() -> None:
    """Have the files written after a pause, once for everything that happens meanwhile.

    The job that waits already is locked, so that no worker begins it before we have committed.
    """
    name = f"{write_files.__module__.removeprefix('app.')}.{write_files.__name__}"
    waiting = select(Job.id).where(Job.handler == name, Job.attempts == 0).limit(1)
    if db.session.scalar(waiting.with_for_update(skip_locked=True)) is None:
        jobs.emit(FactsChanged(), delay=PAUSE)
