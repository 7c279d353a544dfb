"""Taking and giving up places; every operation first locks the row of the run, see `seats`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from app.accounts.operations import Guest, id_for_guest
from app.catalogue.models import Run, RunState, RunStatus
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.keys import keyed_hash, random_code
from app.enrolment.errors import (
    EnrolmentClosed,
    NotEnoughSeats,
    NotOpenYet,
    QueueTooShort,
    RunCancelled,
    RunFull,
    SeatGone,
    TooLateToWithdraw,
)
from app.enrolment.models import Channel, Enrolment
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import deadlines, eligibility, kept_seats, new_places, offers, seats
from app.enrolment.operations.answers import accepted
from app.enrolment.operations.application import Application
from app.enrolment.operations.eligibility import Standing
from app.enrolment.operations.steps import step


def enrol(
    person_id: int,
    run_id: int,
    form_key: str | None = None,
    channel: Channel = Channel.WEB,
    recorded_by_id: int | None = None,
    **asked: Any,
) -> Enrolment:
    """Take a seat, or a place in the queue when there is none; `asked` as in `Application`."""
    application = Application(
        form_key=form_key, channel=channel, recorded_by_id=recorded_by_id, **asked
    )
    return enrol_party([person_id], run_id, application)[0]


def enrol_party(
    person_ids: Sequence[int], run_id: int, application: Application
) -> list[Enrolment]:
    """Take a seat for each of these people, or a place in the queue for each: all or nothing.

    Raises:
        DomainError: the rule that stopped it; nothing has changed. `AlreadyEnrolled` and the other
            refusals about one person carry that person's id in `person_id`.
    """
    with transaction() as session:
        run = seats.locked(session, run_id)
        held = {each: eligibility.held(session, each) for each in sorted(set(person_ids))}
        people = dict.fromkeys(held[each] for each in person_ids)
        return _enrol(session, run, list(people), application)


def enrol_guest(
    guest: Guest,
    run_id: int,
    form_key: str,
    channel: Channel = Channel.WEB,
    recorded_by_id: int | None = None,
    **asked: Any,
) -> Enrolment:
    """The person (new, or the same as before), their consent and the place, all or nothing."""
    application = Application(
        form_key=form_key, channel=channel, recorded_by_id=recorded_by_id,
        language=guest.language, **asked,
    )  # fmt: skip
    return enrol_guests([guest], run_id, application)[0]


def enrol_guests(
    guests: Sequence[Guest],
    run_id: int,
    application: Application,
    *,
    together_with: Collection[int] = (),
) -> list[Enrolment]:
    """As `enrol_party`, for people who are told by their details, and others who are known."""
    with transaction() as session:
        run = seats.locked(session, run_id)
        in_one_order = sorted(guests, key=lambda guest: guest.key)  # however they were typed
        told = {guest.key: id_for_guest(guest) for guest in in_one_order}
        known = [eligibility.held(session, each) for each in sorted(set(together_with))]
        people = dict.fromkeys([*known, *(told[guest.key] for guest in guests)])
        asked = replace(application, told_by_details=frozenset(told.values()))
        return _enrol(session, run, list(people), asked)


def codes_for_guests(
    guests: Sequence[Guest],
    run_id: int,
    application: Application,
    *,
    together_with: Collection[int] = (),
) -> list[str]:
    """As `enrol_guests`; only the codes, so that no row has to be read again after the commit."""
    with transaction():
        places = enrol_guests(guests, run_id, application, together_with=together_with)
        return [place.code for place in places]


def _enrol(
    session: Session, run: Run, people: Sequence[int], application: Application
) -> list[Enrolment]:
    """As `enrol_party`, for people whose rows are locked."""
    keys = {each: _key(run.id, each, application.form_key) for each in people}
    sent, is_overdue = _found_before(session, run, keys)
    if sent:
        return sent
    if is_overdue:
        offers.settle(session, run)
    check_open(run, application.channel)
    asked = replace(application, answers=accepted(run, application))
    found = [_standing(session, run, each, asked) for each in people]
    state, standings = _take_places(session, run, found, asked)
    party = random_code() if len(people) > 1 else None
    places = [
        new_places.make(run, each, state, standing, asked, key=keys[each], party=party)
        for each, standing in zip(people, standings, strict=True)
    ]
    new_places.insert(session, places)
    for place, standing in zip(places, standings, strict=True):
        new_places.note(place, run, asked, standing)
    if state is State.WAITING and run.seats_left != 0:  # too few for the whole party
        offers.settle(session, run)
    return places


def withdraw(
    enrolment_id: int, recorded_by_id: int | None = None, *, staff_reason: str = ""
) -> Enrolment:
    """Give up the seat, which is offered to whoever is next, or leave the queue.

    Doing it twice is the same as doing it once.

    Args:
        staff_reason: staff may end a place after the day until which people do it themselves.

    Raises:
        TooLateToWithdraw: that day is past.
    """
    with transaction() as session:
        run_id = session.get_one(Enrolment, enrolment_id).run_id
        run = seats.locked(session, run_id)
        place = session.get_one(Enrolment, enrolment_id, populate_existing=True)
        if not place.is_live:
            return place
        last = run.ends_on if staff_reason else deadlines.leave_until(run, place)
        if place.state is State.ENROLLED and clock.today() > last:
            raise TooLateToWithdraw
        before = run.state
        to = State.DECLINED if place.state is State.OFFERED else State.WITHDRAWN
        step(session, run, place, to, recorded_by_id, reason=staff_reason)
        offers.settle(session, run)
        seats.tell_if_changed(run, before)
        return place


def _standing(session: Session, run: Run, person_id: int, asked: Application) -> Standing:
    try:
        return eligibility.check(session, run, person_id, asked)
    except DomainError as error:
        error.person_id = person_id
        raise


def _key(run_id: int, person_id: int, form_key: str | None) -> str | None:
    """Of this form, for this person: the form sent again with another name is another enrolment."""
    return keyed_hash(f"{run_id}:{person_id}:{form_key}") if form_key else None


_BEFORE = select(Enrolment).where(
    or_(Enrolment.form_key.in_(bindparam("keys", expanding=True)), offers.OVERDUE)
)


def _found_before(
    session: Session, run: Run, keys: Mapping[int, str | None]
) -> tuple[list[Enrolment], bool]:
    """What this very form made before, if it made something for all of these people.

    And whether a seat is kept for somebody whose time is over; one statement tells both.
    """
    wanted = [key for key in keys.values() if key]
    now = clock.now()
    asked = {"keys": wanted, "run_id": run.id, "now": now}
    found = session.scalars(_BEFORE, asked).all()
    made = {place.form_key: place for place in found if place.form_key in wanted}
    sent = [made[key] for key in wanted] if wanted and len(made) == len(keys) else []
    return sent, any(place.offered_until and place.offered_until <= now for place in found)


_REFUSALS: dict[RunState, type[DomainError]] = {
    RunState.CANCELLED: RunCancelled,
    RunState.CLOSED: EnrolmentClosed,
    RunState.NOT_YET: NotOpenYet,
}


def check_open(run: Run, channel: Channel) -> None:
    """Residents keep to the enrolment period; staff may add somebody who came to the class."""
    if run.status is RunStatus.CANCELLED:
        raise RunCancelled
    if channel is not Channel.WEB:
        return
    if not run.course.is_public:
        raise EnrolmentClosed
    if refusal := _REFUSALS.get(run.state):
        raise refusal


def _take_places(
    session: Session, run: Run, found: Sequence[Standing], asked: Application
) -> tuple[State, Sequence[Standing]]:
    before = run.state
    people = len(found)
    is_seated, standings = kept_seats.take(session, run, found, asked.partner_code)
    if is_seated:
        state = State.PENDING if run.needs_approval else State.ENROLLED
    elif run.queue_is_open and not asked.wait:
        raise _no_seats(run, people)
    elif seats.join_queue(session, run, people):
        state = State.WAITING
    else:
        raise _no_queue(run, people)
    seats.tell_if_changed(run, before)
    return state, standings


def _no_seats(run: Run, people: int) -> DomainError:
    """Who comes alone is told that the seat went; a party, how many are left."""
    left = (run.seats_left or 0) if run.waiting == 0 else 0
    return NotEnoughSeats(left) if people > 1 and left else SeatGone()


def _no_queue(run: Run, people: int) -> DomainError:
    room = max(0, (run.waiting_capacity or 0) - run.waiting)
    refusal = _no_seats(run, people)
    if isinstance(refusal, NotEnoughSeats):
        return refusal
    return QueueTooShort(room) if people > 1 and room else RunFull()
