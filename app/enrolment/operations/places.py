"""Taking and giving up places; every operation first locks the row of the run, see `seats`."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Person
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
    NobodyToSeat,
    NotOpenYet,
    RunCancelled,
    RunFull,
    SeatGone,
    TooLateToWithdraw,
)
from app.enrolment.events import PlaceGivenUp, PlaceTaken
from app.enrolment.models import LIVE, Channel, Enrolment, EnrolmentState
from app.enrolment.operations import seats


def enrol(
    person_id: int,
    run_id: int,
    form_key: str | None = None,
    channel: Channel = Channel.WEB,
    recorded_by_id: int | None = None,
    *,
    wait: bool = True,
    language: str = "",
    given_by_id: int | None = None,
    child_agreed: bool | None = None,
) -> Enrolment:
    """Take a seat, or a place in the queue when there is none.

    Args:
        form_key: the same key for the same person and run finds the first answer again.
        wait: False when the person was promised a seat and has not agreed to queue.
        language: of the words agreed to beside the button, see `accounts.rights.purposes`; ""
            when no words were shown.
        given_by_id: the parent or guardian who agreed for the person.
        child_agreed: what a child of seven or more said.
    """
    with transaction() as session:
        run = seats.locked(session, run_id)
        person_id = _held(session, person_id)
        key = _key(run_id, person_id, form_key)
        if sent := _sent(session, key):
            return sent
        if _live(session, run_id, person_id):
            raise AlreadyEnrolled
        _check_open(run, channel)
        if language:
            record_consent(
                person_id, ENROLMENT.code, language=language, channel=channel,
                values={"provider": run.course.provider.name.text(language)},
                recorded_by_id=recorded_by_id, given_by_id=given_by_id, child_agreed=child_agreed,
            )  # fmt: skip
        state = _take_place(session, run, wait=wait)
        joined = clock.now()
        enrolment = Enrolment(
            code=random_code(), form_key=key, person_id=person_id, run_id=run_id, state=state,
            channel=channel, recorded_by_id=recorded_by_id, joined_at=joined,
            seated_at=joined if state is EnrolmentState.ENROLLED else None,
        )  # fmt: skip
        _insert(session, enrolment)
        audit.record(
            "enrolment.enrol", "enrolment", enrolment.id, recorded_by_id, state=state, run=run_id
        )
        jobs.emit(PlaceTaken(enrolment.id))
        return enrolment


def enrol_guest(
    guest: Guest,
    run_id: int,
    form_key: str,
    channel: Channel = Channel.WEB,
    recorded_by_id: int | None = None,
    *,
    wait: bool = True,
) -> Enrolment:
    """The person (new, or the same as before), their consent and the place, all or nothing."""
    with transaction() as session:
        seats.locked(session, run_id)
        person = person_for_guest(guest)
        if sent := _sent(session, _key(run_id, person.id, form_key)):
            return sent
        return enrol(
            person.id, run_id, form_key, channel, recorded_by_id, wait=wait,
            language=guest.language,
        )  # fmt: skip


def withdraw(enrolment_id: int, recorded_by_id: int | None = None) -> Enrolment:
    """Give up the seat, which passes to whoever waited longest, or leave the queue.

    Doing it twice is the same as doing it once.
    """
    with transaction() as session:
        run_id = session.get_one(Enrolment, enrolment_id).run_id
        run = seats.locked(session, run_id)
        enrolment = session.get_one(Enrolment, enrolment_id, populate_existing=True)
        if not enrolment.is_live:
            return enrolment
        if clock.today() > run.ends_on:
            raise TooLateToWithdraw
        before = run.state
        seats.free(session, enrolment)
        enrolment.state, enrolment.ended_at = EnrolmentState.WITHDRAWN, clock.now()
        audit.record("enrolment.withdraw", "enrolment", enrolment.id, recorded_by_id)
        jobs.emit(PlaceGivenUp(enrolment.id))
        seats.fill(session, run)
        seats.tell_if_changed(session, run, before)
        return enrolment


def seat_waiting(run_id: int) -> int:
    """Seat those who wait while there is room and time; how many. After a capacity was raised."""
    with transaction() as session:
        run = seats.locked(session, run_id)
        before = run.state
        seated = seats.fill(session, run)
        if seated:
            seats.tell_if_changed(session, run, before)
        return seated


def seat_next(run_id: int, recorded_by_id: int | None) -> Enrolment:
    """Staff seat whoever waited longest, also after enrolment has closed."""
    with transaction() as session:
        run = seats.locked(session, run_id)
        before = run.state
        if run.status is RunStatus.CANCELLED:
            raise RunCancelled
        enrolment = seats.move_up(session, run_id)
        if enrolment is None:
            raise NobodyToSeat
        audit.record("enrolment.seat", "enrolment", enrolment.id, recorded_by_id)
        seats.tell_if_changed(session, run, before)
        return enrolment


def _held(session: Session, person_id: int) -> int:
    """The row that stands for this human now; nobody merges or deletes it before we are done."""
    row = select(Person.merged_into_id).where(Person.id == person_id)
    into = session.execute(row.with_for_update(read=True, key_share=True)).scalar_one()
    return person_id if into is None else _held(session, into)


def _key(run_id: int, person_id: int, form_key: str | None) -> str | None:
    """Of this form, for this person: the form sent again with another name is another enrolment."""
    return keyed_hash(f"{run_id}:{person_id}:{form_key}") if form_key else None


def _sent(session: Session, key: str | None) -> Enrolment | None:
    return session.scalar(select(Enrolment).where(Enrolment.form_key == key)) if key else None


def _live(session: Session, run_id: int, person_id: int) -> bool:
    mine = (Enrolment.run_id == run_id, Enrolment.person_id == person_id)
    found = select(Enrolment.id).where(*mine, Enrolment.state.in_(LIVE))
    return session.scalar(found) is not None


def _insert(session: Session, enrolment: Enrolment) -> None:
    """Add the row now: the index over live places answers here, not at some outer commit."""
    session.add(enrolment)
    try:
        session.flush()
    except IntegrityError as error:
        if breaks(error, "uq_enrolments_live", "enrolments.run_id", "enrolments.person_id"):
            raise AlreadyEnrolled from error
        raise


_REFUSALS: dict[RunState, type[DomainError]] = {
    RunState.CANCELLED: RunCancelled,
    RunState.CLOSED: EnrolmentClosed,
    RunState.NOT_YET: NotOpenYet,
}


def _check_open(run: Run, channel: Channel) -> None:
    """Residents keep to the enrolment period; staff may add somebody who came to the class."""
    if run.status is RunStatus.CANCELLED:
        raise RunCancelled
    if channel is not Channel.WEB:
        return
    if not run.course.is_public:
        raise EnrolmentClosed
    if refusal := _REFUSALS.get(run.state):
        raise refusal


def _take_place(session: Session, run: Run, *, wait: bool) -> EnrolmentState:
    before = run.state
    if seats.take_seat(session, run.id):
        state = EnrolmentState.ENROLLED
    elif run.queue_is_open and not wait:
        raise SeatGone
    elif seats.join_queue(session, run.id):
        state = EnrolmentState.WAITING
    else:
        raise RunFull
    seats.tell_if_changed(session, run, before)
    return state
