"""When somebody with a seat sees the link of a class: near its sessions, not all the time."""

from datetime import datetime, timedelta

from app.catalogue.models import Run, RunStatus, SessionStatus
from app.core import clock

BEFORE = timedelta(hours=1)
AFTER = timedelta(minutes=30)


def is_near(run: Run, now: datetime | None = None) -> bool:
    """Whether a session is on or begins within the hour; of a run without sessions, on its days."""
    now = now or clock.now()
    if run.status is RunStatus.CANCELLED:
        return False
    if not run.sessions:
        return run.starts_on <= clock.local(now).date() <= run.ends_on
    held = (each for each in run.sessions if each.status is SessionStatus.PLANNED)
    return any(each.starts_at - BEFORE <= now <= each.ends_at + AFTER for each in held)
