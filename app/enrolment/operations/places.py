"""Taking and giving up places; every operation locks the row of the run, see `seats`."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.operations import Guest, hold_known, id_for_guest
from app.core import clock
from app.core.db import transaction
from app.enrolment.errors import TooLateToWithdraw
from app.enrolment.models import Channel, Enrolment
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import deadlines, new_places, offers, seats, taking
from app.enrolment.operations.application import Application
from app.enrolment.operations.steps import step
from app.enrolment.operations.taking import Taken


def enrol(
    person_id: int,
    run_id: int,
    form_key: str | None = None,
    channel: Channel = Channel.WEB,
    recorded_by_id: int | None = None,
    **asked: Any,
) -> Enrolment:
    """Take a seat, or a place in the queue when there is none; `asked` as in `Application`."""
    application = Application(
        form_key=form_key, channel=channel, recorded_by_id=recorded_by_id, **asked
    )
    return enrol_party([person_id], run_id, application)[0]


def enrol_party(
    person_ids: Sequence[int], run_id: int, application: Application
) -> list[Enrolment]:
    """Take a seat for each of these people, or a place in the queue for each: all or nothing.

    Raises:
        DomainError: the rule that stopped it; nothing has changed. `AlreadyEnrolled` and the other
            refusals about one person carry that person's id in `person_id`.
    """
    with transaction() as session:
        taken = taking.take(session, run_id, person_ids, application)
        return [new_places.reference(session, each.id) for each in taken]


def codes_for_party(person_ids: Sequence[int], run_id: int, application: Application) -> list[str]:
    """As `enrol_party`; the codes of the places, for who needs no entities."""
    with transaction() as session:
        return [each.code for each in taking.take(session, run_id, person_ids, application)]


def enrol_guest(
    guest: Guest,
    run_id: int,
    form_key: str,
    channel: Channel = Channel.WEB,
    recorded_by_id: int | None = None,
    **asked: Any,
) -> Enrolment:
    """The person (new, or the same as before), their consent and the place, all or nothing."""
    application = Application(
        form_key=form_key, channel=channel, recorded_by_id=recorded_by_id,
        language=guest.language, **asked,
    )  # fmt: skip
    return enrol_guests([guest], run_id, application)[0]


def enrol_guests(
    guests: Sequence[Guest],
    run_id: int,
    application: Application,
    *,
    together_with: Collection[int] = (),
) -> list[Enrolment]:
    """As `enrol_party`, for people who are told by their details, and others who are known."""
    with transaction() as session:
        taken = _of_guests(session, guests, run_id, application, together_with)
        return [new_places.reference(session, each.id) for each in taken]


def codes_for_guests(
    guests: Sequence[Guest],
    run_id: int,
    application: Application,
    *,
    together_with: Collection[int] = (),
) -> list[str]:
    """As `enrol_guests`; only the codes, so that no row has to be read again after the commit."""
    with transaction() as session:
        taken = _of_guests(session, guests, run_id, application, together_with)
        return [each.code for each in taken]


def _of_guests(
    session: Session,
    guests: Sequence[Guest],
    run_id: int,
    application: Application,
    together_with: Collection[int],
) -> list[Taken]:
    hold_known(session, guests, together_with)
    in_one_order = sorted(guests, key=lambda guest: guest.key)  # however they were typed
    told = {guest.key: id_for_guest(guest) for guest in in_one_order}
    people = [*sorted(set(together_with)), *(told[guest.key] for guest in guests)]
    asked = replace(application, told_by_details=frozenset(told.values()))
    return taking.take(session, run_id, people, asked)


def withdraw(
    enrolment_id: int, recorded_by_id: int | None = None, *, staff_reason: str = ""
) -> Enrolment:
    """Give up the seat, which is offered to whoever is next, or leave the queue.

    Doing it twice is the same as doing it once.

    Args:
        staff_reason: staff may end a place after the day until which people do it themselves.

    Raises:
        TooLateToWithdraw: that day is past.
    """
    with transaction() as session:
        run_id = session.get_one(Enrolment, enrolment_id).run_id
        run = seats.locked(session, run_id)
        place = session.get_one(Enrolment, enrolment_id, populate_existing=True)
        if not place.is_live:
            return place
        last = run.ends_on if staff_reason else deadlines.leave_until(run, place)
        if place.state is State.ENROLLED and clock.today() > last:
            raise TooLateToWithdraw
        before = run.state
        to = State.DECLINED if place.state is State.OFFERED else State.WITHDRAWN
        step(session, run, place, to, recorded_by_id, reason=staff_reason)
        offers.settle(session, run)
        seats.tell_if_changed(run, before)
        return place
