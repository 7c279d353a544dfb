"""How a new place comes about: what is known is read under the locks, then written at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.catalogue.openness import RunState, RunStatus
from app.core.errors import DomainError
from app.core.keys import random_code
from app.core.last_rows import Row
from app.core.prepared import together
from app.enrolment.errors import (
    DeletedMeanwhile,
    EnrolmentClosed,
    NotEnoughSeats,
    NotOpenYet,
    QueueTooShort,
    RunCancelled,
    RunFull,
    SeatGone,
)
from app.enrolment.models import Channel
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import (
    eligibility,
    kept_seats,
    known,
    new_places,
    offers,
    run_now,
    seats,
)
from app.enrolment.operations.answers import accepted
from app.enrolment.operations.application import Application, key_of_form
from app.enrolment.operations.eligibility import Standing
from app.enrolment.operations.known import Known
from app.enrolment.operations.run_now import RunNow
from app.enrolment.operations.seats import AnyRun


@dataclass(frozen=True, slots=True)
class Taken:
    """A place: its row, and what the person shows."""

    id: int
    code: str


@dataclass(frozen=True, slots=True)
class _Case:
    """A run and those who want places on it, all locked, in the order in which they were named."""

    run: RunNow
    people: dict[int, Known]
    keys: dict[int, str | None]

    @property
    def sent(self) -> list[Taken]:
        """What this very form made before, if it made something for all of these people."""
        found = [each.sent for each in self.people.values() if each.sent]
        return [Taken(*each) for each in found] if len(found) == len(self.people) else []

    @property
    def has_overdue(self) -> bool:
        return any(each.has_overdue for each in self.people.values())


def take(
    session: Session, run_id: int, person_ids: Collection[int], application: Application
) -> list[Taken]:
    """Take a seat for each of these people, or a place in the queue for each: all or nothing.

    Raises:
        DomainError: the rule that stopped it, see `places.enrol_party`.
    """
    case = _case(session, run_id, person_ids, application.form_key)
    if sent := case.sent:
        return sent
    if case.has_overdue:
        offers.settle(session, seats.locked(session, run_id))
        case = _case(session, run_id, person_ids, application.form_key)
    check_open(case.run, application.channel)
    asked = replace(application, answers=accepted(case.run, application))
    found = [_standing(session, case, each, asked) for each in case.people]
    waited = case.run.waiting
    taken = _seat_and_write(session, case, found, asked)
    if case.run.waiting > waited and case.run.seats_left != 0:  # too few for the whole party
        offers.settle(session, seats.locked(session, run_id))
    return taken


def _case(
    session: Session, run_id: int, person_ids: Collection[int], form_key: str | None
) -> _Case:
    """Lock people in the order of their numbers, then the run, and read what is known of them."""
    session.flush()  # what is read past the session knows nothing of what waits in it
    is_now = {each: each for each in person_ids}
    if len(is_now) > 1:
        is_now = eligibility.all_held(session, is_now)
    people = {is_now[each]: _key(run_id, is_now[each], form_key) for each in person_ids}
    last, key = people.popitem()
    asked = known.ask(run_id, last, key)
    person, run_row, rows = together(
        session, eligibility.hold(last), run_now.hold(run_id, last), asked
    )
    if (is_last := eligibility.now(session, last, person)) != last:
        return _case(session, run_id, [*people, is_last], form_key)
    run = run_now.read(run_row)
    if run is None:
        raise DeletedMeanwhile
    read = {each: known.of(session, run, each, key) for each, key in people.items()}
    read[last] = known.read(session, run, rows, asked[1])
    return _Case(run, read, people | {last: key})


def _key(run_id: int, person_id: int, form_key: str | None) -> str | None:
    """Of this form, for this person: the form sent again with another name is another enrolment."""
    return key_of_form(run_id, person_id, form_key) if form_key else None


_REFUSALS: dict[RunState, type[DomainError]] = {
    RunState.CANCELLED: RunCancelled,
    RunState.CLOSED: EnrolmentClosed,
    RunState.NOT_YET: NotOpenYet,
}


def check_open(run: AnyRun, channel: Channel) -> None:
    """Residents keep to the enrolment period; staff may add somebody who came to the class."""
    if run.status is RunStatus.CANCELLED:
        raise RunCancelled
    if channel is not Channel.WEB:
        return
    if not run.is_public:
        raise EnrolmentClosed
    if refusal := _REFUSALS.get(run.state):
        raise refusal


def _standing(session: Session, case: _Case, person_id: int, asked: Application) -> Standing:
    try:
        return eligibility.check(session, case.run, person_id, asked, case.people[person_id])
    except DomainError as error:
        error.person_id = person_id
        raise


def _seat_and_write(
    session: Session, case: _Case, standings: Sequence[Standing], asked: Application
) -> list[Taken]:
    """Ordinary seats go with the rows; where some are kept or none is free, a step at a time."""
    run, before = case.run, case.run.state
    party = random_code() if len(standings) > 1 else None
    if _has_room(run, len(standings)) and not run.reserved and not asked.partner_code:
        rows = _rows(case, _seated_state(run), standings, asked, party)
        ids = new_places.add_with_seats(session, run, rows)
    else:
        state, standings = _take_seats(session, run, standings, asked)
        rows = _rows(case, state, standings, asked, party)
        ids = new_places.add(session, rows)
    seats.tell_if_changed(run, before)
    for place_id, row, standing in zip(ids, rows, standings, strict=True):
        new_places.note(place_id, row, run, asked, standing)
    return [Taken(place_id, row["code"]) for place_id, row in zip(ids, rows, strict=True)]


def _has_room(run: RunNow, people: int) -> bool:
    return run.has_free_seat and (run.seats_left is None or run.seats_left >= people)


def _seated_state(run: RunNow) -> State:
    return State.PENDING if run.needs_approval else State.ENROLLED


def _take_seats(
    session: Session, run: RunNow, found: Sequence[Standing], asked: Application
) -> tuple[State, Sequence[Standing]]:
    people = len(found)
    is_seated, standings = _seated(session, run, found, asked.partner_code)
    if is_seated:
        return _seated_state(run), standings
    if run.queue_is_open and not asked.wait:
        raise _no_seats(run, people)
    if seats.join_queue(session, run, people):
        return State.WAITING, standings
    raise _no_queue(run, people)


def _seated(
    session: Session, run: RunNow, found: Sequence[Standing], partner_code: str
) -> tuple[bool, Sequence[Standing]]:
    """Ordinary seats in one statement; where some are kept, see `kept_seats`."""
    if not run.reserved and not partner_code:
        return seats.take(session, run, len(found)), found
    entity = seats.locked(session, run.id)
    taken = kept_seats.take(session, entity, found, partner_code)
    session.flush()
    seats.follow(run, entity)
    return taken


def _no_seats(run: RunNow, people: int) -> DomainError:
    """Who comes alone is told that the seat went; a party, how many are left."""
    left = (run.seats_left or 0) if run.waiting == 0 else 0
    return NotEnoughSeats(left) if people > 1 and left else SeatGone()


def _no_queue(run: RunNow, people: int) -> DomainError:
    room = max(0, (run.waiting_capacity or 0) - run.waiting)
    refusal = _no_seats(run, people)
    if isinstance(refusal, NotEnoughSeats):
        return refusal
    return QueueTooShort(room) if people > 1 and room else RunFull()


def _rows(
    case: _Case,
    state: State,
    standings: Sequence[Standing],
    asked: Application,
    party: str | None,
) -> list[Row]:
    return [
        new_places.row(case.run, each, state, standing, asked, key=case.keys[each], party=party)
        for each, standing in zip(case.people, standings, strict=True)
    ]
