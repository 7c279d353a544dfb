"""Seats for a school class or another group: counted, not named, and never in the queue."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalogue.models import Run
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.keys import keyed_hash, random_code
from app.enrolment.errors import (
    GroupsAskFirst,
    GroupTooLarge,
    NotOpenYet,
    StepNotPossible,
    TooLateToWithdraw,
)
from app.enrolment.events import GroupBooked, GroupEnded
from app.enrolment.models import Channel, GroupBooking
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import offers, seats, taking


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Who comes, and whom to call about it."""

    organisation: str
    contact_name: str
    phone: str  # E.164
    email: str | None = None
    learners: int
    adults: int = 0  # who come along; they need seats too
    language: str = "vi"


def book_group(
    run_id: int,
    group: Group,
    form_key: str | None = None,
    channel: Channel = Channel.WEB,
    by_id: int | None = None,
) -> GroupBooking:
    """Take all the seats at once, or none; the same form sent twice finds the first answer.

    Raises:
        GroupTooLarge: so many seats are not free, or people wait for them.
        GroupsAskFirst: the provider has to say yes to each person, so groups call.
        NotOpenYet, EnrolmentClosed, RunCancelled: as for everybody.
    """
    key = keyed_hash(f"group:{run_id}:{form_key}") if form_key else None
    with transaction() as session:
        run = seats.locked(session, run_id)
        if sent := _sent(session, key):
            return sent
        _settled(session, run)
        _check(run, channel)
        before = run.state
        _take(session, run, group.learners + group.adults)
        booking = GroupBooking(
            code=random_code(), form_key=key, run_id=run_id, state=State.ENROLLED,
            organisation=group.organisation, contact_name=group.contact_name,
            phone=group.phone, email=group.email, language=group.language,
            learners=group.learners, adults=group.adults, recorded_by_id=by_id,
        )  # fmt: skip
        session.add(booking)
        session.flush()
        _note(booking, "group.book", by_id)
        jobs.emit(GroupBooked(booking.id))
        seats.tell_if_changed(run, before)
        return booking


def change_group(
    booking_id: int,
    learners: int,
    adults: int,
    channel: Channel = Channel.WEB,
    by_id: int | None = None,
) -> GroupBooking:
    """Other numbers: more seats all at once or none, fewer are free for whoever is next.

    Raises:
        GroupTooLarge: the seats that are missing are not free; the numbers stay as they were.
        TooLateToWithdraw: the class is over.
        StepNotPossible: the booking has ended.
    """
    with transaction() as session:
        run, booking = _locked(session, booking_id)
        if booking.state is not State.ENROLLED:
            raise StepNotPossible
        more = learners + adults - booking.seats
        if (learners, adults) == (booking.learners, booking.adults):
            return booking
        _check_time(run, channel)
        before = run.state
        if more > 0:
            _settled(session, run)
            _check(run, channel)
            _take(session, run, more)
        booking.learners, booking.adults = learners, adults
        if more < 0:
            seats.shift(session, run, seats=more)
            offers.settle(session, run)
        _note(booking, "group.change", by_id)
        jobs.emit(GroupBooked(booking.id))
        seats.tell_if_changed(run, before)
        return booking


def give_up_group(
    booking_id: int, channel: Channel = Channel.WEB, by_id: int | None = None
) -> GroupBooking:
    """All seats are free again; doing it twice is the same as doing it once.

    Raises:
        TooLateToWithdraw: the class is over.
    """
    with transaction() as session:
        run, booking = _locked(session, booking_id)
        if booking.state is not State.ENROLLED:
            return booking
        _check_time(run, channel)
        before = run.state
        booking.state, booking.ended_at = State.WITHDRAWN, clock.now()
        seats.shift(session, run, seats=-booking.seats)
        _note(booking, "group.give_up", by_id)
        jobs.emit(GroupEnded(booking.id))
        offers.settle(session, run)
        seats.tell_if_changed(run, before)
        return booking


def _sent(session: Session, key: str | None) -> GroupBooking | None:
    if key is None:
        return None
    return session.scalar(select(GroupBooking).where(GroupBooking.form_key == key))


def _settled(session: Session, run: Run) -> None:
    """Seats nobody claimed in time do not keep a group out."""
    if offers.has_overdue(session, run):
        offers.settle(session, run)


def _check(run: Run, channel: Channel) -> None:
    """A group is nobody's age, ward or priority: it comes when everybody may."""
    taking.check_open(run, channel)
    if channel is not Channel.WEB:
        return
    if clock.today() < run.enrol_from:
        raise NotOpenYet
    if run.needs_approval:
        raise GroupsAskFirst


def _check_time(run: Run, channel: Channel) -> None:
    last = min(run.withdraw_until or run.ends_on, run.ends_on)
    if clock.today() > (last if channel is Channel.WEB else run.ends_on):
        raise TooLateToWithdraw


def _take(session: Session, run: Run, people: int) -> None:
    if not seats.take(session, run, people):
        raise GroupTooLarge((run.seats_left or 0) if run.waiting == 0 else 0)


def _note(booking: GroupBooking, action: str, by_id: int | None) -> None:
    audit.record(
        action, "group_booking", booking.id, by_id,
        run=booking.run_id, learners=booking.learners, adults=booking.adults,
    )  # fmt: skip


def _locked(session: Session, booking_id: int) -> tuple[Run, GroupBooking]:
    """A booking and its run, both as they are now."""
    run = seats.locked(session, session.get_one(GroupBooking, booking_id).run_id)
    return run, session.get_one(GroupBooking, booking_id, populate_existing=True)
