"""Which step may follow which, and the one function that takes a step."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.catalogue.models import Run
from app.core import audit, clock, jobs
from app.enrolment.certificates import revoking
from app.enrolment.errors import StepNotPossible
from app.enrolment.events import (
    OfferEnded,
    PlaceCancelled,
    PlaceGivenUp,
    PlaceOffered,
    PlaceRefused,
    PlaceTaken,
    ResultRecorded,
)
from app.enrolment.models import HOLDS_A_SEAT, SEATED, Enrolment, Reservation
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import seats

_OVER = frozenset({State.CANCELLED, State.VOID})
STEPS: dict[State, frozenset[State]] = {
    State.PENDING: _OVER | {State.ENROLLED, State.REFUSED, State.WITHDRAWN},
    State.WAITING: _OVER | {State.OFFERED, State.ENROLLED, State.REFUSED, State.WITHDRAWN},
    State.OFFERED: _OVER | {State.ENROLLED, State.PENDING, State.DECLINED, State.LAPSED},
    State.ENROLLED: _OVER
    | {State.WITHDRAWN, State.TRANSFERRED, State.COMPLETED, State.NOT_COMPLETED},
    State.COMPLETED: frozenset({State.NOT_COMPLETED, State.VOID}),
    State.NOT_COMPLETED: frozenset({State.COMPLETED, State.VOID}),
    **{
        ended: frozenset[State]()
        for ended in (
            State.DECLINED, State.LAPSED, State.REFUSED, State.WITHDRAWN, State.CANCELLED,
            State.TRANSFERRED, State.VOID,
        )
    },
}  # fmt: skip
"""Where nothing follows, the person may apply again: that is another place."""

ACTIONS: dict[State, str] = {
    State.PENDING: "enrolment.accept",
    State.ENROLLED: "enrolment.seat",
    State.OFFERED: "enrolment.offer",
    State.DECLINED: "enrolment.decline",
    State.LAPSED: "enrolment.lapse",
    State.REFUSED: "enrolment.refuse",
    State.WITHDRAWN: "enrolment.withdraw",
    State.CANCELLED: "enrolment.cancel",
    State.TRANSFERRED: "enrolment.transfer",
    State.COMPLETED: "enrolment.complete",
    State.NOT_COMPLETED: "enrolment.not_complete",
    State.VOID: "enrolment.void",
}
"""What the audit log says of a step to this state."""

EVENTS: dict[State, Callable[[int], object]] = {
    State.PENDING: PlaceTaken,
    State.ENROLLED: PlaceTaken,
    State.OFFERED: PlaceOffered,
    State.DECLINED: OfferEnded,
    State.LAPSED: OfferEnded,
    State.REFUSED: PlaceRefused,
    State.WITHDRAWN: PlaceGivenUp,
    State.CANCELLED: PlaceCancelled,
    State.TRANSFERRED: PlaceGivenUp,
    State.COMPLETED: ResultRecorded,
    State.NOT_COMPLETED: ResultRecorded,
    State.VOID: PlaceGivenUp,
}
_STAYS = (*SEATED, State.PENDING, State.WAITING, State.OFFERED)


def step(
    session: Session,
    run: Run,
    place: Enrolment,
    to: State,
    by_id: int | None = None,
    *,
    reason: str = "",
    offered_until: datetime | None = None,
) -> None:
    """Move a place to another state, with its seat, its audit entry and its event.

    The run is locked. A seat that the place does not hold yet must have been taken by `seats`
    before, in the same statement that left the queue; a seat it leaves is free afterwards, and
    `offers.settle` gives it to whoever is next.

    Raises:
        StepNotPossible: this state does not follow the present one.
    """
    before, now = place.state, clock.now()
    if to not in STEPS[before]:
        raise StepNotPossible
    if before in HOLDS_A_SEAT and to not in HOLDS_A_SEAT:
        _leave_seat(session, run, place)
    elif before is State.WAITING and to not in HOLDS_A_SEAT:
        seats.shift(session, run, waiting=-1)
    place.state, place.offered_until = to, offered_until
    if to in SEATED and place.seated_at is None:
        place.seated_at = now
    if to not in _STAYS:
        place.ended_at = now
    if to in {State.COMPLETED, State.NOT_COMPLETED}:
        place.completed_at = now if to is State.COMPLETED else None
    if before is State.COMPLETED and to is State.NOT_COMPLETED:
        revoking.follow_result(session, place.id, reason, by_id)
    if reason:
        place.reason = reason
    audit.record(ACTIONS[to], "enrolment", place.id, by_id, reason=reason, run=run.id, was=before)
    jobs.emit(EVENTS[to](place.id))


def restore(place: Enrolment, state: State) -> None:
    """Give a place that was void by mistake its state again; its seat has been taken before."""
    place.state = state
    if state is State.WAITING:
        place.returned_at = clock.now()  # others have been offered seats meanwhile
    if state in _STAYS:
        place.ended_at = None


def _leave_seat(session: Session, run: Run, place: Enrolment) -> None:
    """A kept seat goes back to those it is kept for, while it is."""
    kept = place.reservation
    if kept is None or kept.released_at is not None:
        seats.shift(session, run, seats=-1)
        return
    row = session.get_one(Reservation, kept.id, with_for_update={"of": Reservation})
    row.used -= 1
    seats.shift(session, run, seats=-1, reserved=+1)
