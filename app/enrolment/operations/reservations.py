"""Keeping seats for a priority group or a partner; they are part of the capacity."""

from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import PriorityGroup
from app.catalogue.models import Run, RunStatus
from app.core import audit, clock
from app.core.db import transaction
from app.core.i18n import lazy as _
from app.core.keys import random_code
from app.core.vi import clean
from app.enrolment.errors import (
    NoRoomToReserve,
    NothingToReserve,
    ReservationReleased,
    WrongReservation,
)
from app.enrolment.models import Reservation
from app.enrolment.operations import offers, seats


def reserve(
    run_id: int,
    places: int,
    by_id: int | None = None,
    *,
    group: PriorityGroup | None = None,
    partner: str = "",
    until: date | None = None,
) -> Reservation:
    """Keep free seats for a group, or for whoever has the code that a partner hands out.

    Args:
        until: the last day; None keeps them until enrolment closes.

    Raises:
        WrongReservation: not exactly one of group and partner, no places, or a day that is past.
        NothingToReserve: the run has no limit of places.
        NoRoomToReserve: fewer seats are free; nobody is thrown out.
    """
    with transaction() as session:
        run = seats.locked(session, run_id)
        kept = Reservation(
            run_id=run_id, group=group, partner=clean(partner)[:200], places=places, used=0,
            until=until, code=None if group else random_code(),
        )  # fmt: skip
        _check(run, kept)
        before = run.state
        offers.settle(session, run)
        _keep(session, run, places)
        session.add(kept)
        session.flush()
        _note(kept, "run.places_reserved", by_id)
        seats.tell_if_changed(run, before)
        return kept


def change_reservation(
    reservation_id: int, places: int, until: date | None, by_id: int | None = None
) -> Reservation:
    """Keep more or fewer seats, or to another day; what is no longer kept is offered to the queue.

    Raises:
        ReservationReleased: nothing is kept any more.
        WrongReservation: fewer than are used already, or a day that is past.
        NoRoomToReserve: so many more are not free.
    """
    with transaction() as session:
        run, kept = _locked(session, reservation_id)
        if kept.released_at is not None:
            raise ReservationReleased
        if places < kept.used:
            message = _("More of these places are taken already. Keep at least as many.")
            raise WrongReservation(message, field="places")
        before, more = run.state, places - kept.places
        if more > 0:
            offers.settle(session, run)
            _keep(session, run, more)
        else:
            seats.shift(session, run, reserved=more)
        kept.places, kept.until = places, until
        _check(run, kept)
        _note(kept, "run.reservation_changed", by_id)
        session.flush()
        offers.settle(session, run)
        seats.tell_if_changed(run, before)
        return kept


def release(reservation_id: int, by_id: int | None = None) -> Reservation:
    """What nobody of the group or partner has taken goes to everybody, the queue first.

    Whoever has one of these seats keeps it. Doing it twice is the same as doing it once.
    """
    with transaction() as session:
        run, kept = _locked(session, reservation_id)
        if kept.released_at is not None:
            return kept
        before = run.state
        seats.shift(session, run, reserved=kept.used - kept.places)
        kept.released_at = clock.now()
        _note(kept, "run.reservation_released", by_id)
        session.flush()
        offers.settle(session, run)
        seats.tell_if_changed(run, before)
        return kept


def reservations_over() -> list[int]:
    """Reservations whose last day is past."""
    today = clock.today()
    past = or_(
        Reservation.until < today,
        and_(Reservation.until.is_(None), Run.enrol_until < today),
        Run.status == RunStatus.CANCELLED,
    )
    query = select(Reservation.id).join(Reservation.run).where(Reservation.released_at.is_(None))
    with transaction() as session:
        return list(session.scalars(query.where(past).order_by(Reservation.id)))


def _keep(session: Session, run: Run, places: int) -> None:
    if not seats.shift(session, run, reserved=places, only_if=(seats.room_for(places),)):
        raise NoRoomToReserve


def _check(run: Run, kept: Reservation) -> None:
    if run.capacity is None:
        raise NothingToReserve
    if (kept.group is None) == (not kept.partner):
        message = _("Choose a group, or name a partner, not both.")
        raise WrongReservation(message, field="partner")
    if kept.places < 1:
        raise WrongReservation(_("Keep at least one place."), field="places")
    if kept.until is not None and not clock.today() <= kept.until <= run.enrol_until:
        message = _("Choose a day from today to the last day of enrolment.")
        raise WrongReservation(message, field="until")


def _locked(session: Session, reservation_id: int) -> tuple[Run, Reservation]:
    run = seats.locked(session, session.get_one(Reservation, reservation_id).run_id)
    return run, session.get_one(Reservation, reservation_id, populate_existing=True)


def _note(kept: Reservation, action: str, by_id: int | None) -> None:
    audit.record(
        action, "run", kept.run_id, by_id,
        reservation=kept.id, places=kept.places, used=kept.used,
    )  # fmt: skip
