"""Reading places, rosters and registers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.models import Account, Person
from app.catalogue.models import ClassSession, Course, Run, SessionStatus
from app.core import clock
from app.core.db import db
from app.enrolment.distance.models import CheckIn
from app.enrolment.models import (
    LIVE,
    SEATED,
    Attendance,
    AttendanceStatus,
    Enrolment,
    EnrolmentState,
    GroupBooking,
    Register,
    Reservation,
)
from app.places.models import Venue

PHONE_KEPT = timedelta(days=30)
"""How long after the last day of a run its staff still see phone numbers."""

_LEFT = (EnrolmentState.TRANSFERRED, EnrolmentState.VOID)

WITH_COURSE = joinedload(Run.course).joinedload(Course.provider)
RUN_PAGE = (
    WITH_COURSE,
    joinedload(Run.venue).joinedload(Venue.unit),
)
"""What a page about one run needs, in one statement."""


def place(code: str) -> Enrolment | None:
    """The place with this code, with everything its page shows."""
    run = joinedload(Enrolment.run)
    query = select(Enrolment).where(Enrolment.code == code)
    return db.session.scalar(
        query.options(
            joinedload(Enrolment.person),
            run.joinedload(Run.course).joinedload(Course.provider),
            run.joinedload(Run.venue).joinedload(Venue.unit),
            run.selectinload(Run.sessions).joinedload(ClassSession.venue),
        )
    )


def places(codes: Sequence[str], person_ids: Collection[int]) -> Sequence[Enrolment]:
    """Places by their codes, and all of these people, the next to begin first."""
    if not codes and not person_ids:
        return ()
    theirs = Enrolment.person_id.in_(person_ids)
    query = select(Enrolment).join(Enrolment.run).where(or_(Enrolment.code.in_(codes), theirs))
    with_course = contains_eager(Enrolment.run).joinedload(Run.course)
    return db.session.scalars(
        query.options(with_course, joinedload(Enrolment.person)).order_by(
            Run.starts_on, Enrolment.id
        )
    ).all()


def codes_before(place: Enrolment) -> Sequence[str]:
    """The codes of the places this one was moved from: whoever opened those may open it."""
    if place.began_as_id is None:
        return ()
    chain = or_(Enrolment.id == place.began_as_id, Enrolment.began_as_id == place.began_as_id)
    return db.session.scalars(select(Enrolment.code).where(chain, Enrolment.id < place.id)).all()


def moved_to(place: Enrolment) -> Enrolment | None:
    """The place this one became by moving to another run."""
    return db.session.scalar(select(Enrolment).where(Enrolment.came_from_id == place.id))


def same_form(place: Enrolment) -> Sequence[Enrolment]:
    """The other places that were sent with the same form, with their people."""
    if not place.party:
        return ()
    others = (Enrolment.person_id != place.person_id, Enrolment.state.not_in(_LEFT))
    query = select(Enrolment).where(Enrolment.party == place.party, *others)
    with_person = query.options(joinedload(Enrolment.person))
    return db.session.scalars(with_person.order_by(Enrolment.id)).all()


def on_lists(person_ids: Collection[int], since: date) -> Sequence[Enrolment]:
    """Every place that was ever on the list of a class that lasts or ended since this day.

    With what a calendar says of it; also those that were given up, so that it can say that too.
    """
    run = contains_eager(Enrolment.run)
    query = select(Enrolment).join(Enrolment.run).where(Run.ends_on >= since)
    mine = query.where(
        Enrolment.person_id.in_(person_ids),
        Enrolment.seated_at.is_not(None),
        Enrolment.state != EnrolmentState.VOID,
    )
    return db.session.scalars(
        mine.options(
            joinedload(Enrolment.person),
            run.joinedload(Run.course),
            run.joinedload(Run.venue).joinedload(Venue.unit),
            run.selectinload(Run.sessions).joinedload(ClassSession.venue).joinedload(Venue.unit),
        ).order_by(Run.starts_on, Enrolment.id)
    ).all()


def live_in(run_id: int, person_ids: Collection[int]) -> dict[int, Enrolment]:
    """The live places of these people in one run, by person."""
    query = select(Enrolment).where(
        Enrolment.run_id == run_id,
        Enrolment.person_id.in_(person_ids),
        Enrolment.state.in_(LIVE),
    )
    return {place.person_id: place for place in db.session.scalars(query)}


def place_in_line(enrolment: Enrolment) -> int:
    """1 for whoever is next."""
    order = tuple_(Enrolment.rank, Enrolment.joined_at, Enrolment.id)
    before = order < tuple_(enrolment.rank, enrolment.joined_at, enrolment.id)
    ahead = select(func.count()).where(Enrolment.run_id == enrolment.run_id, before)
    return (db.session.scalar(ahead.where(Enrolment.state == EnrolmentState.WAITING)) or 0) + 1


def live_codes(person_id: int) -> Sequence[Enrolment]:
    """The places a person has now in runs that are not over, with their courses."""
    query = select(Enrolment).join(Enrolment.run).where(Enrolment.person_id == person_id)
    query = query.where(Enrolment.state.in_(LIVE), Run.ends_on >= clock.today())
    with_course = contains_eager(Enrolment.run).joinedload(Run.course)
    return db.session.scalars(
        query.options(with_course).order_by(Run.starts_on, Enrolment.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody on a run, as its staff see them."""

    seated: Sequence[Enrolment]
    pending: Sequence[Enrolment]
    offered: Sequence[Enrolment]
    waiting: Sequence[Enrolment]

    @property
    def holding(self) -> list[Enrolment]:
        """Whoever plans to come: on the list, to be approved or asked."""
        return [*self.seated, *self.pending, *self.offered]


def roster(run_id: int, place_ids: Collection[int] | None = None) -> Roster:
    """Seats by given name in Vietnamese order, the queue in its own order; one statement.

    Args:
        place_ids: only these; None: everybody.
    """
    states = {*SEATED, *LIVE}
    query = select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.state.in_(states))
    if place_ids is not None:
        query = query.where(Enrolment.id.in_(place_ids))
    rows = db.session.scalars(query.options(joinedload(Enrolment.person))).all()
    by_name = sorted(rows, key=lambda row: (row.person.sort_key, row.id))
    in_line = sorted(rows, key=lambda row: (row.rank, row.joined_at, row.id))
    return Roster(
        seated=[row for row in by_name if row.is_seated],
        pending=[row for row in in_line if row.state is EnrolmentState.PENDING],
        offered=[row for row in in_line if row.state is EnrolmentState.OFFERED],
        waiting=[row for row in in_line if row.state is EnrolmentState.WAITING],
    )


def shows_phones(run: Run) -> bool:
    """Whether staff of this run still have a reason to call people."""
    return clock.today() <= run.ends_on + PHONE_KEPT


LATE_AFTER = timedelta(minutes=15)
"""Whoever checks in later than this after the beginning came late."""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One person on the register of a session, and what it says about them so far."""

    enrolment_id: int
    full_name: str
    sort_key: str
    born_in: int | None
    status: AttendanceStatus | None
    is_late: bool  # got the seat only after the session
    mark_id: int | None = None
    said_at: datetime | None = None  # None: nobody said so, they are absent by themselves
    said_by_id: int | None = None
    said_by: str = ""
    checked_in_at: datetime | None = None
    checked_in: AttendanceStatus | None = None  # what that makes of them

    @property
    def proposed(self) -> AttendanceStatus | None:
        """As marked; as they checked in while nobody has marked them."""
        return self.status or self.checked_in


def register_lines(session_id: int) -> list[RegisterLine]:
    """Everybody who held a seat at the session, or who is marked already, by given name."""
    marked = and_(Attendance.enrolment_id == Enrolment.id, Attendance.session_id == session_id)
    came = and_(CheckIn.enrolment_id == Enrolment.id, CheckIn.session_id == session_id)
    left_later = and_(Enrolment.seated_at.is_not(None), Enrolment.ended_at > ClassSession.starts_at)
    query = (
        select(
            Enrolment.id, Enrolment.seated_at, Person.full_name, Person.sort_key, Person.born_in,
            Attendance.id.label("mark_id"), Attendance.status, Attendance.marked_at,
            Attendance.recorded_at, Attendance.recorded_by_id, Account.display_name, CheckIn.at,
            ClassSession.starts_at, ClassSession.ends_at,
        )
        .join(ClassSession, ClassSession.run_id == Enrolment.run_id)
        .join(Enrolment.person)
        .outerjoin(Attendance, marked)
        .outerjoin(Account, Account.id == Attendance.recorded_by_id)
        .outerjoin(CheckIn, came)
        .where(ClassSession.id == session_id, Enrolment.state != EnrolmentState.VOID)
        .where(or_(Enrolment.state.in_(SEATED), left_later, Attendance.id.is_not(None)))
    )  # fmt: skip
    lines = [_line(row) for row in db.session.execute(query)]
    return sorted(lines, key=lambda line: (line.sort_key, line.enrolment_id))


def _line(row: Any) -> RegisterLine:
    is_said = row.status is not None and row.status is not AttendanceStatus.ABSENT
    return RegisterLine(
        row.id, row.full_name, row.sort_key, row.born_in, row.status,
        is_late=row.seated_at is None or row.seated_at > row.ends_at,
        mark_id=row.mark_id,
        said_at=row.marked_at or (row.recorded_at if is_said else None),
        said_by_id=row.recorded_by_id,
        said_by=row.display_name or "",
        checked_in_at=row.at,
        checked_in=at_check_in(row.at, row.starts_at) if row.at else None,
    )  # fmt: skip


def at_check_in(moment: datetime, begin: datetime) -> AttendanceStatus:
    """What checking in at this moment makes of somebody."""
    on_time = moment <= begin + LATE_AFTER
    return AttendanceStatus.PRESENT if on_time else AttendanceStatus.LATE


def groups_of(run_id: int) -> Sequence[GroupBooking]:
    """The groups that are to come, whose people are counted and not named."""
    booked = select(GroupBooking).where(
        GroupBooking.run_id == run_id, GroupBooking.state == EnrolmentState.ENROLLED
    )
    return db.session.scalars(booked.order_by(GroupBooking.id)).all()


SESSION_PAGE = (
    joinedload(ClassSession.run).joinedload(Run.course),
    joinedload(ClassSession.run).joinedload(Run.venue),
    joinedload(ClassSession.venue),
)


def register_of(session_id: int) -> Register | None:
    return db.session.get(Register, session_id)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A session, and whether its register was taken."""

    session: ClassSession
    is_taken: bool

    @property
    def is_cancelled(self) -> bool:
        return self.session.status is SessionStatus.CANCELLED

    @property
    def lacks_register(self) -> bool:
        """It was held and nobody has said who came."""
        over = self.session.ends_at <= clock.now()
        return over and not self.is_taken and not self.is_cancelled


def meetings(provider_id: int, first: date, last: date) -> list[Meeting]:
    """The sessions of a provider on these local days, in order; one statement."""
    begin, end = clock.day_bounds(first, last)
    query = _of_provider(provider_id).add_columns(Register.session_id)
    query = query.outerjoin(Register, Register.session_id == ClassSession.id)
    query = query.where(ClassSession.starts_at >= begin, ClassSession.starts_at < end)
    rows = db.session.execute(query.order_by(ClassSession.starts_at, ClassSession.id))
    return [Meeting(session, taken is not None) for session, taken in rows]


def _of_provider(provider_id: int) -> Select[ClassSession]:
    query = select(ClassSession).join(ClassSession.run).join(Run.course)
    query = query.where(Course.provider_id == provider_id, Course.on_paper.is_(False))
    run = contains_eager(ClassSession.run)
    return query.options(
        run.contains_eager(Run.course), run.joinedload(Run.venue), joinedload(ClassSession.venue)
    )


def sessions_of(run_id: int) -> list[Meeting]:
    """All sessions of a run in order."""
    query = select(ClassSession, Register.session_id).where(ClassSession.run_id == run_id)
    query = query.outerjoin(Register, Register.session_id == ClassSession.id)
    rows = db.session.execute(query.order_by(ClassSession.starts_at))
    return [Meeting(session, taken is not None) for session, taken in rows]


def reservations(run_id: int) -> Sequence[Reservation]:
    """What is or was kept on a run, the oldest first."""
    query = select(Reservation).where(Reservation.run_id == run_id)
    return db.session.scalars(query.order_by(Reservation.id)).all()
