"""Looking every day whether questions find something by now."""

from sqlalchemy import select

from app.core import clock, jobs
from app.core.db import db
from app.core.jobs import PeriodBegan, every, handles
from app.search import queries
from app.search.alerts import operations
from app.search.alerts.events import AlertsDue
from app.search.models import SearchAlert
from app.search.saved.jobs import AT_ONCE, IN_ALL, is_day


@every(minutes=20)
def announce_alerts(_event: PeriodBegan) -> None:
    """By day, those who have not been looked for today."""
    if not is_day() or jobs.waiting_for(AlertsDue):
        return
    today, _ = clock.day_bounds(clock.today(), clock.today())
    due = select(SearchAlert.id).where(SearchAlert.looked_at < today)
    ids = db.session.scalars(due.order_by(SearchAlert.looked_at, SearchAlert.id).limit(IN_ALL))
    rows = list(ids)
    for at in range(0, len(rows), AT_ONCE):
        jobs.emit(AlertsDue(rows[at : at + AT_ONCE]))


@handles(AlertsDue, network=True)
def look(event: AlertsDue) -> None:
    """Each in a transaction of its own."""
    names = queries.labels()
    for alert_id in event.alert_ids:
        operations.look(alert_id, names)
