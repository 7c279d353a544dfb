"""Letters about places that follow from what happened.

Each handler reads the truth again before it writes: news that was overtaken is not written, and
`send` asks once more before it goes out.
"""

from collections.abc import Callable
from functools import partial

from sqlalchemy import select

from app.catalogue.events import SessionCancelled
from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.i18n import speaking
from app.core.jobs import handles
from app.enrolment import queries as places
from app.enrolment.events import (
    CodeAsked,
    FeeSettled,
    OfferEnded,
    PlaceCancelled,
    PlaceGivenUp,
    PlaceOffered,
    PlaceRefused,
    PlaceTaken,
    ResultRecorded,
)
from app.enrolment.models import Enrolment, FeeStatus
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import alerts
from app.notices import operations, parties, run_jobs
from app.notices.events import MessageQueued, MessagesErased, PartyOvertaken
from app.notices.models import Message
from app.notices.operations import Telling
from app.notices.truth import is_true
from app.notices.wording import About, Words, runs
from app.notices.wording import places as wording
from app.search.alerts import operations as search_alerts

Way = Callable[[About], Words]
_QUARTER = 15


@handles(PlaceTaken)
def confirm_place(event: PlaceTaken) -> None:
    """Nothing for a place that was given up meanwhile, or whose news is an offer by now."""
    place = db.session.get(Enrolment, event.enrolment_id)
    if place is None or place.state not in (State.ENROLLED, State.PENDING, State.WAITING):
        return
    if place.party and _is_first_answer(place):
        parties.tell(place)
    else:
        operations.write_about(place, partial(_answer, place))


@handles(PartyOvertaken)
def tell_those_who_stay(event: PartyOvertaken) -> None:
    """Each of those who sent one form and still stand as they did."""
    for place_id in event.place_ids:
        confirm_place(PlaceTaken(place_id))


@handles(PlaceOffered)
def offer_seat(event: PlaceOffered) -> None:
    """While there is time to answer."""
    place = db.session.get(Enrolment, event.enrolment_id)
    if place is None or place.state is not State.OFFERED or place.offered_until is None:
        return
    if place.offered_until > clock.now():
        tell = _of(place, wording.offered)
        operations.write_about(place, tell, until=place.offered_until)


@handles(OfferEnded)
def tell_of_the_end_of_an_offer(event: OfferEnded) -> None:
    _write_if(event.enrolment_id, {State.LAPSED: wording.lapsed, State.DECLINED: wording.declined})


@handles(PlaceRefused)
def tell_of_a_refusal(event: PlaceRefused) -> None:
    _write_if(event.enrolment_id, {State.REFUSED: wording.refused})


@handles(PlaceGivenUp)
def confirm_end(event: PlaceGivenUp) -> None:
    """Nothing when the class was cancelled, or the person moved: that is other news."""
    _write_if(event.enrolment_id, {State.WITHDRAWN: wording.given_up})


@handles(PlaceCancelled)
def tell_of_a_cancelled_place(event: PlaceCancelled) -> None:
    """Whoever had a seat or waited for one: with the run, or alone and for a reason."""
    place = db.session.get(Enrolment, event.enrolment_id)
    alone = place is not None and place.reason
    how = wording.ended if alone else runs.run_cancelled
    _write_if(event.enrolment_id, {State.CANCELLED: how})


@handles(ResultRecorded)
def tell_the_result(event: ResultRecorded) -> None:
    """Once for each change of the result; a correction that was taken back is not told."""
    place = db.session.get(Enrolment, event.enrolment_id)
    if place is None or place.state not in (State.COMPLETED, State.NOT_COMPLETED):
        return
    how = wording.completed if place.state is State.COMPLETED else wording.not_completed
    prefix = f"result-{place.id}-"
    told = _told(place.person_id, prefix)
    if not told or told[-1] != place.state:
        key = f"{prefix}{len(told) + 1}-{place.state}"
        operations.write_about(place, _of(place, how), key=key)


@handles(FeeSettled)
def tell_of_a_settled_fee(event: FeeSettled) -> None:
    """A receipt, unless it was due again a moment later."""
    place = db.session.get(Enrolment, event.enrolment_id)
    if place is None or not place.fee_settled_at or not place.is_live:
        return
    words = partial(wording.fee_settled, paid=place.fee_status is FeeStatus.PAID)
    key = f"fee-{place.id}-{place.fee_status}-{place.fee_settled_at:%Y%m%d%H%M%S}"
    operations.write_about(place, _of(place, words), key)


@handles(SessionCancelled)
def tell_of_a_cancelled_session(event: SessionCancelled) -> None:
    """Everybody who plans to come, while it still is news."""
    run_jobs.tell(event)


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
        words = wording.codes([About.of(each) for each in found])
    key = f"code-{place.person_id}-{now:%Y%m%d%H}{now.minute // _QUARTER}"
    operations.write(place.person, key, words)


@handles(MessageQueued, network=True)
def send(event: MessageQueued) -> None:
    """Once; news that was overtaken while a gateway was away is forgotten."""
    if not is_true(event):
        operations.forget(event)
        return
    operations.send(event.message_id)
    if event.alert_id:
        alerts.told(event.alert_id)
    if event.search_alert_id:
        search_alerts.told(event.search_alert_id)


@handles(MessagesErased, network=True)
def forget_copies(event: MessagesErased) -> None:
    operations.forget_copies(event.keys)


def _answer(place: Enrolment, name: str) -> Words:
    """What the person hears of the state they are in now."""
    if place.state is State.WAITING:
        return wording.waiting(About.of(place, name, places.place_in_line(place)))
    about = About.of(place, name)
    if place.came_from_id:
        return wording.moved(about, asks=place.state is State.PENDING)
    if place.state is State.PENDING:
        return wording.pending(about)
    if place.approved_at:
        return wording.approved(about)
    waited = place.seated_at is not None and place.seated_at > place.joined_at
    return wording.seated(about) if waited else wording.enrolled(about)


def _is_first_answer(place: Enrolment) -> bool:
    """Whether this is what the form was answered with, and not a later step of one person."""
    if place.came_from_id or place.approved_at:
        return False
    if place.state is State.ENROLLED:
        return place.seated_at == place.joined_at
    offers = select(AuditEntry.id).where(
        AuditEntry.object_kind == "enrolment", AuditEntry.object_id == str(place.id),
        AuditEntry.action == "enrolment.offer",
    )  # fmt: skip
    return place.state is State.WAITING or db.session.scalar(offers.limit(1)) is None


def _write_if(enrolment_id: int, ways: dict[State, Way]) -> None:
    """In the words for the state the place is in now, if there are any."""
    place = db.session.get(Enrolment, enrolment_id)
    if place is not None and place.state in ways:
        operations.write_about(place, _of(place, ways[place.state]))


def _of(place: Enrolment, way: Way) -> Telling:
    return lambda name: way(About.of(place, name))


def _told(person_id: int, prefix: str) -> list[str]:
    """The results that have been told, the oldest first."""
    about = Message.key.startswith(prefix, autoescape=True)
    rows = select(Message.key).where(Message.person_id == person_id, about)
    steps = {tuple(key.removeprefix(prefix).split("-")[:2]) for key in db.session.scalars(rows)}
    return [state for _number, state in sorted(steps, key=lambda step: int(step[0]))]
