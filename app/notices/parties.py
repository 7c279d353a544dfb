"""One letter to the contact that several people of one form share."""

from collections import defaultdict
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.contacts import Contact
from app.core.db import db
from app.core.i18n import speaking
from app.core.keys import keyed_hash
from app.enrolment import queries
from app.enrolment.models import Enrolment
from app.enrolment.models import EnrolmentState as State
from app.notices import operations
from app.notices.events import MessageQueued
from app.notices.readers import Reader, readers
from app.notices.wording import About, Words
from app.notices.wording import places as wording

_MARK = 16

Told = list[tuple[Enrolment, Reader]]


def tell(place: Enrolment) -> None:
    """Everybody of the form who stands as this place does; each phone and mailbox once.

    Whoever of them is handled first writes for all: the key is that of the form.
    """
    together = _together(place)
    by_contact: dict[Contact, Told] = defaultdict(list)
    for each in together:
        for reader in readers(each.person):
            for contact in reader.contacts():
                by_contact[contact].append((each, reader))
    for contact, told in by_contact.items():
        key = f"party-{place.party}-{place.state}-{mark(contact)}"
        ids = [each.id for each, _reader in told]
        event = partial(MessageQueued, place_ids=ids, state=place.state.value)
        first = told[0][1]
        with speaking(first.person.language):
            words = _words(place.state, told)
        operations.write_to(contact, key, words, first.about.id, event)


def mark(contact: Contact) -> str:
    """Of one phone or mailbox, telling nothing of it."""
    return keyed_hash(contact.value)[:_MARK]


def _together(place: Enrolment) -> list[Enrolment]:
    alike = select(Enrolment).where(
        Enrolment.party == place.party, Enrolment.run_id == place.run_id,
        Enrolment.state == place.state,
    )  # fmt: skip
    rows = db.session.scalars(alike.options(joinedload(Enrolment.person)).order_by(Enrolment.id))
    return list(rows)


def _words(state: State, told: Told) -> Words:
    waits = state is State.WAITING
    lines = [queries.place_in_line(each) if waits else 0 for each, _reader in told]
    if len(told) == 1:
        (place, reader), line = told[0], lines[0]
        alone = {State.WAITING: wording.waiting, State.PENDING: wording.pending}
        return alone.get(state, wording.enrolled)(About.of(place, reader.name, line))
    people = [
        About.of(place, place.person.full_name, line)
        for (place, _reader), line in zip(told, lines, strict=True)
    ]
    return wording.pending_party(people) if state is State.PENDING else wording.party(people)
