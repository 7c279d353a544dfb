"""Whether news that waits in the outbox still is what it was when it was written."""

from datetime import datetime

from sqlalchemy import select

from app.catalogue.models import ClassSession, Run, RunState
from app.core import clock
from app.core.db import db
from app.enrolment.models import Enrolment, GroupBooking
from app.indicators.models import Return, ReturnState
from app.notices.events import MessageQueued
from app.search.models import Letters, SavedSearch, SearchAlert


def is_true(event: MessageQueued) -> bool:
    """Everything the message says of states, sessions and seats holds at this moment."""
    return (
        not _is_late(event.until)
        and _stand(event)
        and _sessions_are(event.sessions)
        and _seat_is_free(event.seat_free_in)
        and _waits_for_correction(event)
        and _asks_for_letters(event.saved_search_id)
        and _still_waits(event.search_alert_id)
    )


def sent_back(return_id: int, at: str) -> Return | None:
    """The return that was sent back at this moment, while it can still be put right."""
    found = db.session.get(Return, return_id)
    if found is None or found.state is not ReturnState.SENT_BACK or found.checked_at is None:
        return None
    is_same = found.checked_at.isoformat() == at and found.period.closed_at is None
    return found if is_same else None


def _is_late(until: str) -> bool:
    return until != "" and clock.now() >= datetime.fromisoformat(until)


def _stand(event: MessageQueued) -> bool:
    if event.booking_id:
        booking = db.session.get(GroupBooking, event.booking_id)
        return booking is not None and booking.state.value == event.state
    wanted = set(event.place_ids) | ({event.place_id} if event.place_id else set())
    if not wanted:
        return True
    states = select(Enrolment.state).where(Enrolment.id.in_(wanted))
    found = db.session.scalars(states).all()
    return len(found) == len(wanted) and {each.value for each in found} == {event.state}


def _sessions_are(sessions: list[list[int]]) -> bool:
    if not sessions:
        return True
    wanted = {each[0]: each[1] for each in sessions}
    rows = select(ClassSession.id, ClassSession.sequence).where(ClassSession.id.in_(wanted))
    return {row.id: row.sequence for row in db.session.execute(rows)} == wanted


def _seat_is_free(run_id: int | None) -> bool:
    if run_id is None:
        return True
    run = db.session.get(Run, run_id)
    return run is not None and run.state is RunState.OPEN


def _waits_for_correction(event: MessageQueued) -> bool:
    if event.return_id is None:
        return True
    return sent_back(event.return_id, event.sent_back_at) is not None


def _asks_for_letters(search_id: int | None) -> bool:
    if search_id is None:
        return True
    search = db.session.get(SavedSearch, search_id)
    return search is not None and search.letters is not Letters.NONE


def _still_waits(alert_id: int | None) -> bool:
    return alert_id is None or db.session.get(SearchAlert, alert_id) is not None
