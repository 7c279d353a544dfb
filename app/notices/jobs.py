"""Letters that follow from what happened; each reads the truth again before it writes."""

from app.catalogue.events import SessionCancelled
from app.catalogue.models import ClassSession, SessionStatus
from app.core import clock
from app.core.db import db
from app.core.i18n import speaking
from app.core.jobs import handles
from app.enrolment import queries as places
from app.enrolment.events import CodeAsked, PlaceCancelled, PlaceGivenUp, PlaceTaken
from app.enrolment.models import Enrolment, EnrolmentState
from app.notices import operations, wording
from app.notices.events import MessageQueued, MessagesErased

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


@handles(SessionCancelled)
def tell_of_a_cancelled_session(event: SessionCancelled) -> None:
    """Everybody with a seat, while it still is news."""
    session = db.session.get(ClassSession, event.session_id)
    if session is None or session.status is not SessionStatus.CANCELLED:
        return
    if session.starts_at <= clock.now():
        return
    for place in places.roster(session.run_id).seated:
        with speaking(place.person.language):
            words = wording.session_cancelled(place, session)
        operations.write(place.person, f"session-{session.id}-off-{place.id}", words)


@handles(PlaceCancelled)
def tell_of_a_cancelled_place(event: PlaceCancelled) -> None:
    """Whoever had a seat or waited for one."""
    place = db.session.get(Enrolment, event.enrolment_id)
    if place is None or place.state is not EnrolmentState.CANCELLED:
        return
    with speaking(place.person.language):
        words = wording.run_cancelled(place)
    operations.write_about(place, words)


@handles(MessageQueued, network=True)
def send(event: MessageQueued) -> None:
    """Once; news that was overtaken while a gateway was away is forgotten."""
    if operations.is_true(event):
        operations.send(event.message_id)
    else:
        operations.forget(event.message_id)


@handles(MessagesErased, network=True)
def forget_copies(event: MessagesErased) -> None:
    operations.forget_copies(event.keys)
