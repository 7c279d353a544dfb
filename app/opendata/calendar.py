"""Sessions as a calendar that phones and computers understand (RFC 5545).

A session keeps its UID for ever, and its SEQUENCE rises with every change: of the session itself,
and of the person's place. What was cancelled or given up stays as CANCELLED, so that calendars take
it out.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from app.accounts import queries as people
from app.catalogue.models import ClassSession, Run, SessionStatus
from app.core import clock, config
from app.core.i18n import Bilingual
from app.core.web import absolute
from app.enrolment import queries
from app.enrolment.models import Enrolment

KEPT = timedelta(days=60)
"""How long a class stays in a subscription after its last day."""
_EVERY = timedelta(hours=6)


def of_place(place: Enrolment, language: str) -> bytes:
    """The sessions of one class, as far as they are this person's to come to.

    What came after this place is told by the page of that place alone.
    """
    places = queries.on_lists([place.person_id], place.run.ends_on)
    here = [each for each in places if each.run_id == place.run_id and each.id <= place.id]
    title = place.run.course.title.text(language)
    return _written(title, _events(here, place.person_id, language))


def of_family(person_id: int) -> bytes:
    """All classes of a person and of those they act for, in the person's own language."""
    person = people.person(person_id)
    language = person.language if person else "vi"
    ids = [person_id, *(each.id for each in people.dependants(person_id))]
    events = _events(queries.on_lists(ids, clock.today() - KEPT), person_id, language)
    return _written(config.current().site_name_vi, events)


def _written(name: str, events: Iterable[Event]) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//{config.current().site_name_vi}//NONSGML//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _EVERY)
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _events(places: Sequence[Enrolment], reader_id: int, language: str) -> list[Event]:
    """One event for each session and person, however often they left and came back."""
    chains: dict[tuple[int, int], list[Enrolment]] = defaultdict(list)
    for place in places:
        chains[place.run_id, place.person_id].append(place)
    return [
        _event(chain, session, reader_id, language)
        for chain in chains.values()
        for session in chain[-1].run.sessions
    ]


def _event(
    chain: Sequence[Enrolment], session: ClassSession, reader_id: int, language: str
) -> Event:
    """`chain`: the person's places on this run, the latest last; one of them may still stand."""
    place, event = chain[-1], Event()
    stands = any(each.is_seated for each in chain)
    off = session.status is SessionStatus.CANCELLED or not stands
    left = sum(1 for each in chain if not each.is_seated)
    event.add("uid", _uid(session, place.person_id, reader_id))
    event.add("sequence", session.sequence + len(chain) - 1 + left)
    event.add("dtstamp", clock.now())
    event.add("dtstart", clock.local(session.starts_at))
    event.add("dtend", clock.local(session.ends_at))
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("location", _where(place.run, session, language))
    event.add("url", absolute(f"/{language}/places/{place.code}"))
    title, name = place.run.course.title, place.person.full_name
    summary = (
        title.text(language)
        if place.person_id == reader_id
        else (f"{title.text(language)} ({name})")
    )
    event.add("summary", summary, parameters={"LANGUAGE": title.language(language)})
    return event


def _uid(session: ClassSession, person_id: int, reader_id: int) -> str:
    """Two children in one class are two events."""
    whose = "" if person_id == reader_id else f"-{person_id}"
    return f"session-{session.id}{whose}@{urlsplit(config.current().base_url).hostname}"


_ONLINE = Bilingual("Trực tuyến", "Online")
"""The link itself is shown by the place's page, near the session: calendars are often shared."""


def _where(run: Run, session: ClassSession, language: str) -> str:
    venue = session.venue or run.venue
    if venue is None:
        return _ONLINE.text(language) if run.online_link else ""
    parts = (venue.name.text(language), venue.address, venue.unit.full_name.text(language))
    return ", ".join(part for part in parts if part)
