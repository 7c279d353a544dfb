"""Looking every day, or every week, for what is new to saved searches."""

from collections.abc import Sequence
from datetime import time, timedelta

from sqlalchemy import and_, or_, select

from app.accounts.models import Person
from app.core import clock, jobs
from app.core.db import db
from app.core.jobs import PeriodBegan, every, handles
from app.search import queries
from app.search.models import Letters, SavedSearch
from app.search.saved import operations
from app.search.saved.events import LooksDue

BEGIN, END = time(8), time(20)
"""On the city's clock: nobody is woken by what is new."""
AT_ONCE, IN_ALL = 50, 5000
_OTHER_DAYS_OF_WEEK = timedelta(days=6)


@every(minutes=20)
def announce_looks(_event: PeriodBegan) -> None:
    """By day, those who have not been looked for since the last day, or week, of theirs."""
    if not is_day() or jobs.waiting_for(LooksDue):
        return
    ids = _due()
    for at in range(0, len(ids), AT_ONCE):
        jobs.emit(LooksDue(list(ids[at : at + AT_ONCE])))


def is_day() -> bool:
    return BEGIN <= clock.local(clock.now()).time() < END


@handles(LooksDue, network=True)
def look(event: LooksDue) -> None:
    """Each in a transaction of its own; those looked for already are not due any more."""
    names, due = queries.labels(), set(_due(event.search_ids))
    for search_id in event.search_ids:
        if search_id in due:
            operations.look(search_id, names)


def _due(of: Sequence[int] | None = None) -> Sequence[int]:
    today, _ = clock.day_bounds(clock.today(), clock.today())
    rhythm = or_(
        and_(SavedSearch.letters == Letters.DAILY, SavedSearch.looked_at < today),
        and_(
            SavedSearch.letters == Letters.WEEKLY,
            SavedSearch.looked_at < today - _OTHER_DAYS_OF_WEEK,
        ),
    )
    may = Person.restricted_at.is_(None), Person.erased_at.is_(None)
    query = select(SavedSearch.id).join(Person, SavedSearch.person_id == Person.id)
    query = query.where(rhythm, *may, *([] if of is None else [SavedSearch.id.in_(of)]))
    return db.session.scalars(
        query.order_by(SavedSearch.looked_at, SavedSearch.id).limit(IN_ALL)
    ).all()
