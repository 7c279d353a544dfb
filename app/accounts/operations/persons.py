"""Persons: each human once, where they live, and what they agreed to."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.models import Consent, Person, Residence
from app.core import audit, clock, vi
from app.core.db import breaks, transaction
from app.core.keys import keyed_hash
from app.places.models import Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """What a person without an account tells: enough to be the same person next time."""

    full_name: str
    phone: str  # E.164
    born_in: int
    born_on: date | None = None
    sex: Sex = Sex.NOT_STATED
    unit_id: int | None = None  # where they live; None: outside the city
    language: str = "vi"

    @property
    def key(self) -> str:
        """Same name, birth date (or year) and phone: the same person; anything less is not."""
        born = self.born_on.isoformat() if self.born_on else str(self.born_in)
        return keyed_hash(f"guest|{vi.name_match_key(self.full_name)}|{born}|{self.phone}")


def person_for_guest(guest: Guest) -> Person:
    """The person these details belong to, known or new; callers never learn which.

    A stated sex replaces an earlier answer, "prefer not to say" leaves it; another ward is a move.
    """
    with transaction() as session:
        person = _locked(session, guest.key) or _insert(session, guest)
        if guest.sex is not Sex.NOT_STATED:
            person.sex = guest.sex
        move(session, person, guest.unit_id, clock.today())
        return person


def move(session: Session, person: Person, unit_id: int | None, day: date) -> None:
    """The person lives there from this day on; the past keeps its wards."""
    current = session.scalar(
        select(Residence).where(Residence.person_id == person.id, Residence.valid_to.is_(None))
    )
    if current is not None and current.unit_id == unit_id:
        return
    if current is not None and current.valid_from >= day:
        current.unit_id = unit_id
        return
    if current is not None:
        current.valid_to = day - timedelta(days=1)
        session.flush()  # only one residence may be open at any moment
    session.add(Residence(person_id=person.id, unit_id=unit_id, valid_from=day))


def record_consent(
    person_id: int,
    purpose: str,
    *,
    text_version: str,
    language: str,
    channel: str,
    recorded_by_id: int | None = None,
    note: str = "",
) -> Consent:
    """Keep proof of what the person agreed to, in which wording and by which way."""
    with transaction() as session:
        consent = Consent(
            person_id=person_id,
            purpose=purpose,
            text_version=text_version,
            language=language,
            channel=channel,
            recorded_by_id=recorded_by_id,
            note=note,
        )
        session.add(consent)
        audit.record(
            "consent.given",
            "person",
            person_id,
            recorded_by_id,
            purpose=purpose,
            version=text_version,
        )
        return consent


def _locked(session: Session, key: str) -> Person | None:
    """The row, held to the end of the transaction: two moves come one after the other."""
    return session.scalar(select(Person).where(Person.guest_key == key).with_for_update())


def _insert(session: Session, guest: Guest) -> Person:
    person = Person(
        full_name=vi.clean(guest.full_name),
        sort_key=vi.name_sort_key(guest.full_name),
        name_key=vi.name_match_key(guest.full_name),
        born_on=guest.born_on,
        born_in=guest.born_in,
        phone=guest.phone,
        language=guest.language,
        guest_key=guest.key,
    )
    try:
        with session.begin_nested():
            session.add(person)
    except IntegrityError as error:
        if not breaks(error, "uq_persons_guest_key", "persons.guest_key"):
            raise
        return session.execute(
            select(Person).where(Person.guest_key == guest.key).with_for_update()
        ).scalar_one()
    return person
