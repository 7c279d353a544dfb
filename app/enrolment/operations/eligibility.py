"""Whether a person may have a place, and on what terms: read once, under the person's lock."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.catalogue.models import Run
from app.core import clock
from app.enrolment.errors import AlreadyEnrolled, AlreadyInCourse, TooManyPlaces
from app.enrolment.models import LIVE, Channel, Enrolment

MOST_PLACES = 10
"""Live places of one person in runs that are not over."""
FIRST_IN_LINE, IN_LINE = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the rules make of one person on one run."""

    rank: int = IN_LINE
    reservation_id: int | None = None


def held(session: Session, person_id: int) -> int:
    """The row that stands for this human now, locked: the person's places are counted under it."""
    row = select(Person.merged_into_id).where(Person.id == person_id)
    into = session.execute(row.with_for_update(key_share=True)).scalar_one()
    return person_id if into is None else held(session, into)


def check(session: Session, run: Run, person_id: int, channel: Channel) -> Standing:
    """What the rules say of this person, whose row is locked.

    Raises:
        AlreadyEnrolled, AlreadyInCourse, TooManyPlaces: as the names say.
    """
    mine = _live(session, person_id)
    if any(row.run_id == run.id for row in mine):
        raise AlreadyEnrolled
    if any(row.course_id == run.course_id for row in mine):
        raise AlreadyInCourse
    if channel is Channel.WEB and len(mine) >= MOST_PLACES:
        raise TooManyPlaces
    return Standing()


def check_limit(session: Session, person_id: int, besides: int) -> None:
    """Before an offer is taken: a place more than anybody may have is refused."""
    mine = _live(session, held(session, person_id))
    if len([row for row in mine if row.id != besides]) >= MOST_PLACES:
        raise TooManyPlaces


def _live(session: Session, person_id: int) -> Sequence[Row[*tuple[int, int, int]]]:
    """The person's live places in runs that are not over."""
    mine = select(Enrolment.id, Enrolment.run_id, Run.course_id).join(Enrolment.run)
    mine = mine.where(
        Enrolment.person_id == person_id, Enrolment.state.in_(LIVE), Run.ends_on >= clock.today()
    )
    return session.execute(mine).all()
