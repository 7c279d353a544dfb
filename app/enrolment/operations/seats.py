"""The counters of a run and its queue.

Every operation first locks the row of the run (SQLite: the whole database, by `BEGIN IMMEDIATE`),
so that operations on one run follow one another and never wait in a circle. The counters still move
only by conditional statements, and the unique index still refuses a second live place.
"""

from sqlalchemy import Update, or_, select, update
from sqlalchemy.orm import Session

from app.catalogue.events import RunChanged
from app.catalogue.models import Run, RunState, RunStatus
from app.core import clock, jobs
from app.enrolment.events import PlaceTaken
from app.enrolment.models import Enrolment, EnrolmentState

_ROOM = or_(Run.capacity.is_(None), Run.seats_taken < Run.capacity)


def moves_up_by_itself(run: Run) -> bool:
    """Whether a free seat goes to the queue unasked: only while people can still plan to come."""
    last_day = min(run.enrol_until, run.starts_on)
    return run.status is RunStatus.PLANNED and run.course.is_public and clock.today() <= last_day


def locked(session: Session, run_id: int) -> Run:
    return session.get_one(Run, run_id, with_for_update={"of": Run}, populate_existing=True)


def take_seat(session: Session, run_id: int) -> bool:
    """Move the counter if there is room and nobody waits: one statement, safe on both databases."""
    taken = update(Run).where(Run.id == run_id, _ROOM, Run.waiting == 0)
    return _moved(session, taken.values(seats_taken=Run.seats_taken + 1))


def retake_seat(session: Session, run_id: int) -> bool:
    """As `take_seat`, also where people wait: the seat was taken away by a mistake of ours."""
    taken = update(Run).where(Run.id == run_id, _ROOM)
    return _moved(session, taken.values(seats_taken=Run.seats_taken + 1))


def queue_again(session: Session, run_id: int) -> None:
    """Back into the queue, however long it is now."""
    _moved(session, update(Run).where(Run.id == run_id).values(waiting=Run.waiting + 1))


def join_queue(session: Session, run_id: int) -> bool:
    room = or_(Run.waiting_capacity.is_(None), Run.waiting < Run.waiting_capacity)
    joined = update(Run).where(Run.id == run_id, room)
    return _moved(session, joined.values(waiting=Run.waiting + 1))


def free(session: Session, enrolment: Enrolment) -> None:
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


def fill(session: Session, run: Run) -> int:
    """Give free seats to the queue, while that still happens by itself; how many were given."""
    seated = 0
    while moves_up_by_itself(run) and move_up(session, run.id):
        seated += 1
    return seated


def move_up(session: Session, run_id: int) -> Enrolment | None:
    """A free seat, if there is one, to whoever waited longest, if anybody did."""
    room = update(Run).where(Run.id == run_id, _ROOM, Run.waiting > 0)
    moved = {"seats_taken": Run.seats_taken + 1, "waiting": Run.waiting - 1}
    if not _moved(session, room.values(moved)):
        return None
    queue = select(Enrolment).where(
        Enrolment.run_id == run_id, Enrolment.state == EnrolmentState.WAITING
    )
    first = session.scalars(queue.order_by(Enrolment.joined_at, Enrolment.id).limit(1)).one()
    first.state, first.seated_at = EnrolmentState.ENROLLED, clock.now()
    session.flush()  # the next search of the queue must not find this row again
    jobs.emit(PlaceTaken(first.id))
    return first


def tell_if_changed(session: Session, run: Run, before: RunState) -> None:
    """Pages that say "places left" from an index hear of it only when the words change."""
    session.refresh(run)
    if run.state is not before:
        jobs.emit(RunChanged(run.id))
