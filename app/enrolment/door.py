"""A class before a form for it is read: what is public of it, in one row and no entity."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import bindparam, select

from app.accounts.models import Person
from app.catalogue.models import Course, CourseStatus, Run
from app.catalogue.openness import Openness, RunState, RunStatus
from app.core import access
from app.core.db import db
from app.core.errors import DomainError
from app.core.prepared import Prepared
from app.enrolment.errors import EnrolmentClosed, NotOpenYet, RunCancelled, RunFull
from app.enrolment.models import Enrolment, Reservation
from app.enrolment.operations import key_of_form


@dataclass(frozen=True, slots=True)
class Door(Openness):
    """What a form for a class has to know of it."""

    id: int
    status: RunStatus
    enrol_from: date
    enrol_until: date
    capacity: int | None
    waiting_capacity: int | None
    seats_taken: int
    waiting: int
    reserved: int
    fee: int
    fee_groups: list[dict[str, Any]]
    rules: dict[str, Any]
    questions: list[dict[str, Any]]


_REFUSALS: dict[RunState, type[DomainError]] = {
    RunState.CANCELLED: RunCancelled,
    RunState.CLOSED: EnrolmentClosed,
    RunState.NOT_YET: NotOpenYet,
    RunState.FULL: RunFull,
}
_OF_RUN = (
    Run.id, Run.status, Run.enrol_from, Run.enrol_until, Run.capacity, Run.waiting_capacity,
    Run.seats_taken, Run.waiting, Run.reserved, Run.fee, Run.fee_groups, Run.rules, Run.questions,
)  # fmt: skip
_DOOR = Prepared(
    select(*_OF_RUN, Course.status.label("course_status"), Course.provider_id)
    .join(Course, Course.id == Run.course_id)
    .where(Run.id == bindparam("run_id"))
)
_WITH_PHONE = (
    select(Enrolment.person_id, Enrolment.form_key)
    .join(Person, Person.id == Enrolment.person_id)
    .where(Enrolment.run_id == bindparam("run_id"), Person.phone == bindparam("phone"))
)
_NOBODY = ((0, None),)


def of(run_id: int) -> Door:
    """The class, if whoever asks may see it; otherwise 404, as `access.load` with `policy.view`."""
    row = _DOOR.first(db.session(), {"run_id": run_id})
    if row is None:
        return abort(404)
    *own, course_status, provider_id = row
    is_public = course_status is CourseStatus.PUBLISHED
    return Door(*own) if is_public or access.actor().works_at(provider_id) else abort(404)


def refusal(run: Run | Door) -> DomainError | None:
    """Why nobody at all can take a place today: neither from kept seats nor before the others."""
    state = run.state
    if state not in _REFUSALS or (state is RunState.FULL and run.reserved):
        return None
    return _REFUSALS[state]()


def has_partner(run: Run | Door) -> bool:
    """Whether seats are kept for who has a partner's code."""
    if run.reserved == 0:
        return False
    kept = select(Reservation.id).where(
        Reservation.run_id == run.id,
        Reservation.code.is_not(None),
        Reservation.released_at.is_(None),
    )
    return db.session.scalar(kept.limit(1)) is not None


def was_passed(run_id: int, phone: str | None, form_key: str) -> bool:
    """Whether this very form, sent with this phone, has made a place before.

    A phone that has a place here is answered no later than one that has none.
    """
    if not (phone and form_key):
        return False
    asked = {"run_id": run_id, "phone": phone}
    rows = db.session.connection().execute(_WITH_PHONE, asked).all() or _NOBODY
    return any(key == key_of_form(run_id, person_id, form_key) for person_id, key in rows)
