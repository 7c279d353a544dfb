"""Boards follow the facts, once for all that changes in a while."""

from datetime import timedelta

from app.core import config, jobs
from app.core.archive import Restored
from app.core.db import transaction
from app.core.jobs import DayBegan, handles
from app.indicators.boards import prepared
from app.indicators.boards.events import BoardsBehind, PeriodBehind
from app.participation import store
from app.participation.events import FactsChanged

PAUSE = timedelta(seconds=60)
"""Registers come in together after an evening's classes; boards are made once for all."""


@handles(FactsChanged)
def note_change(_event: FactsChanged) -> None:
    """Leave it to a job that waits already."""
    jobs.emit_unless_waiting(BoardsBehind(), delay=PAUSE)


@handles(BoardsBehind, network=True)
def find_periods(_event: BoardsBehind) -> None:
    """From files as new as the facts."""
    store.refresh(store.folder(config.current()))
    _ask_for(everything=False)


@handles(DayBegan, network=True)
def begin_day(_event: DayBegan) -> None:
    """Periods end and begin, people move and are corrected, names change."""
    store.refresh(store.folder(config.current()))
    _ask_for(everything=True)


@handles(Restored, network=True)
def make_again(_event: Restored) -> None:
    """They may be of another time."""
    store.refresh(store.folder(config.current()), everything=True)
    _ask_for(everything=True)


@handles(PeriodBehind, network=True)
def make_period(event: PeriodBehind) -> None:
    """Counting takes long: it holds no transaction, and others come between two periods."""
    prepared.prepare(event.period, everything=event.everything)


def _ask_for(*, everything: bool) -> None:
    with transaction():
        for period in prepared.all_periods():
            jobs.emit(PeriodBehind(period.code, everything))
