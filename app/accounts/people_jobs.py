"""What follows when a person is new, known by something else, or deleted."""

from app.accounts.events import PersonChanged, PersonErased
from app.accounts.operations import erasure, suspicions
from app.core.archive import Restored
from app.core.db import forget_deleted
from app.core.jobs import handles


@handles(PersonChanged)
def look_for_doubles(event: PersonChanged) -> None:
    suspicions.look(event.person_id)


@handles(PersonErased, network=True)
def forget_for_good(event: PersonErased) -> None:
    """Also when the process ended between deleting and remembering it."""
    erasure.note(event.rows)
    forget_deleted()


@handles(Restored)
def erase_again(_event: Restored) -> None:
    """A backup brings back who was deleted since it was made."""
    erasure.replay()
