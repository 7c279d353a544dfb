"""A person's sessions as a calendar that phones and computers understand (RFC 5545)."""

from urllib.parse import urlsplit

from icalendar import Calendar, Event

from app.catalogue.models import ClassSession, Run, SessionStatus
from app.core import clock, config
from app.core.i18n import current_language
from app.core.web import absolute
from app.enrolment.models import Enrolment


def of_place(place: Enrolment) -> bytes:
    """All sessions of the run; cancelled ones stay, so that calendars take them out."""
    calendar = Calendar()
    calendar.add("prodid", f"-//{config.current().site_name_vi}//NONSGML//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", place.run.course.title.text())
    for session in place.run.sessions:
        calendar.add_component(_event(place, session))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _event(place: Enrolment, session: ClassSession) -> Event:
    """The same session keeps its UID for ever; a sequence above 0 says that it was cancelled."""
    run, event = place.run, Event()
    off = session.status is SessionStatus.CANCELLED
    event.add("uid", f"session-{session.id}@{urlsplit(config.current().base_url).hostname}")
    event.add("sequence", int(off))
    event.add("dtstamp", clock.now())
    event.add("dtstart", clock.local(session.starts_at))
    event.add("dtend", clock.local(session.ends_at))
    event.add("status", "CANCELLED" if off else "CONFIRMED")
    event.add("location", _where(run, session))
    event.add("url", absolute(f"/{current_language()}/places/{place.code}"))
    title = run.course.title
    event.add("summary", title.text(), parameters={"LANGUAGE": title.language()})
    return event


def _where(run: Run, session: ClassSession) -> str:
    venue = session.venue or run.venue
    if venue is None:
        return run.online_link
    parts = (venue.name.text(), venue.address, venue.unit.full_name.text())
    return ", ".join(part for part in parts if part)
