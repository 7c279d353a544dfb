"""Rounds begin and end by themselves."""

from app.core import clock
from app.core.jobs import DayBegan, PeriodBegan, every, handles
from app.enrolment.feedback import rounds

BEGIN, END = 9, 20
"""On the city's clock: nobody gets a letter at night."""


@every(minutes=30)
def ask_people(_event: PeriodBegan) -> None:
    """Of the classes that have ended."""
    if BEGIN <= clock.local(clock.now()).hour < END:
        for run_id in rounds.due():
            rounds.open_round(run_id)


@handles(DayBegan)
def close_rounds(_event: DayBegan) -> None:
    """Those whose last day has passed."""
    for run_id in rounds.over():
        rounds.close_round(run_id)
