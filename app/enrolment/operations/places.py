"""Taking and giving up places; every operation first locks the row of the run, see `seats`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.operations import Guest, person_for_guest, record_consent
from app.accounts.rights.purposes import ENROLMENT
from app.catalogue.models import Run, RunState, RunStatus
from app.core import audit, clock, jobs
from app.core.db import breaks, transaction
from app.core.errors import DomainError
from app.core.keys import keyed_hash, random_code
from app.enrolment.errors import (
    AlreadyEnrolled,
    EnrolmentClosed,
    NotOpenYet,
    RunCancelled,
    RunFull,
    SeatGone,
    TooLateToWithdraw,
)
from app.enrolment.events import PlaceTaken
from app.enrolment.models import Channel, Enrolment, FeeStatus
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import eligibility, offers, seats
from app.enrolment.operations.eligibility import Standing
from app.enrolment.operations.steps import step


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What is asked for, beside whose place it is.

    Args:
        form_key: the same key for the same person and run finds the first answer again.
        wait: False when a seat was promised and nobody has agreed to queue.
        language: of the words agreed to beside the button, see `accounts.rights.purposes`; ""
            when no words were shown.
        given_by_id: the parent or guardian who agreed for the person.
        child_agreed: what a child of seven or more said.
        answers: to the provider's own questions, by their ids.
        fee_group: code of the reduced fee that is claimed.
        partner_code: opens the seats kept for a partner.
    """

    form_key: str | None = None
    channel: Channel = Channel.WEB
    recorded_by_id: int | None = None
    wait: bool = True
    language: str = ""
    given_by_id: int | None = None
    child_agreed: bool | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    fee_group: str = ""
    partner_code: str = ""


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
        people = [eligibility.held(session, person_id) for person_id in sorted(set(person_ids))]
        keys = {each: _key(run_id, each, application.form_key) for each in people}
        if sent := _sent(session, keys):
            return sent
        if offers.has_overdue(session, run):
            offers.settle(session, run)
        check_open(run, application.channel)
        standings = {each: _standing(session, run, each, application) for each in people}
        state = _take_places(session, run, list(standings.values()), wait=application.wait)
        party = random_code() if len(people) > 1 else None
        places = [
            _new_place(run, each, state, standing, application, key=keys[each], party=party)
            for each, standing in standings.items()
        ]
        _insert(session, places)
        for place in places:
            _note(place, run, application)
        return places


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


def enrol_guests(guests: Sequence[Guest], run_id: int, application: Application) -> list[Enrolment]:
    """As `enrol_party`, for people who are told by their details."""
    with transaction() as session:
        seats.locked(session, run_id)
        people = [person_for_guest(guest).id for guest in guests]
        return enrol_party(people, run_id, application)


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
        last = run.ends_on if staff_reason else min(run.withdraw_until or run.ends_on, run.ends_on)
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
        return eligibility.check(session, run, person_id, asked.channel)
    except DomainError as error:
        error.person_id = person_id  # type: ignore[attr-defined]  # told only to their family
        raise


def _key(run_id: int, person_id: int, form_key: str | None) -> str | None:
    """Of this form, for this person: the form sent again with another name is another enrolment."""
    return keyed_hash(f"{run_id}:{person_id}:{form_key}") if form_key else None


def _sent(session: Session, keys: Mapping[int, str | None]) -> list[Enrolment]:
    """What this very form made before, if it made something for all of these people."""
    wanted = [key for key in keys.values() if key]
    if not wanted:
        return []
    found = session.scalars(select(Enrolment).where(Enrolment.form_key.in_(wanted))).all()
    made = {place.form_key: place for place in found}
    return [made[key] for key in wanted] if len(made) == len(keys) else []


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


def _take_places(session: Session, run: Run, standings: Sequence[Standing], *, wait: bool) -> State:
    before = run.state
    people = len(standings)
    if _take_seats(session, run, standings):
        state = State.PENDING if run.needs_approval else State.ENROLLED
    elif run.queue_is_open and not wait:
        raise SeatGone
    elif seats.join_queue(session, run, people):
        state = State.WAITING
    else:
        raise RunFull
    seats.tell_if_changed(run, before)
    return state


def _take_seats(session: Session, run: Run, standings: Sequence[Standing]) -> bool:
    return seats.take(session, run, len(standings))


def _new_place(
    run: Run,
    person_id: int,
    state: State,
    standing: Standing,
    asked: Application,
    *,
    key: str | None,
    party: str | None,
) -> Enrolment:
    joined = clock.now()
    return Enrolment(
        code=random_code(), form_key=key, person_id=person_id, run_id=run.id, state=state,
        channel=asked.channel, recorded_by_id=asked.recorded_by_id, joined_at=joined,
        seated_at=joined if state is State.ENROLLED else None,
        rank=standing.rank, party=party, answers=dict(asked.answers), terms=terms(run),
        fee=run.fee, fee_status=FeeStatus.DUE if run.fee else FeeStatus.FREE,
    )  # fmt: skip


def terms(run: Run) -> dict[str, Any]:
    """What is agreed to now stays so, whatever the run becomes."""
    last = run.withdraw_until or run.ends_on
    return {
        "fee": run.fee,
        "starts_on": run.starts_on.isoformat(),
        "ends_on": run.ends_on.isoformat(),
        "withdraw_until": last.isoformat(),
        "rules": run.rules,
        "words": ENROLMENT.version,
    }


def _insert(session: Session, places: Sequence[Enrolment]) -> None:
    """Add the rows now: the index over live places answers here, not at some outer commit."""
    session.add_all(places)
    try:
        session.flush()
    except IntegrityError as error:
        if breaks(error, "uq_enrolments_live", "enrolments.run_id", "enrolments.person_id"):
            raise AlreadyEnrolled from error
        raise


def _note(place: Enrolment, run: Run, asked: Application) -> None:
    """Consent, audit entry and event of a new place."""
    if asked.language:
        record_consent(
            place.person_id, ENROLMENT.code, language=asked.language, channel=asked.channel,
            values={"provider": run.course.provider.name.text(asked.language)},
            recorded_by_id=asked.recorded_by_id, given_by_id=asked.given_by_id,
            child_agreed=asked.child_agreed,
        )  # fmt: skip
    audit.record(
        "enrolment.enrol", "enrolment", place.id, asked.recorded_by_id,
        state=place.state, run=run.id,
    )  # fmt: skip
    jobs.emit(PlaceTaken(place.id))
