"""Taking and giving up places.

Every operation first locks the row of the run (SQLite: the whole database, by `BEGIN IMMEDIATE`),
so that operations on one run follow one another and never wait in a circle. The counters still move
only by conditional statements, and the unique index still refuses a second live place.
"""

from sqlalchemy import Update, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.operations import Guest, person_for_guest, record_consent
from app.catalogue.events import RunChanged
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

CONSENT_PURPOSE = "enrolment"
CONSENT_VERSION = "2026-11"
"""Of the wording beside the button that sends an enrolment."""


def enrol(
    person_id: int,
    run_id: int,
    form_key: str | None = None,
    channel: Channel = Channel.WEB,
    recorded_by_id: int | None = None,
    *,
    wait: bool = True,
) -> Enrolment:
    """Take a seat, or a place in the queue when there is none.

    Args:
        form_key: the same key for the same person and run finds the first answer again.
        wait: False when the person was promised a seat and has not agreed to queue.
    """
    with transaction() as session:
        run = _locked(session, run_id)
        key = _key(run_id, person_id, form_key)
        if sent := _sent(session, key):
            return sent
        if _live(session, run_id, person_id):
            raise AlreadyEnrolled
        _check_open(run, channel)
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
        _locked(session, run_id)
        person = person_for_guest(guest)
        if sent := _sent(session, _key(run_id, person.id, form_key)):
            return sent
        record_consent(
            person.id, CONSENT_PURPOSE, text_version=CONSENT_VERSION, language=guest.language,
            channel=channel, recorded_by_id=recorded_by_id,
        )  # fmt: skip
        return enrol(person.id, run_id, form_key, channel, recorded_by_id, wait=wait)


def withdraw(enrolment_id: int, recorded_by_id: int | None = None) -> Enrolment:
    """Give up the seat, which passes to whoever waited longest, or leave the queue.

    Doing it twice is the same as doing it once.
    """
    with transaction() as session:
        run_id = session.get_one(Enrolment, enrolment_id).run_id
        run = _locked(session, run_id)
        enrolment = session.get_one(Enrolment, enrolment_id, populate_existing=True)
        if not enrolment.is_live:
            return enrolment
        if clock.today() > run.ends_on:
            raise TooLateToWithdraw
        before = run.state
        _free(session, enrolment)
        enrolment.state, enrolment.ended_at = EnrolmentState.WITHDRAWN, clock.now()
        audit.record("enrolment.withdraw", "enrolment", enrolment.id, recorded_by_id)
        jobs.emit(PlaceGivenUp(enrolment.id))
        _fill(session, run)
        _tell_if_changed(session, run, before)
        return enrolment


def seat_waiting(run_id: int) -> int:
    """Seat those who wait while there is room and time; how many. After a capacity was raised."""
    with transaction() as session:
        run = _locked(session, run_id)
        before = run.state
        seated = _fill(session, run)
        if seated:
            _tell_if_changed(session, run, before)
        return seated


def seat_next(run_id: int, recorded_by_id: int | None) -> Enrolment:
    """Staff seat whoever waited longest, also after enrolment has closed."""
    with transaction() as session:
        run = _locked(session, run_id)
        before = run.state
        if run.status is RunStatus.CANCELLED:
            raise RunCancelled
        enrolment = _move_up(session, run_id)
        if enrolment is None:
            raise NobodyToSeat
        audit.record("enrolment.seat", "enrolment", enrolment.id, recorded_by_id)
        _tell_if_changed(session, run, before)
        return enrolment


_ROOM = or_(Run.capacity.is_(None), Run.seats_taken < Run.capacity)


def moves_up_by_itself(run: Run) -> bool:
    """Whether a free seat goes to the queue unasked: only while people can still plan to come."""
    last_day = min(run.enrol_until, run.starts_on)
    return run.status is RunStatus.PLANNED and run.course.is_public and clock.today() <= last_day


def _locked(session: Session, run_id: int) -> Run:
    return session.get_one(Run, run_id, with_for_update={"of": Run}, populate_existing=True)


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
    if _take_seat(session, run.id):
        state = EnrolmentState.ENROLLED
    elif run.queue_is_open and not wait:
        raise SeatGone
    elif _join_queue(session, run.id):
        state = EnrolmentState.WAITING
    else:
        raise RunFull
    _tell_if_changed(session, run, before)
    return state


def _take_seat(session: Session, run_id: int) -> bool:
    """Move the counter if there is room and nobody waits: one statement, safe on both databases."""
    taken = update(Run).where(Run.id == run_id, _ROOM, Run.waiting == 0)
    return _moved(session, taken.values(seats_taken=Run.seats_taken + 1))


def _join_queue(session: Session, run_id: int) -> bool:
    room = or_(Run.waiting_capacity.is_(None), Run.waiting < Run.waiting_capacity)
    joined = update(Run).where(Run.id == run_id, room)
    return _moved(session, joined.values(waiting=Run.waiting + 1))


def _free(session: Session, enrolment: Enrolment) -> None:
    left = update(Run).where(Run.id == enrolment.run_id)
    if enrolment.state is EnrolmentState.WAITING:
        _moved(session, left.values(waiting=Run.waiting - 1))
    else:
        _moved(session, left.values(seats_taken=Run.seats_taken - 1))


def _moved(session: Session, change: Update) -> bool:
    """Whether the statement found a row it may change."""
    found = session.execute(
        change.returning(Run.id), execution_options={"synchronize_session": False}
    )
    return found.first() is not None


def _fill(session: Session, run: Run) -> int:
    """Give free seats to the queue, while that still happens by itself; how many were given."""
    seated = 0
    while moves_up_by_itself(run) and _move_up(session, run.id):
        seated += 1
    return seated


def _move_up(session: Session, run_id: int) -> Enrolment | None:
    """A free seat, if there is one, to whoever waited longest, if anybody did."""
    free = update(Run).where(Run.id == run_id, _ROOM, Run.waiting > 0)
    moved = {"seats_taken": Run.seats_taken + 1, "waiting": Run.waiting - 1}
    if not _moved(session, free.values(moved)):
        return None
    queue = select(Enrolment).where(
        Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.WAITING
    )
    first = session.scalars(queue.order_by(Enrolment.joined_at, Enrolment.id).limit(1)).one()
    first.state, first.seated_at = EnrolmentState.ENROLLED, clock.now()
    session.flush()  # the next search of the queue must not find this row again
    jobs.emit(PlaceTaken(first.id))
    return first


def _tell_if_changed(session: Session, run: Run, before: RunState) -> None:
    """Pages that say "places left" from an index hear of it only when the words change."""
    session.refresh(run)
    if run.state is not before:
        jobs.emit(RunChanged(run.id))
