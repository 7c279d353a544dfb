"""Boards follow the facts, once for all that changes in a while."""

from datetime import timedelta

from sqlalchemy import select

from app.core import config, jobs
from app.core.archive import Restored
from app.core.db import db
from app.core.jobs import DayBegan, Job, handles
from app.indicators import prepared
from app.indicators.prepared_events import BoardsBehind
from app.participation import store
from app.participation.events import FactsChanged

PAUSE = timedelta(seconds=60)
"""Registers come in together after an evening's classes; boards are made once for all."""


@handles(FactsChanged)
def note_change(_event: FactsChanged) -> None:
    """Leave it to a job that waits already, locked so that no worker begins it before our end."""
    name = f"{make_boards.__module__.removeprefix('app.')}.{make_boards.__name__}"
    waiting = select(Job.id).where(Job.handler == name, Job.attempts == 0).limit(1)
    if db.session.scalar(waiting.with_for_update(skip_locked=True)) is None:
        jobs.emit(BoardsBehind(), delay=PAUSE)


@handles(BoardsBehind, network=True)
def make_boards(_event: BoardsBehind) -> None:
    """From files as new as the facts; counting takes long, so it holds no transaction."""
    store.refresh(store.folder(config.current()))
    prepared.prepare()


@handles(DayBegan, network=True)
def make_boards_of_the_day(_event: DayBegan) -> None:
    """Periods end and begin, people move and are corrected, names change."""
    store.refresh(store.folder(config.current()))
    prepared.prepare(everything=True)


@handles(Restored, network=True)
def make_boards_again(_event: Restored) -> None:
    """They may be of another time."""
    store.refresh(store.folder(config.current()), everything=True)
    prepared.prepare(everything=True)
