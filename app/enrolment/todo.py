"""What waits for the staff of a provider: a fixed number of statements, however many classes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.catalogue.models import Course, Run, RunStatus
from app.core import clock
from app.core.db import db
from app.enrolment.models import LIVE, Enrolment, EnrolmentState, FeeStatus, GroupBooking

FINISHED_SINCE = timedelta(days=30)
"""For so long a class without results is asked about."""
DECIDES_SOON = timedelta(days=7)
"""So long before the day of a decision it is told that one is coming."""


@dataclass(frozen=True, slots=True)
class Todo:
    """One class, and how many people it is about."""

    run: Run
    people: int
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tasks:
    """Everything that needs doing, by what is to do."""

    to_decide: Sequence[Todo]  # below their minimum, and the day of the decision is near
    to_approve: Sequence[Todo]
    offered: Sequence[Todo]
    fees: Sequence[Todo]  # of classes that meet today
    to_finish: Sequence[Todo]

    def __bool__(self) -> bool:
        return any((self.to_decide, self.to_approve, self.offered, self.fees, self.to_finish))


@dataclass(slots=True)
class _Counts:
    enrolled: int = 0
    pending: int = 0
    offered: int = 0
    owing: int = 0
    until: datetime | None = None


def tasks(provider_id: int, meeting_today: Iterable[int]) -> Tasks:
    """Of all classes of this provider.

    Args:
        meeting_today: the runs that meet today.
    """
    runs = _runs(provider_id)
    counts = _counted(list(runs))
    today, meets = clock.today(), set(meeting_today)

    def each(count: Callable[[Run, _Counts], int]) -> list[Todo]:
        found = ((run, counts.get(run.id, _Counts())) for run in runs.values())
        return [Todo(run, number, of.until) for run, of in found if (number := count(run, of))]

    return Tasks(
        to_decide=_to_decide(runs.values(), counts),
        to_approve=each(lambda _run, of: of.pending),
        offered=each(lambda _run, of: of.offered),
        fees=each(lambda run, of: of.owing if run.id in meets else 0),
        to_finish=each(lambda run, of: of.enrolled if run.ends_on < today else 0),
    )


def has_courses(provider_id: int) -> bool:
    """Whether this provider has written any; before, its first steps are told."""
    mine = select(Course.id).where(Course.provider_id == provider_id)
    return db.session.scalar(mine.limit(1)) is not None


def _runs(provider_id: int) -> dict[int, Run]:
    """Planned runs that are not long over, the next first."""
    mine = select(Run).join(Run.course).where(
        Course.provider_id == provider_id, Run.status == RunStatus.PLANNED,
        Run.ends_on >= clock.today() - FINISHED_SINCE,
    )  # fmt: skip
    rows = db.session.scalars(mine.options(joinedload(Run.course)).order_by(Run.starts_on, Run.id))
    return {run.id: run for run in rows}


def _counted(run_ids: Sequence[int]) -> dict[int, _Counts]:
    query = select(
        Enrolment.run_id, Enrolment.state, Enrolment.fee_status, func.count(),
        func.min(Enrolment.offered_until),
    ).where(Enrolment.run_id.in_(run_ids), Enrolment.state.in_(LIVE))  # fmt: skip
    grouped = query.group_by(Enrolment.run_id, Enrolment.state, Enrolment.fee_status)
    counts: dict[int, _Counts] = {}
    for run_id, state, fee_status, number, until in db.session.execute(grouped):
        of = counts.setdefault(run_id, _Counts())
        of.enrolled += number if state is EnrolmentState.ENROLLED else 0
        of.pending += number if state is EnrolmentState.PENDING else 0
        of.offered += number if state is EnrolmentState.OFFERED else 0
        seated = state is EnrolmentState.ENROLLED and fee_status is FeeStatus.DUE
        of.owing += number if seated else 0
        of.until = min(filter(None, (of.until, until)), default=None)
    return counts


def _to_decide(runs: Iterable[Run], counts: dict[int, _Counts]) -> list[Todo]:
    """A week before their day and after it, not begun, and nobody has said they take place."""
    today = clock.today()
    due = [
        run for run in runs
        if run.minimum and run.decide_on and run.going_ahead_at is None
        and run.decide_on - DECIDES_SOON <= today <= run.starts_on
    ]  # fmt: skip
    if not due:
        return []
    groups = _seats_of_groups([run.id for run in due])
    found = [(run, groups.get(run.id, 0) + counts.get(run.id, _Counts()).enrolled) for run in due]
    return [Todo(run, people) for run, people in found if people < (run.minimum or 0)]


def _seats_of_groups(run_ids: Sequence[int]) -> dict[int, int]:
    seats = func.sum(GroupBooking.learners + GroupBooking.adults)
    booked = select(GroupBooking.run_id, seats).where(
        GroupBooking.run_id.in_(run_ids), GroupBooking.state == EnrolmentState.ENROLLED
    )
    rows = db.session.execute(booked.group_by(GroupBooking.run_id)).all()
    return {row[0]: int(row[1]) for row in rows}
