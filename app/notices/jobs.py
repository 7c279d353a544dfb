"""Letters that follow from what happened; each reads the truth again before it writes."""

from app.core import clock
from app.core.db import db
from app.core.i18n import speaking
from app.core.jobs import handles
from app.enrolment import queries as places
from app.enrolment.events import CodeAsked, PlaceGivenUp, PlaceTaken
from app.enrolment.models import Enrolment, EnrolmentState
from app.notices import operations, wording
from app.notices.events import MessageQueued

_QUARTER = 15


@handles(PlaceTaken)
def confirm_place(event: PlaceTaken) -> None:
    """Nothing for a place that was given up meanwhile."""
    place = db.session.get(Enrolment, event.enrolment_id)
    if place is None or not place.is_live:
        return
    waits = place.state is EnrolmentState.WAITING
    with speaking(place.person.language):
        words = wording.place_taken(place, places.place_in_line(place) if waits else 0)
    operations.write_about(place, words)


@handles(PlaceGivenUp)
def confirm_end(event: PlaceGivenUp) -> None:
    """Nothing when the class was cancelled: that is other news."""
    place = db.session.get(Enrolment, event.enrolment_id)
    if place is None or place.state is not EnrolmentState.WITHDRAWN:
        return
    with speaking(place.person.language):
        words = wording.place_given_up(place)
    operations.write_about(place, words)


@handles(CodeAsked)
def send_codes(event: CodeAsked) -> None:
    """To the phone of the places, at most once in a quarter of an hour."""
    place = db.session.get(Enrolment, event.enrolment_id)
    if place is None:
        return
    found = places.live_codes(place.person_id)
    if not found:
        return
    now = clock.now()
    with speaking(place.person.language):
        words = wording.codes(found)
    key = f"code-{place.person_id}-{now:%Y%m%d%H}{now.minute // _QUARTER}"
    operations.write(place.person, key, words)


@handles(MessageQueued, network=True)
def send(event: MessageQueued) -> None:
    """Once; news that was overtaken while a gateway was away is forgotten."""
    if operations.is_true(event):
        operations.send(event.message_id)
    else:
        operations.forget(event.message_id)
