"""Which bookings of groups may be opened: those made here, by code and phone, or by staff."""

import hmac
from typing import cast

from flask import session
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.catalogue.models import Course, Run
from app.core import access, throttle
from app.core.db import db
from app.core.keys import read_code
from app.enrolment import policy
from app.enrolment.errors import NoSuchPlace
from app.enrolment.models import Channel, GroupBooking
from app.places.models import Venue

TRIES = 10
_MOST = 10
_COOKIE = "groups"


def remember(code: str) -> None:
    """Let this browser open the booking until its session ends."""
    session[_COOKIE] = [code, *(known for known in _codes() if known != code)][:_MOST]


def opened(code: str) -> GroupBooking | None:
    """The booking, for who made it and for staff; the same nothing for another's and for none."""
    found = _with_code(read_code(code))
    if found is None:
        return None
    return found if found.code in _codes() or is_staff(found.run) else None


def is_staff(run: Run) -> bool:
    """Whether whoever asks teaches this run."""
    return policy.teach(access.actor(), run)


def channel(run: Run) -> Channel:
    return Channel.STAFF if is_staff(run) else Channel.WEB


def open_booking(code: str, phone: str, address: str) -> str:
    """Let this browser open the booking whose code and phone were typed; its code.

    Raises:
        NoSuchPlace: the code does not exist, or the phone is another one.
        TooManyAttempts: too many failures with this code or from this address.
    """
    wanted = read_code(code)
    limits = (("group", wanted), ("group-from", address))
    for action, subject in limits:
        throttle.look(action, subject, TRIES)
    found = _with_code(wanted)
    known = found.phone if found else ""
    if found is None or not known or not hmac.compare_digest(known, phone):
        for action, subject in limits:
            throttle.check(action, subject, TRIES)
        raise NoSuchPlace
    remember(found.code)
    return found.code


def _codes() -> list[str]:
    return cast("list[str]", session.get(_COOKIE, []))


def _with_code(code: str) -> GroupBooking | None:
    run = joinedload(GroupBooking.run)
    query = select(GroupBooking).where(GroupBooking.code == code)
    course = run.joinedload(Run.course).joinedload(Course.provider)
    return db.session.scalar(
        query.options(course, run.joinedload(Run.venue).joinedload(Venue.unit))
    )
