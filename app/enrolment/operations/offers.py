"""Free seats go to whoever is next in line, who has time to say yes."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import Run, RunState, RunStatus
from app.core import clock, jobs
from app.core.db import transaction
from app.enrolment.errors import NobodyToSeat, OfferLapsed, RunCancelled
from app.enrolment.events import SeatFree
from app.enrolment.models import Enrolment, SeatAlert
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import deadlines, eligibility, kept_seats, seats
from app.enrolment.operations.known import OVERDUE
from app.enrolment.operations.steps import step


def accept(enrolment_id: int, by_id: int | None = None) -> Enrolment:
    """Take the seat that is kept; where the provider has to say yes it is asked now.

    Accepting twice is the same as accepting once.

    Raises:
        OfferLapsed: the time was over; the seat has gone to whoever was next.
        RunCancelled: as the name says; the place ends in a moment.
        TooManyPlaces: the person has as many places as anybody may have.
    """
    with transaction() as session:
        eligibility.held(session, session.get_one(Enrolment, enrolment_id).person_id)
        run, place = _locked(session, enrolment_id)
        before = run.state
        settle(session, run)
        if place.state is State.OFFERED and clock.now() >= deadlines.last_moment(session, run):
            step(session, run, place, State.LAPSED)  # the run begins earlier than was planned
        is_late = place.state not in (State.OFFERED, State.ENROLLED, State.PENDING)
        if run.status is RunStatus.CANCELLED and (is_late or place.state is State.OFFERED):
            raise RunCancelled
        if place.state is State.OFFERED:
            eligibility.check_limit(session, place.person_id, besides=place.id)
            asks = run.needs_approval and place.approved_at is None
            step(session, run, place, State.PENDING if asks else State.ENROLLED, by_id)
        session.flush()
        seats.tell_if_changed(run, before)
    if is_late:
        raise OfferLapsed
    return place


def decline(enrolment_id: int, by_id: int | None = None) -> Enrolment:
    """The seat goes to whoever is next; whoever declines has left the queue."""
    with transaction() as session:
        run, place = _locked(session, enrolment_id)
        before = run.state
        settle(session, run)
        if place.state is State.OFFERED:
            step(session, run, place, State.DECLINED, by_id)
            settle(session, run)
        seats.tell_if_changed(run, before)
        return place


def settle_run(run_id: int) -> int:
    """End what ran out and offer every free seat of this run; how many offers were made."""
    with transaction() as session:
        run = seats.locked(session, run_id)
        before = run.state
        made = settle(session, run)
        seats.tell_if_changed(run, before)
        return made


def has_overdue(session: Session, run: Run) -> bool:
    """Whether a seat of this run is kept for somebody whose time is over."""
    late = select(Enrolment.id).where(OVERDUE).limit(1)
    return session.scalar(late, {"run_id": run.id, "now": clock.now()}) is not None


def overdue_runs() -> list[int]:
    """Runs with an offer nobody answered in time."""
    with transaction() as session:
        late = select(Enrolment.run_id).where(Enrolment.offered_until <= clock.now())
        return list(session.scalars(late.distinct().order_by(Enrolment.run_id)))


def awaited_runs() -> list[int]:
    """Runs where people wait while a seat is free, or kept for a group they may belong to."""
    is_free = or_(Run.capacity.is_(None), Run.seats_taken + Run.reserved < Run.capacity)
    query = select(Run.id).where(
        Run.waiting > 0, or_(is_free, Run.reserved > 0),
        Run.status == RunStatus.PLANNED, Run.enrol_until >= clock.today(),
    )  # fmt: skip
    with transaction() as session:
        return list(session.scalars(query.order_by(Run.id)))


def seat_next(run_id: int, by_id: int | None) -> Enrolment:
    """Staff seat whoever is next in line without asking, also after enrolment has closed.

    Raises:
        NobodyToSeat: no seat is free, or nobody waits.
    """
    with transaction() as session:
        run = seats.locked(session, run_id)
        before = run.state
        if run.status is RunStatus.CANCELLED:
            raise RunCancelled
        _lapse(session, run)
        place = _seat_for_next(session, run)
        if place is None:
            raise NobodyToSeat
        step(session, run, place, State.ENROLLED, by_id)
        seats.tell_if_changed(run, before)
        return place


def settle(session: Session, run: Run) -> int:
    """In the running transaction and with the run locked: see `settle_run`."""
    _lapse(session, run)
    made = _offer_free(session, run)
    _tell_of_seats(session, run)
    return made


def _lapse(session: Session, run: Run) -> None:
    late = select(Enrolment).where(OVERDUE).order_by(Enrolment.offered_until, Enrolment.id)
    for place in session.scalars(late, {"run_id": run.id, "now": clock.now()}).all():
        step(session, run, place, State.LAPSED)


def _offer_free(session: Session, run: Run) -> int:
    """Exactly one offer for each free seat, in the order of the queue."""
    if run.waiting == 0 or not deadlines.offers_go_out(run):
        return 0
    until = deadlines.offer_until(clock.now(), deadlines.last_moment(session, run))
    made = 0
    while until is not None and (place := _seat_for_next(session, run)) is not None:
        step(session, run, place, State.OFFERED, offered_until=until)
        session.flush()  # the next search of the queue must not find this row again
        made += 1
    return made


def _seat_for_next(session: Session, run: Run) -> Enrolment | None:
    """Who is next, with the seat taken for them: a kept one if they have a claim on it."""
    if claim := kept_seats.first_claim(session, run):
        kept, place = claim
        if kept_seats.take_for_claim(session, run, kept, place):
            return place
    if not seats.take_from_queue(session, run):
        return None
    next_one = first_in_line(session, run)
    if next_one is None:
        message = f"run {run.id} counts people in a queue that is empty"
        raise LookupError(message)
    if next_one.reservation_id is not None:
        next_one.reservation = None  # the seat is an ordinary one
    return next_one


def first_in_line(session: Session, run: Run) -> Enrolment | None:
    queue = select(Enrolment).where(Enrolment.run_id == run.id, Enrolment.state == State.WAITING)
    order = (Enrolment.rank, Enrolment.joined_at, Enrolment.id)
    return session.scalars(queue.order_by(*order).limit(1)).first()


def _tell_of_seats(session: Session, run: Run) -> None:
    """Those who asked hear of a seat that anybody can take now."""
    if run.state is not RunState.OPEN:
        return
    asked = select(SeatAlert.id).where(SeatAlert.run_id == run.id)
    if session.scalar(asked.limit(1)) is not None and run.course.is_public:
        jobs.emit(SeatFree(run.id))


def _locked(session: Session, enrolment_id: int) -> tuple[Run, Enrolment]:
    """A place and its run, both as they are now."""
    run_id = session.get_one(Enrolment, enrolment_id).run_id
    run = seats.locked(session, run_id)
    return run, session.get_one(Enrolment, enrolment_id, populate_existing=True)
