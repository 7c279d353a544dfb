"""On which lists a person stands, for whoever asks who saw their data."""

from collections.abc import Iterator

from sqlalchemy import select

from app.accounts.queries.audit_log import knows_codes
from app.catalogue.models import ClassSession
from app.core.audit import Shown, shows_people
from app.core.db import db
from app.core.keys import read_code
from app.enrolment import queries
from app.enrolment.models import Enrolment


@shows_people
def lists_of(person_id: int) -> Iterator[Shown]:
    """The classes the person has or had a place in, and their sessions."""
    mine = select(Enrolment.run_id, Enrolment.joined_at).where(Enrolment.person_id == person_id)
    for run_id, since in db.session.execute(mine).all():
        yield Shown("run", run_id, since)
        sessions = select(ClassSession.id).where(ClassSession.run_id == run_id)
        for session_id in db.session.scalars(sessions):
            yield Shown("session", session_id, since)


@knows_codes
def person_of_place(code: str) -> int | None:
    """Whose place this is."""
    place = queries.place(read_code(code))
    return place.person_id if place else None
