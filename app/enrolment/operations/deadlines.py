"""Until when somebody may think about an offer, in hours people understand."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalogue.models import ClassSession, Mode, Run, RunStatus, SessionStatus
from app.core import clock
from app.enrolment.models import Enrolment

EVENING = time(20)
DAYS_TO_THINK = 2
BEFORE_START = timedelta(hours=12)
SHORTEST = timedelta(hours=1)
_ONE_DAY = timedelta(days=1)


def last_moment(session: Session, run: Run) -> datetime:
    """When a seat is no longer offered: enrolment closes, or the run begins.

    Who learns at their own pace may begin on any day.
    """
    if run.mode is Mode.SELF_PACED:
        return closes(run)
    return min(closes(run), begins(session, run))


def closes(run: Run) -> datetime:
    """The end of the last day on which a place can be taken."""
    return clock.at(run.enrol_until + _ONE_DAY, time())


def begins(session: Session, run: Run) -> datetime:
    """The first session that is held, or the first day of a run without sessions."""
    first = select(func.min(ClassSession.starts_at)).where(
        ClassSession.run_id == run.id, ClassSession.status == SessionStatus.PLANNED
    )
    return session.scalar(first) or clock.at(run.starts_on, time())


def offer_until(now: datetime, last: datetime) -> datetime | None:
    """Until 20:00 in two days, or earlier near the last moment.

    Then it is 20:00 of an earlier day, so that twelve hours are left to prepare; at the end half of
    the time that is left, to the full hour. None when less than an hour would be left to answer.
    """
    today = clock.local(now).date()
    for days in range(DAYS_TO_THINK, 0, -1):
        evening = clock.at(today + timedelta(days=days), EVENING)
        if evening <= last - BEFORE_START:
            return evening
    half = _full_hour(now + (last - now) / 2)
    return half if half - now >= SHORTEST else _within(now, last)


def _within(now: datetime, last: datetime) -> datetime | None:
    """The next full hour at least an hour away, if the run has not begun by then."""
    full = _full_hour(now + SHORTEST)
    soonest = full if full - now >= SHORTEST else full + timedelta(hours=1)
    return soonest if soonest <= last else None


def _full_hour(moment: datetime) -> datetime:
    """The last full hour that is not after the moment."""
    return clock.local(moment).replace(minute=0, second=0, microsecond=0)


def leave_until(run: Run, place: Enrolment) -> date:
    """The last day on which people give a seat up by themselves.

    What was agreed to stays so: a run that closes earlier now does not take it back.
    """
    agreed = place.terms.get("withdraw_until")
    days = [run.withdraw_until or run.ends_on, *([date.fromisoformat(agreed)] if agreed else [])]
    return min(max(days), run.ends_on)


def offers_go_out(run: Run) -> bool:
    """Whether this run still takes people: it is planned and its course is public."""
    return run.status is RunStatus.PLANNED and run.course.is_public
