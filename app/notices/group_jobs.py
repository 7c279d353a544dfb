"""Letters to the contact persons of groups, who hear of a class what everybody on the list hears.

A booking names nobody of the group: its messages go with the contact, not with a person.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import select

from app.accounts.contacts import Contact, ContactKind
from app.catalogue.models import ClassSession
from app.core.db import db
from app.core.i18n import speaking
from app.core.jobs import handles
from app.enrolment.events import GroupBooked, GroupEnded
from app.enrolment.models import EnrolmentState as State
from app.enrolment.models import GroupBooking
from app.notices import operations
from app.notices.events import MessageQueued
from app.notices.models import Medium, Message
from app.notices.parties import mark
from app.notices.wording import About, Words, groups


@handles(GroupBooked)
def confirm_group(event: GroupBooked) -> None:
    """To the contact person there is now; another one hears that they are it."""
    booking = db.session.get(GroupBooking, event.booking_id)
    if booking is None or booking.state is not State.ENROLLED:
        return
    about, name = About.of_group(booking), booking.organisation
    prefix = f"group-{booking.id}-{booking.state}-"
    for contact in contacts(booking):
        with speaking(booking.language):
            if _is_another(contact, prefix):
                words = groups.contact_changed(about, name)
            else:
                words = groups.booked(about, name, booking.learners, booking.adults)
        key = f"{prefix}{mark(contact)}-{booking.learners}-{booking.adults}"
        _write(booking, contact, key, words)


@handles(GroupEnded)
def tell_of_the_end_of_a_group(event: GroupEnded) -> None:
    booking = db.session.get(GroupBooking, event.booking_id)
    if booking is None or booking.state not in (State.WITHDRAWN, State.CANCELLED):
        return
    how = groups.cancelled if booking.state is State.CANCELLED else groups.given_up
    with speaking(booking.language):
        words = how(About.of_group(booking), booking.organisation)
    for contact in contacts(booking):
        _write(booking, contact, f"group-{booking.id}-{booking.state}-{mark(contact)}", words)


def tell_groups(
    run_id: int,
    key: str,
    tell: Callable[[About], Words],
    *,
    until: datetime | None = None,
    sessions: Iterable[ClassSession] = (),
) -> None:
    """News of a run for every group that has seats in it; arguments as of `write_about`."""
    truth = partial(
        MessageQueued,
        until=until.isoformat() if until else "",
        sessions=[[each.id, each.sequence] for each in sessions],
    )
    for booking in _booked(run_id):
        with speaking(booking.language):
            words = tell(About.of_group(booking))
        for contact in contacts(booking):
            _write(booking, contact, f"{key}-group-{booking.id}-{mark(contact)}", words, truth)


def contacts(booking: GroupBooking) -> list[Contact]:
    """The phone and the mailbox of the contact person."""
    read = (Contact.read(text) for text in (booking.phone, booking.email) if text)
    return [contact for contact in read if contact is not None]


def _booked(run_id: int) -> Sequence[GroupBooking]:
    live = select(GroupBooking).where(
        GroupBooking.run_id == run_id, GroupBooking.state == State.ENROLLED
    )
    return db.session.scalars(live.order_by(GroupBooking.id)).all()


def _write(
    booking: GroupBooking,
    contact: Contact,
    key: str,
    words: Words,
    truth: Callable[..., MessageQueued] = MessageQueued,
) -> None:
    event = partial(truth, booking_id=booking.id, state=booking.state.value)
    operations.write_to(contact, key, words, event=event)


def _is_another(contact: Contact, prefix: str) -> bool:
    """Whether somebody else was told of the booking before this one."""
    medium = Medium.SMS if contact.kind is ContactKind.PHONE else Medium.EMAIL
    told = select(Message.key).where(
        Message.key.startswith(prefix, autoescape=True), Message.medium == medium
    )
    before = db.session.scalars(told).all()
    return bool(before) and not any(key.startswith(f"{prefix}{mark(contact)}") for key in before)
