"""What the page of a place shows of learning from afar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.catalogue.models import ClassSession
from app.core import clock
from app.enrolment.distance import codes, units
from app.enrolment.distance.models import RunUnit
from app.enrolment.models import Enrolment, EnrolmentState


@dataclass(frozen=True, slots=True)
class Learning:
    """The units of a class and how far this place is, and the session that asks for its code."""

    units: Sequence[RunUnit]
    done: frozenset[int]
    may_mark: bool
    session: ClassSession | None
    is_present: bool
    today: date


def of(place: Enrolment) -> Learning:
    """For a place with a seat; others see nothing."""
    if not place.is_seated:
        return Learning((), frozenset(), may_mark=False, session=None, is_present=False,
                        today=clock.today())  # fmt: skip
    session = codes.session_now(place)
    mine = units.of_run(place.run_id)
    return Learning(
        units=mine,
        done=frozenset(units.done_by(place.id)) if mine else frozenset(),
        may_mark=place.state is EnrolmentState.ENROLLED,
        session=session,
        is_present=session is not None and codes.has_checked_in(session.id, place.id),
        today=clock.today(),
    )
