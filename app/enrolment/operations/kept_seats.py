"""Taking seats, those first that are kept for a group or a partner, see `reservations`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Person, PersonGroup
from app.catalogue.models import Run
from app.core import clock
from app.core.keys import read_code
from app.enrolment.errors import WrongPartnerCode
from app.enrolment.models import Enrolment, EnrolmentState, Reservation
from app.enrolment.operations import facts, seats
from app.enrolment.operations.eligibility import Standing

TOLD_BY_DETAILS = {"told_by": "details"}
"""Among the terms of a place that anybody may have taken who knows the person's details."""


def take(
    session: Session, run: Run, standings: Sequence[Standing], partner_code: str = ""
) -> tuple[bool, Sequence[Standing]]:
    """A seat for each of these people at once, kept ones for whom they are kept for.

    Where there are too few, nobody gets one; a partner's code still counts in the queue.

    Raises:
        WrongPartnerCode: no seats of this run are or were kept under it.
    """
    if not run.reserved and not partner_code:
        return seats.take(session, run, len(standings)), standings
    kept = _kept(session, run)
    by_code = _by_code(session, run, partner_code)
    free = {each.id: 0 if _is_awaited(session, run, each) else _left(each) for each in kept}
    chosen = []
    for standing in standings:
        fitting = (each for each in kept if free[each.id] and _is_for(each, standing, by_code))
        mine = next(fitting, None)
        if mine:
            free[mine.id] -= 1
        chosen.append(mine)
    used = Counter(each.id for each in chosen if each)
    if not _shift(session, run, kept=used.total(), ordinary=len(standings) - used.total()):
        claim = by_code.id if by_code and by_code.released_at is None else None
        return False, [replace(standing, reservation_id=claim) for standing in standings]
    for each in kept:
        each.used += used[each.id]
    pairs = zip(standings, chosen, strict=True)
    return True, [replace(one, reservation_id=own.id if own else None) for one, own in pairs]


def first_claim(session: Session, run: Run) -> tuple[Reservation, Enrolment] | None:
    """A kept seat that is free, and the first in line of those it is kept for."""
    if not run.reserved or not run.waiting:
        return None
    for each in _kept(session, run):
        place = _first_of(session, run, each) if each.used < each.places else None
        if place is not None:
            return each, place
    return None


def take_for_claim(session: Session, run: Run, kept: Reservation, place: Enrolment) -> bool:
    """The kept seat is this waiting person's, unless the capacity was lowered below it."""
    within = or_(Run.capacity.is_(None), Run.seats_taken < Run.capacity)
    is_free = (within, Run.reserved > 0, Run.waiting > 0)
    if not seats.shift(session, run, seats=1, reserved=-1, waiting=-1, only_if=is_free):
        return False
    kept.used += 1
    place.reservation = kept
    return True


def _kept(session: Session, run: Run) -> Sequence[Reservation]:
    """What is kept now, those of partners first: their people have no other claim."""
    mine = select(Reservation).where(
        Reservation.run_id == run.id, Reservation.released_at.is_(None)
    )
    order = (Reservation.code.is_(None), Reservation.id)
    rows = mine.order_by(*order).execution_options(populate_existing=True)
    return session.scalars(rows).all()


def _left(kept: Reservation) -> int:
    return kept.places - kept.used


def _by_code(session: Session, run: Run, code: str) -> Reservation | None:
    if not code:
        return None
    wanted = (Reservation.run_id == run.id, Reservation.code == read_code(code))
    found = session.scalar(select(Reservation).where(*wanted))
    if found is None:
        raise WrongPartnerCode
    return found


def _is_for(kept: Reservation, standing: Standing, by_code: Reservation | None) -> bool:
    if kept.group is not None:
        return kept.group in standing.groups
    return by_code is not None and by_code.id == kept.id


def _is_awaited(session: Session, run: Run, kept: Reservation) -> bool:
    """Whether somebody in line has the first claim, who cannot be offered it at this hour."""
    return bool(run.waiting) and _first_of(session, run, kept) is not None


def _first_of(session: Session, run: Run, kept: Reservation) -> Enrolment | None:
    queue = select(Enrolment).where(
        Enrolment.run_id == run.id, Enrolment.state == EnrolmentState.WAITING, _claims(kept)
    )
    order = (Enrolment.rank, Enrolment.joined_at, Enrolment.id)
    return session.scalars(queue.order_by(*order).limit(1)).first()


def _claims(kept: Reservation) -> ColumnElement[bool]:
    """Who has the partner's code, or is known to belong to the group.

    For a place told by details only what a desk recorded since counts: an offer out of turn would
    tell whoever typed them that the person belongs to the group.
    """
    if kept.group is None:
        return Enrolment.reservation_id == kept.id
    told_by = Enrolment.terms["told_by"].as_string()
    is_shown = or_(
        told_by.is_(None),
        told_by != TOLD_BY_DETAILS["told_by"],
        PersonGroup.recorded_at > Enrolment.joined_at,
    )
    return exists().where(
        Person.id == Enrolment.person_id, PersonGroup.person_id == Person.id,
        PersonGroup.group == kept.group, is_shown, *facts.belongs(clock.today()),
    )  # fmt: skip


def _shift(session: Session, run: Run, *, kept: int, ordinary: int) -> bool:
    """So many kept and so many ordinary seats in one statement."""
    people = kept + ordinary
    rules = [or_(Run.capacity.is_(None), Run.seats_taken + people <= Run.capacity)]
    if kept:
        rules.append(Run.reserved >= kept)
    if ordinary:
        rules += [seats.room_for(ordinary), Run.waiting == 0]
    return seats.shift(session, run, seats=people, reserved=-kept, only_if=rules)
