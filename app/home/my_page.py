"""What one's own page shows: places of oneself and of the family, the next class first."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.accounts import queries as people
from app.catalogue.models import ClassSession
from app.catalogue.queries import planned_sessions
from app.core import clock
from app.enrolment import queries as enrolment
from app.enrolment.certificates import queries as certificates
from app.enrolment.certificates.content import Content
from app.enrolment.certificates.models import Certificate
from app.enrolment.place_view import PlaceView, grouped

MOST_PAST = 20


def of(person_id: int) -> dict[str, Any]:
    """Everything the page says; a fixed number of statements, however many places there are."""
    family = people.dependants(person_id)
    places = enrolment.places([], [person_id, *(person.id for person in family)])
    sessions = planned_sessions([place.run_id for place in places if place.is_live])
    owned = [PlaceView(place, _next(sessions.get(place.run_id, []))) for place in places]
    found = grouped(owned)
    coming = sorted(found.coming, key=_when)
    return {
        "family": family,
        "certificates": _certificates([person_id, *(person.id for person in family)]),
        "places": replace(found, coming=coming, past=found.past[:MOST_PAST]),
    }


def _certificates(person_ids: Sequence[int]) -> list[tuple[Certificate, Content]]:
    return [(each, Content.read(each.content)) for each in certificates.of_people(person_ids)]


def _next(sessions: Sequence[ClassSession]) -> ClassSession | None:
    now = clock.now()
    return next((session for session in sessions if session.ends_at > now), None)


def _when(own: PlaceView) -> tuple[bool, float, int]:
    """Those that meet next come first, those whose last session is over last."""
    session = own.next_session
    return (session is None, session.starts_at.timestamp() if session else 0, own.place.id)
