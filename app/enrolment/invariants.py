"""What must always be true of places; the check an operator runs after a restore or an accident.

It only reads, and all of it as of one moment, so that it is safe beside a server that writes: work
that an event still waits for is not counted as broken.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.catalogue.models import ClassSession, Course, CourseStatus, Run, RunStatus, SessionStatus
from app.core import clock
from app.core.db import db, end_reading
from app.core.jobs import GIVE_UP_AFTER, Job
from app.enrolment.models import (
    HOLDS_A_SEAT,
    LIVE,
    Attendance,
    Enrolment,
    EnrolmentState,
    GroupBooking,
    Register,
    Reservation,
)
from app.enrolment.operations import deadlines
from app.enrolment.operations.registers import OPENS_BEFORE

LATE = timedelta(minutes=5)
"""How long the worker may take to end an offer or to make one."""
_BOOKED = (EnrolmentState.ENROLLED, EnrolmentState.WITHDRAWN, EnrolmentState.CANCELLED)


def audit_invariants() -> list[str]:
    """One English sentence for each thing that is not as it must be; empty when all is well."""
    checks = (
        _counters, _reservations, _groups, _orphans, _duplicates, _twice_in_a_course, _offers,
        _queue_order, _idle_seats, _cancelled_runs, _chains, _registers, _marks,
    )  # fmt: skip
    with _one_moment():
        return [sentence for check in checks for sentence in check()]


@contextmanager
def _one_moment() -> Iterator[None]:
    """Every query sees the same state of the database; SQLite's transactions do so by themselves.

    Inside somebody's transaction what it sees is looked at.
    """
    end_reading()
    session = db.session()
    if db.engine.dialect.name == "postgresql" and not session.in_transaction():
        same = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        session.connection(execution_options=same)
    yield
    end_reading()


def _counters() -> Iterator[str]:
    """The counters of a run equal its rows."""
    people = (
        select(
            Enrolment.run_id,
            func.sum(case((Enrolment.state.in_(HOLDS_A_SEAT), 1), else_=0)).label("seats"),
            func.sum(case((Enrolment.state == EnrolmentState.WAITING, 1), else_=0)).label("queue"),
        )
        .group_by(Enrolment.run_id)
        .subquery()
    )
    groups = (
        select(
            GroupBooking.run_id,
            func.sum(GroupBooking.learners + GroupBooking.adults).label("seats"),
        )
        .where(GroupBooking.state == EnrolmentState.ENROLLED)
        .group_by(GroupBooking.run_id)
        .subquery()
    )
    kept = (
        select(Reservation.run_id, func.sum(Reservation.places - Reservation.used).label("seats"))
        .where(Reservation.released_at.is_(None))
        .group_by(Reservation.run_id)
        .subquery()
    )
    seats = func.coalesce(people.c.seats, 0) + func.coalesce(groups.c.seats, 0)
    queue, reserved = func.coalesce(people.c.queue, 0), func.coalesce(kept.c.seats, 0)
    query = select(Run.id, Run.seats_taken, seats, Run.waiting, queue, Run.reserved, reserved)
    for counted in (people, groups, kept):
        query = query.outerjoin(counted, counted.c.run_id == Run.id)
    wrong = or_(Run.seats_taken != seats, Run.waiting != queue, Run.reserved != reserved)
    for run_id, *numbers in db.session.execute(query.where(wrong).order_by(Run.id)):
        names = ("seats_taken", "waiting", "reserved")
        for name, counter, rows in zip(names, numbers[::2], numbers[1::2], strict=True):
            if counter != rows:
                yield f"Run {run_id}: {name} is {counter}, the rows say {rows}."


def _reservations() -> Iterator[str]:
    """The used part of a reservation equals the places that were taken out of it."""
    holds = and_(Enrolment.reservation_id == Reservation.id, Enrolment.state.in_(HOLDS_A_SEAT))
    used = select(func.count()).select_from(Enrolment).where(holds).scalar_subquery()
    query = select(Reservation.id, Reservation.used, used).where(
        Reservation.used != used, Reservation.released_at.is_(None)
    )
    for reservation_id, counted, rows in db.session.execute(query.order_by(Reservation.id)):
        yield f"Reservation {reservation_id}: used is {counted}, {rows} people hold its seats."
    lost = select(Enrolment.id).join(Enrolment.reservation)
    for enrolment_id in db.session.scalars(lost.where(Reservation.run_id != Enrolment.run_id)):
        yield f"Enrolment {enrolment_id}: holds a seat kept on another run."


def _groups() -> Iterator[str]:
    """A group has its seats, or has given them up and is over."""
    is_over = GroupBooking.ended_at.is_not(None)
    wrong = or_(
        GroupBooking.state.not_in(_BOOKED),
        (GroupBooking.state == EnrolmentState.ENROLLED) == is_over,
    )
    for booking_id in db.session.scalars(select(GroupBooking.id).where(wrong)):
        yield f"Group booking {booking_id}: is neither booked nor over."


def _orphans() -> Iterator[str]:
    """Every place is on a run, and is somebody's whose row was not merged into another."""
    runs, people = Enrolment.run, Enrolment.person
    rows = select(Enrolment.id, Run.id).outerjoin(runs).outerjoin(people)
    lost = or_(Run.id.is_(None), Person.id.is_(None), Person.merged_into_id.is_not(None))
    for enrolment_id, run_id in db.session.execute(rows.where(lost).order_by(Enrolment.id)):
        yield f"Enrolment {enrolment_id}: belongs to no {'person' if run_id else 'run'}."


def _duplicates() -> Iterator[str]:
    """Nobody has two live places on one run."""
    live = select(Enrolment.run_id, Enrolment.person_id, func.count()).where(
        Enrolment.state.in_(LIVE)
    )
    twice = live.group_by(Enrolment.run_id, Enrolment.person_id).having(func.count() > 1)
    for run_id, person_id, count in db.session.execute(twice):
        yield f"Run {run_id}: person {person_id} has {count} live places."


def _twice_in_a_course() -> Iterator[str]:
    """Nobody took a place while they had one on a run of the same course that was not over.

    Places from before this rule, whose terms were not kept, are left in peace.
    """
    of_whom = (Enrolment.person_id, Run.course_id)
    live = select(*of_whom).join(Enrolment.run).where(Enrolment.state.in_(LIVE))
    twice = live.group_by(*of_whom).having(func.count(Enrolment.run_id.distinct()) > 1)
    places = select(Run.course_id, Enrolment).join(Enrolment.run)
    places = places.where(tuple_(*of_whom).in_(twice), Enrolment.state.in_(LIVE))
    found = db.session.execute(places.order_by(*of_whom, Enrolment.joined_at, Enrolment.id))
    for (person_id, course_id), rows in groupby(
        found, key=lambda row: (row.Enrolment.person_id, row.course_id)
    ):
        lasts = date.min
        for _course_id, place in rows:
            if clock.local(place.joined_at).date() <= lasts:
                yield f"Course {course_id}: person {person_id} has more than one live place."
            lasts = max(lasts, date.fromisoformat(place.terms.get("ends_on", "0001-01-01")))


def _offers() -> Iterator[str]:
    """Every offer has an end, and none stays long after it."""
    wrong = or_(
        (Enrolment.state == EnrolmentState.OFFERED) != Enrolment.offered_until.is_not(None),
        Enrolment.offered_until < clock.now() - LATE,
    )
    for enrolment_id in db.session.scalars(select(Enrolment.id).where(wrong)):
        yield f"Enrolment {enrolment_id}: its offer has no end, or should have ended."


def _queue_order() -> Iterator[str]:
    """Nobody holds an offer while somebody before them in line still waits."""
    ahead = aliased(Enrolment)
    earlier = tuple_(ahead.joined_at, ahead.id) < tuple_(Enrolment.joined_at, Enrolment.id)
    overtaken = exists().where(
        ahead.run_id == Enrolment.run_id, ahead.state == EnrolmentState.WAITING,
        ahead.rank <= Enrolment.rank, earlier, ahead.returned_at.is_(None),
        Enrolment.reservation_id.is_(None),  # a kept seat is for those it is kept for
    )  # fmt: skip
    query = select(Enrolment.id).where(Enrolment.state == EnrolmentState.OFFERED, overtaken)
    for enrolment_id in db.session.scalars(query):
        yield f"Enrolment {enrolment_id}: was offered a seat before people ahead in line."


def _idle_seats() -> Iterator[str]:
    """Nobody waits while a seat is free and there is time to offer it."""
    room = or_(Run.capacity.is_(None), Run.seats_taken + Run.reserved < Run.capacity)
    alive = and_(Run.status == RunStatus.PLANNED, Course.status == CourseStatus.PUBLISHED)
    to_come = and_(Run.enrol_until >= clock.today(), Run.starts_on >= clock.today())
    query = select(Run).join(Run.course).where(Run.waiting > 0, room, alive, to_come)
    for run in db.session.scalars(query.order_by(Run.id)).all():
        last = deadlines.last_moment(db.session(), run)
        times = (clock.now(), clock.now() - LATE)
        in_time = all(deadlines.offer_until(each, last) is not None for each in times)
        if in_time and not _waits_for_job("offer_free_seats", run.id):
            yield f"Run {run.id}: {run.waiting} people wait although seats are free."


def _cancelled_runs() -> Iterator[str]:
    """Nobody keeps a place in a class that does not take place."""
    people = exists().where(Enrolment.run_id == Run.id, Enrolment.state.in_(LIVE))
    booked = GroupBooking.state == EnrolmentState.ENROLLED
    groups = exists().where(GroupBooking.run_id == Run.id, booked)
    query = select(Run.id).where(Run.status == RunStatus.CANCELLED, or_(people, groups))
    for run_id in db.session.scalars(query.order_by(Run.id)).all():
        if not _waits_for_job("cancel_places", run_id):
            yield f"Run {run_id}: was cancelled, and people still have places."


def _waits_for_job(handler: str, run_id: int) -> bool:
    """Whether an event of this run is still to be handled, and has not failed for good."""
    named = Job.handler.in_([f"enrolment.jobs.{handler}", f"enrolment.jobs.{handler}_of_a_course"])
    events = db.session.scalars(select(Job.event).where(named, Job.attempts < GIVE_UP_AFTER))
    return any(event.get("run_id", run_id) == run_id for event in events)


def _chains() -> Iterator[str]:
    """Whoever moved has left the place they came from, and is the same person."""
    old = aliased(Enrolment)
    query = select(Enrolment.id).join(old, old.id == Enrolment.came_from_id)
    is_wrong: ColumnElement[bool] = or_(
        old.state.not_in((EnrolmentState.TRANSFERRED, EnrolmentState.VOID)),
        old.person_id != Enrolment.person_id,
        Enrolment.began_as_id.is_(None),
    )
    for enrolment_id in db.session.scalars(query.where(is_wrong).order_by(Enrolment.id)):
        yield f"Enrolment {enrolment_id}: came from a place that was not left."


def _registers() -> Iterator[str]:
    """Registers exist only for sessions that were held."""
    not_begun = ClassSession.starts_at > clock.now() + OPENS_BEFORE
    not_held = or_(not_begun, ClassSession.status == SessionStatus.CANCELLED)
    query = select(Register.session_id).join(Register.session).where(not_held)
    for session_id in db.session.scalars(query.order_by(Register.session_id)):
        yield f"Session {session_id}: has a register but was not held."


def _marks() -> Iterator[str]:
    """Every mark belongs to a register, and to an enrolment of the same run."""
    query = (
        select(Attendance.id, Attendance.session_id)
        .join(Attendance.session)
        .join(Attendance.enrolment)
    )
    query = query.outerjoin(Register, Register.session_id == Attendance.session_id)
    lost = or_(Register.session_id.is_(None), Enrolment.run_id != ClassSession.run_id)
    for mark_id, session_id in db.session.execute(query.where(lost).order_by(Attendance.id)):
        yield f"Session {session_id}: mark {mark_id} has no register or is from another run."
