"""What a source no longer has is withdrawn only when somebody said so, and never with people."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalogue.models import Course, CourseStatus, Run, RunStatus
from app.catalogue.operations import cancel_run
from app.catalogue.operations import withdraw as withdraw_course
from app.core import clock
from app.core.db import transaction
from app.feeds import queries
from app.feeds.errors import TooManyWithdrawn
from app.feeds.models import FeedLink
from app.feeds.report import Report

BRAKE_ABOVE = 5
BRAKE_SHARE = 5  # one in five
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Withdrawals:
    """Ids of the courses and runs that were ticked; `confirmed` lifts the brake."""

    courses: frozenset[int] = field(default_factory=frozenset)
    runs: frozenset[int] = field(default_factory=frozenset)
    confirmed: bool = False


NOTHING = Withdrawals()


def brakes(gone: int, live: int) -> bool:
    """More than five, and more than a fifth of what the source has: something may be wrong."""
    return gone > BRAKE_ABOVE and gone * BRAKE_SHARE > live


def withdraw(source_id: int, wanted: Withdrawals, report: Report, by_id: int | None) -> None:
    """Withdraw what was ticked, unless people have come meanwhile.

    Raises:
        TooManyWithdrawn: the brake, and nobody confirmed it.
    """
    if not (wanted.courses or wanted.runs):
        return
    too_many = brakes(len(wanted.courses), report.live_courses)
    too_many |= brakes(len(wanted.runs), report.live_runs)
    if too_many and not wanted.confirmed:
        raise TooManyWithdrawn
    with transaction() as session:
        for link in _links(session, source_id, wanted.courses, of_runs=False):
            report.withdrawn_courses += _withdraw_course(session, link, by_id)
        for link in _links(session, source_id, wanted.runs, of_runs=True):
            report.withdrawn_runs += _cancel_run(session, link, by_id)


def _links(
    session: Session, source_id: int, ids: frozenset[int], *, of_runs: bool
) -> Iterator[FeedLink]:
    """Only what this source brought can be withdrawn by it."""
    wanted = sorted(ids)
    for at in range(0, len(wanted), _BATCH):
        part = wanted[at : at + _BATCH]
        about = FeedLink.run_id if of_runs else FeedLink.course_id
        query = select(FeedLink).where(FeedLink.source_id == source_id, about.in_(part))
        query = query.where((FeedLink.run_key != "") if of_runs else (FeedLink.run_key == ""))
        yield from session.scalars(query.order_by(FeedLink.id)).all()


def _withdraw_course(session: Session, link: FeedLink, by_id: int | None) -> bool:
    course = session.get_one(Course, link.course_id)
    lock = select(Run.id).where(Run.course_id == course.id).with_for_update()
    session.execute(lock)  # nobody takes a place between the look and the act
    if course.status in (CourseStatus.WITHDRAWN, CourseStatus.HELD):
        return False
    if queries.has_people(course.id):
        return False
    _leave(session, link, course.status.value)
    withdraw_course(course.id, by_id)
    return True


def _cancel_run(session: Session, link: FeedLink, by_id: int | None) -> bool:
    run = session.get_one(Run, link.run_id, with_for_update=True, populate_existing=True)
    if run.status is not RunStatus.PLANNED or run.seats_taken or run.waiting or run.reserved:
        return False
    _leave(session, link, run.status.value)
    cancel_run(run.id, by_id)
    return True


def _leave(session: Session, link: FeedLink, was: str) -> None:
    gone = update(FeedLink).where(FeedLink.id == link.id)
    session.execute(gone.values(gone_at=clock.now(), was=was))
