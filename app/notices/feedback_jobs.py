"""Letters that ask what somebody thinks of a class."""

from datetime import date

from app.core import clock
from app.core.db import db
from app.core.jobs import handles
from app.enrolment.feedback import queries
from app.enrolment.feedback.events import FeedbackAsked
from app.enrolment.feedback.views import token_of
from app.enrolment.models import Enrolment
from app.notices import operations
from app.notices.wording import About, Words, endings
from app.notices.wording.base import address


@handles(FeedbackAsked)
def ask_for_feedback(event: FeedbackAsked) -> None:
    """Once, while there is time; whoever wants no reminders is not asked by letter."""
    for place_id in event.place_ids:
        place = db.session.get(Enrolment, place_id)
        found = queries.asked_of(place) if place else None
        if place is not None and found is not None and not place.person.no_reminders_since:
            _ask(place, found.until)


def _ask(place: Enrolment, until: date) -> None:
    def words(name: str) -> Words:
        url = address("feedback", token_of(place))
        return endings.feedback(About.of(place, name), url, until)

    end = clock.day_bounds(until, until)[1]
    operations.write_about(place, words, key=f"feedback-{place.id}", until=end)
