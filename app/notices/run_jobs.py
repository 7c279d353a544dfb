"""Letters about a class: its sessions moved, it goes ahead, a seat can be taken."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

from app.accounts.contacts import Contact
from app.catalogue.events import RunGoesAhead, SessionCancelled, SessionsMoved
from app.catalogue.models import ClassSession, Run, RunStatus, SessionStatus
from app.core import clock, jobs
from app.core.db import db
from app.core.i18n import speaking
from app.core.jobs import handles
from app.enrolment import queries
from app.enrolment.events import SeatFree
from app.enrolment.models import Enrolment
from app.enrolment.operations import alerts
from app.notices import operations
from app.notices.events import MessageQueued, NewsDue, RunMessageSent
from app.notices.group_jobs import tell_groups
from app.notices.models import RunMessage
from app.notices.wording import About, Change, Held, Moved, Words, runs
from app.places.models import Venue

AT_ONCE = 50
"""People told in one transaction: nobody else waits for a big class."""
ClassEvent = SessionsMoved | SessionCancelled | RunGoesAhead | RunMessageSent


@dataclass(frozen=True, slots=True)
class News:
    """What an event says, while it still is true."""

    run_id: int
    key: str
    words: Callable[[About], Words]
    until: datetime | None = None
    sessions: Sequence[ClassSession] = ()


@handles(SessionsMoved)
def tell_of_moved_sessions(event: SessionsMoved) -> None:
    """One letter for one change to whoever plans to come; nothing where it changed again."""
    tell(event)


@handles(RunGoesAhead)
def tell_that_it_goes_ahead(event: RunGoesAhead) -> None:
    tell(event)


@handles(RunMessageSent)
def tell_what_the_provider_writes(event: RunMessageSent) -> None:
    tell(event)


@handles(NewsDue)
def tell_some(event: NewsDue) -> None:
    """Those of them who still plan to come, if it still is news."""
    kind, read = _EVENTS[event.kind]
    news = read(kind(**event.event))
    if news is None:
        return
    for place in queries.roster(news.run_id, event.place_ids).holding:
        words = partial(_about, news, place)
        key = f"{news.key}-{place.id}"
        operations.write_about(place, words, key, until=news.until, sessions=news.sessions)


def tell(event: ClassEvent) -> None:
    """Everybody who plans to come to the class, and its groups."""
    kind = type(event).__name__
    news = _EVENTS[kind][1](event)
    if news is None:
        return
    ids = [place.id for place in queries.roster(news.run_id).holding]
    for at in range(0, len(ids), AT_ONCE):
        jobs.emit(NewsDue(kind, asdict(event), ids[at : at + AT_ONCE]))
    tell_groups(news.run_id, news.key, news.words, until=news.until, sessions=news.sessions)


@handles(SeatFree)
def tell_of_a_free_seat(event: SeatFree) -> None:
    """Everybody who asked, once; whoever was not told before the seat went stays on the list."""
    asked = {f"seat-free-{alert.code}": alert for alert in alerts.waiting(event.run_id)}
    written = operations.written(asked)
    to_tell = [
        (key, alert, contact)
        for key, alert in asked.items()
        if key not in written and (contact := Contact.read(alert.contact))
    ]
    if to_tell[AT_ONCE:]:
        jobs.emit(event)
    for key, alert, contact in to_tell[:AT_ONCE]:
        with speaking(alert.language):
            words = runs.seat_free(About.of_run(alert.run))
        event_of = partial(MessageQueued, seat_free_in=alert.run_id, alert_id=alert.id)
        operations.write_to(contact, key, words, alert.person_id, event_of)


def moved(event: SessionsMoved) -> list[Moved]:
    """What the event says in words of its sessions; those changed again since are left out."""
    sessions = {each.id: each for each in _unchanged_since(event)}
    before = zip(event.session_ids, event.was, strict=True)
    return [
        Moved(_as_it_was(was), held(sessions[session_id]))
        for session_id, was in before
        if session_id in sessions
    ]


def held(session: ClassSession) -> Held:
    """When and where a session is now."""
    return _held(session.starts_at, session.ends_at, session.venue or session.run.venue)


def _unchanged_since(event: SessionsMoved) -> Sequence[ClassSession]:
    """The sessions that still are as this change left them, and are to come."""
    found = []
    for session_id, sequence in zip(event.session_ids, event.sequences, strict=True):
        session = db.session.get(ClassSession, session_id)
        if session is None or session.sequence != sequence:
            continue
        if session.status is SessionStatus.PLANNED and session.ends_at > clock.now():
            found.append(session)
    return found


def _version(event: SessionsMoved, run: Run) -> str:
    """Of this change: its first session and how often that was changed, or the new place."""
    changed = sorted(zip(event.session_ids, event.sequences, strict=True))
    first, sequence = changed[0] if changed else ("place", run.venue_id or 0)
    return f"moved-{run.id}-{first}-{sequence}"


def _as_it_was(was: dict[str, Any]) -> Held:
    venue = db.session.get(Venue, was["venue_id"]) if was["venue_id"] else None
    begins, ends = (datetime.fromisoformat(was[name]) for name in ("starts_at", "ends_at"))
    return _held(begins, ends, venue)


def _held(begins: datetime, ends: datetime, venue: Venue | None) -> Held:
    if venue is None:
        return Held(begins, ends)
    return Held(begins, ends, venue.name, venue.address)


def _words(event: SessionsMoved, moves: list[Moved], run: Run, about: About) -> Words:
    if moves:
        return runs.sessions_moved(about, Change(event.kind), moves)
    now = clock.now()
    return runs.place_changed(about, _held(now, now, run.venue))


def _about(news: News, place: Enrolment, name: str) -> Words:
    return news.words(About.of(place, name))


def _of_moves(event: SessionsMoved) -> News | None:
    run = db.session.get(Run, event.run_id)
    if run is None or run.status is RunStatus.CANCELLED:
        return None
    sessions, moves = _unchanged_since(event), moved(event)
    if event.session_ids and not moves:
        return None
    until = max((each.ends_at for each in sessions), default=None)
    words = partial(_words, event, moves, run)
    return News(run.id, _version(event, run), words, until, sessions)


def _of_a_cancelled_session(event: SessionCancelled) -> News | None:
    session = db.session.get(ClassSession, event.session_id)
    if session is None or session.status is not SessionStatus.CANCELLED:
        return None
    when = session.starts_at
    if when <= clock.now():
        return None
    words = partial(runs.session_cancelled, when=when)
    return News(session.run_id, f"session-{session.id}-off", words, when, [session])


def _of_going_ahead(event: RunGoesAhead) -> News | None:
    run = db.session.get(Run, event.run_id)
    if run is None or run.status is RunStatus.CANCELLED or run.going_ahead_at is None:
        return None
    return News(run.id, f"goes-ahead-{run.id}", runs.goes_ahead)


def _of_a_message(event: RunMessageSent) -> News | None:
    message = db.session.get(RunMessage, event.message_id)
    if message is None:
        return None
    provider = message.run.course.provider.name
    words = partial(runs.from_provider, provider, message.subject, message.body)
    return News(message.run_id, f"run-message-{message.id}", words)


_EVENTS: dict[str, tuple[type[Any], Callable[[Any], News | None]]] = {
    SessionsMoved.__name__: (SessionsMoved, _of_moves),
    SessionCancelled.__name__: (SessionCancelled, _of_a_cancelled_session),
    RunGoesAhead.__name__: (RunGoesAhead, _of_going_ahead),
    RunMessageSent.__name__: (RunMessageSent, _of_a_message),
}
