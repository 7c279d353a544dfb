"""What a person may ask of us that is done at once: to keep and not use, not to count by group."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.events import PersonChanged
from app.accounts.models import Person
from app.core import audit, clock, jobs
from app.core.db import transaction


def restrict(person_id: int, by_id: int | None = None, *, on: bool = True) -> None:
    """Keep the data and use them for nothing but places the person has; or use them again."""
    with transaction() as session:
        person = _locked(session, person_id)
        person.restricted_at = (person.restricted_at or clock.now()) if on else None
        _note(person_id, "person.restricted" if on else "person.unrestricted", by_id)


def object_to_groups(person_id: int, by_id: int | None = None, *, on: bool = True) -> None:
    """Leave the person out of figures by group, whatever was agreed to; or count them again."""
    with transaction() as session:
        person = _locked(session, person_id)
        person.objected_at = (person.objected_at or clock.now()) if on else None
        _note(person_id, "person.objected" if on else "person.objection_ended", by_id)
        jobs.emit(PersonChanged(person_id))


def remind(person_id: int, by_id: int | None = None, *, on: bool) -> None:
    """Write the evening before a class, or do not; all other news goes out in any case."""
    with transaction() as session:
        person = _locked(session, person_id)
        if (person.no_reminders_since is None) is on:
            return
        person.no_reminders_since = None if on else clock.now()
        _note(person_id, "person.reminders_on" if on else "person.reminders_off", by_id)


def remind_contact(person_id: int, *, on: bool) -> None:
    """As `remind`, for everybody who is reached at the same phone or mailbox."""
    with transaction() as session:
        person = session.get_one(Person, person_id)
        same = [
            column == value
            for column, value in ((Person.phone, person.phone), (Person.email, person.email))
            if value
        ]
        sharing = select(Person.id).where(or_(Person.id == person_id, *same)).order_by(Person.id)
        for each in session.scalars(sharing).all():
            remind(each, on=on)


def note_copy(person_id: int, by_id: int | None, request_code: str = "") -> None:
    """That all of a person's data left as a file.

    Args:
        request_code: of the request for which staff made it.
    """
    with transaction():
        kind, key = ("data_request", request_code) if request_code else ("person", person_id)
        action = "request.copied" if request_code else "person.copied"
        audit.record(action, kind, key, by_id, person_id=person_id, reason=request_code)


def note_search(person_ids: Sequence[int], by_id: int) -> None:
    """That somebody at the request desk looked for a person, and whom they saw."""
    with transaction():
        for person_id in person_ids:
            audit.record("person.searched", "person", person_id, by_id, person_id=person_id)


def _locked(session: Session, person_id: int) -> Person:
    return session.get_one(Person, person_id, with_for_update={"of": Person})


def _note(person_id: int, action: str, by_id: int | None) -> None:
    audit.record(action, "person", person_id, by_id, person_id=person_id)
