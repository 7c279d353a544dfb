"""Bookings of groups whose contact somebody is: told apart by phone and name, as a form tells."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Person
from app.accounts.rights.holdings import Holding, Row, register
from app.core.db import db
from app.core.i18n import lazy as _
from app.core.vi import name_match_key
from app.enrolment.models import GroupBooking
from app.enrolment.retention import wipe_contact


def _mine(person_id: int) -> list[GroupBooking]:
    person = db.session.get(Person, person_id)
    if person is None or not person.phone or not _is_theirs(person):
        return []
    with_phone = select(GroupBooking).where(GroupBooking.phone == person.phone)
    name = name_match_key(person.full_name)
    found = db.session.scalars(with_phone.order_by(GroupBooking.id))
    return [each for each in found if name_match_key(each.contact_name) == name]


def _is_theirs(person: Person) -> bool:
    """Whether the phone is known to be the person's: who has an account has proved it there."""
    account = db.session.scalar(select(Account).where(Account.person_id == person.id))
    if account is None:
        return True
    return account.phone == person.phone and account.phone_proven_at is not None


def _copy(person_id: int) -> Sequence[Row]:
    names = ("code", "organisation", "contact_name", "phone", "email", "learners", "adults")
    more = ("state", "booked_at", "ended_at")
    return [
        {"course": each.run.course.title_vi} | {name: getattr(each, name) for name in names + more}
        for each in _mine(person_id)
    ]


def _stay(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """A booking has a phone and a name, not a person."""


def _erase(session: Session, person_id: int, _stripped_id: int) -> None:
    """The group may still come; whom to call is forgotten."""
    wipe_contact(session, [each.id for each in _mine(person_id)])


register(
    Holding(
        name="group_bookings",
        layer=2,
        label=_("Seats you booked for a group"),
        count=lambda person_id: len(_mine(person_id)),
        copy=_copy,
        move=_stay,
        erase=_erase,
    )
)
