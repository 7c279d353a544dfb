"""What one's own page shows: places of oneself and of the family, the next class first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.accounts import queries as people
from app.catalogue.models import ClassSession, RunStatus
from app.catalogue.queries import planned_sessions
from app.core import clock
from app.enrolment import queries as enrolment
from app.enrolment.models import Enrolment, EnrolmentState

MOST_PAST = 20


@dataclass(frozen=True, slots=True)
class Own:
    """One place, and when its class meets next."""

    place: Enrolment
    next_session: ClassSession | None

    @property
    def is_coming(self) -> bool:
        run = self.place.run
        seated = self.place.state is EnrolmentState.ENROLLED
        return seated and run.status is RunStatus.PLANNED and run.ends_on >= clock.today()

    @property
    def is_waiting(self) -> bool:
        run = self.place.run
        return self.place.state is EnrolmentState.WAITING and run.ends_on >= clock.today()


def of(person_id: int) -> dict[str, Any]:
    """Everything the page says; a fixed number of statements, however many places there are."""
    family = people.dependants(person_id)
    places = enrolment.places([], [person_id, *(person.id for person in family)])
    sessions = planned_sessions([place.run_id for place in places if place.is_live])
    owned = [Own(place, _next(sessions.get(place.run_id, []))) for place in places]
    coming = sorted((own for own in owned if own.is_coming), key=_when)
    waiting = [own for own in owned if own.is_waiting]
    past = [own for own in reversed(owned) if not (own.is_coming or own.is_waiting)]
    return {
        "person_id": person_id,
        "family": family,
        "coming": coming,
        "waiting": waiting,
        "past": past[:MOST_PAST],
    }


def _next(sessions: Sequence[ClassSession]) -> ClassSession | None:
    now = clock.now()
    return next((session for session in sessions if session.ends_at > now), None)


def _when(own: Own) -> tuple[bool, float, int]:
    """Those that meet next come first, those whose last session is over last."""
    session = own.next_session
    return (session is None, session.starts_at.timestamp() if session else 0, own.place.id)
