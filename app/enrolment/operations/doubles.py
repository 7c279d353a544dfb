"""Two places of one human on one run or course, found when two persons were put together."""

from dataclasses import asdict, dataclass, field
from itertools import zip_longest
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.catalogue.models import Run, RunStatus
from app.core import audit, clock, jobs
from app.core.i18n import gettext
from app.enrolment.events import PlaceGivenBack
from app.enrolment.models import (
    LIVE,
    SEATED,
    Attendance,
    AttendanceStatus,
    Enrolment,
    EnrolmentState,
)
from app.enrolment.operations import offers, seats
from app.enrolment.operations.steps import restore, step

_ONLY_ONE = {*SEATED, *LIVE}
"""States of which a human has one on a run: two would count twice."""


@dataclass(frozen=True, slots=True)
class Voided:
    """What is needed to give a place back."""

    enrolment_id: int
    other_id: int
    state: str
    marks: list[int] = field(default_factory=list)  # given to the other place
    corrected: list[int] = field(default_factory=list)  # marks of the other that became "present"
    became: str = EnrolmentState.VOID.value
    were: list[str] = field(default_factory=list)  # what those said before; "absent" where empty


def pairs(session: Session, one_id: int, other_id: int) -> list[tuple[Enrolment, Enrolment]]:
    """The place that stays and the one that goes, wherever both have one and a human has one.

    That is on one run, and in a course of which no run is over yet.
    """
    one, other, here, there = aliased(Enrolment), aliased(Enrolment), aliased(Run), aliased(Run)
    today = clock.today()
    on_a_run = and_(here.id == there.id, one.state.in_(_ONLY_ONE), other.state.in_(_ONLY_ONE))
    in_a_course = and_(
        one.state.in_(LIVE), other.state.in_(LIVE), here.ends_on >= today, there.ends_on >= today
    )
    both = (
        select(one, other)
        .join(here, here.id == one.run_id)
        .join(there, there.course_id == here.course_id)
        .join(other, other.run_id == there.id)
        .where(one.person_id == one_id, other.person_id == other_id, or_(on_a_run, in_a_course))
    )
    same_run_first = both.order_by(here.id != there.id, one.run_id, other.run_id)
    found: list[tuple[Enrolment, Enrolment]] = []
    gone: set[int] = set()
    for a, b in session.execute(same_run_first):
        stays, goes = (a, b) if _rank(a) < _rank(b) else (b, a)
        if not gone & {stays.id, goes.id}:
            gone.add(goes.id)
            found.append((stays, goes))
    return found


def _rank(enrolment: Enrolment) -> tuple[Any, ...]:
    """A seat before an offer, an offer before the queue, then whoever came first."""
    order = (*SEATED, EnrolmentState.PENDING, EnrolmentState.OFFERED, EnrolmentState.WAITING)
    return order.index(enrolment.state), enrolment.joined_at, enrolment.id


def void(session: Session, stays: Enrolment, goes: Enrolment) -> dict[str, Any]:
    """The second place counts nowhere; its seat is free.

    On the same run its marks are the other place's from now on. On another run of the course,
    whoever came there has come: that place is given up now, and counts until now.
    """
    run = seats.locked(session, goes.run_id)
    before = run.state
    is_same_run = stays.run_id == goes.run_id
    marks, corrected, were = _join_marks(session, stays, goes) if is_same_run else ([], [], [])
    is_real = not is_same_run and bool(_marks(session, goes))
    to = EnrolmentState.WITHDRAWN if is_real else EnrolmentState.VOID
    done = Voided(goes.id, stays.id, goes.state.value, marks, corrected, to.value, were)
    step(session, run, goes, to)
    session.flush()
    offers.settle(session, run)
    seats.tell_if_changed(run, before)
    return asdict(done)


def give_back(session: Session, voided: dict[str, Any]) -> list[str]:
    """The second place is what it was, unless somebody has got the seat; that is said.

    Whoever took another place on the run meanwhile keeps that one.
    """
    done = Voided(**voided)
    goes = session.get(Enrolment, done.enrolment_id)
    if goes is None or goes.state.value != done.became:
        return []
    run = seats.locked(session, goes.run_id)
    before = run.state
    said = []
    if _has_another(session, goes):
        restore(goes, EnrolmentState.WITHDRAWN)
    elif run.status is RunStatus.CANCELLED and done.state in LIVE:
        restore(goes, EnrolmentState.CANCELLED)
    elif done.state in (EnrolmentState.WAITING, EnrolmentState.OFFERED):
        seats.shift(session, run, waiting=1)  # however long the queue is now
        restore(goes, EnrolmentState.WAITING)
    elif seats.take_past_queue(session, run):
        goes.reservation = None  # a kept seat has gone back to those it is kept for
        restore(goes, EnrolmentState(done.state))
    else:
        restore(goes, EnrolmentState.WITHDRAWN)
        title = run.course.title.text()
        said = [gettext("The seat in “%(title)s” has gone to somebody else.", title=title)]
    _part_marks(session, done)
    session.flush()
    audit.record("enrolment.given_back", "enrolment", goes.id, state=goes.state)
    jobs.emit(PlaceGivenBack(goes.id))
    offers.settle(session, run)
    seats.tell_if_changed(run, before)
    return said


def _has_another(session: Session, goes: Enrolment) -> bool:
    mine = (Enrolment.run_id == goes.run_id, Enrolment.person_id == goes.person_id)
    found = select(Enrolment.id).where(*mine, Enrolment.state.in_(_ONLY_ONE))
    return session.scalar(found.limit(1)) is not None


def _join_marks(
    session: Session, stays: Enrolment, goes: Enrolment
) -> tuple[list[int], list[int], list[str]]:
    """Whoever was there under one of the two was there."""
    mine = {mark.session_id: mark for mark in _marks(session, stays)}
    given, corrected, were = [], [], []
    for mark in _marks(session, goes):
        own = mine.get(mark.session_id)
        if own is None:
            mark.enrolment_id = stays.id
            given.append(mark.id)
        elif mark.status.came and not own.status.came:
            were.append(own.status.value)
            corrected.append(own.id)
            own.status = mark.status
    session.flush()
    return given, corrected, were


def _marks(session: Session, enrolment: Enrolment) -> list[Attendance]:
    mine = select(Attendance).where(Attendance.enrolment_id == enrolment.id)
    return list(session.scalars(mine.order_by(Attendance.id)))


def _part_marks(session: Session, done: Voided) -> None:
    given = update(Attendance).where(Attendance.id.in_(done.marks))
    session.execute(given.values(enrolment_id=done.enrolment_id))
    absent = AttendanceStatus.ABSENT.value
    for mark_id, status in zip_longest(done.corrected, done.were, fillvalue=absent):
        corrected = update(Attendance).where(Attendance.id == mark_id)
        session.execute(corrected.values(status=AttendanceStatus(status)))
