"""What must always be true of places; the check an operator runs after a restore or an accident."""

from collections.abc import Iterator

from sqlalchemy import and_, case, func, or_, select

from app.catalogue.models import ClassSession, Course, CourseStatus, Run, RunStatus, SessionStatus
from app.core import clock
from app.core.db import db
from app.enrolment.models import HOLDS_A_SEAT, LIVE, Attendance, Enrolment, EnrolmentState, Register
from app.enrolment.operations.registers import OPENS_BEFORE


def audit_invariants() -> list[str]:
    """One English sentence for each thing that is not as it must be; empty when all is well."""
    return [*_counters(), *_duplicates(), *_idle_seats(), *_registers(), *_marks()]


def _counters() -> Iterator[str]:
    """The counters of a run equal its rows."""
    seats = func.coalesce(func.sum(case((Enrolment.state.in_(HOLDS_A_SEAT), 1), else_=0)), 0)
    waiting = func.coalesce(
        func.sum(case((Enrolment.state == EnrolmentState.WAITING, 1), else_=0)), 0
    )
    query = select(Run.id, Run.seats_taken, seats, Run.waiting, waiting)
    query = query.outerjoin(Enrolment, Enrolment.run_id == Run.id).group_by(Run.id)
    wrong = query.having(or_(Run.seats_taken != seats, Run.waiting != waiting)).order_by(Run.id)
    for run_id, counted, seated, queued, rows in db.session.execute(wrong):
        if counted != seated:
            yield f"Run {run_id}: seats_taken is {counted}, {seated} people hold a seat."
        if queued != rows:
            yield f"Run {run_id}: waiting is {queued}, {rows} people wait."


def _duplicates() -> Iterator[str]:
    """Nobody has two live places on one run."""
    live = select(Enrolment.run_id, Enrolment.person_id, func.count()).where(
        Enrolment.state.in_(LIVE)
    )
    twice = live.group_by(Enrolment.run_id, Enrolment.person_id).having(func.count() > 1)
    for run_id, person_id, count in db.session.execute(twice):
        yield f"Run {run_id}: person {person_id} has {count} live places."


def _idle_seats() -> Iterator[str]:
    """Nobody waits while there is a seat and time to take it."""
    room = or_(Run.capacity.is_(None), Run.seats_taken < Run.capacity)
    today = clock.today()
    alive = and_(Run.status == RunStatus.PLANNED, Course.status == CourseStatus.PUBLISHED)
    in_time = and_(Run.enrol_until >= today, Run.starts_on >= today)
    query = (
        select(Run.id, Run.waiting).join(Run.course).where(Run.waiting > 0, room, alive, in_time)
    )
    for run_id, waiting in db.session.execute(query.order_by(Run.id)):
        yield f"Run {run_id}: {waiting} people wait although seats are free."


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
