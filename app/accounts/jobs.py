"""What accounts do by themselves, and what follows when a person is new, changed or deleted."""

from app.accounts import operations
from app.accounts.events import PersonChanged, PersonErased
from app.accounts.operations import erasure, suspicions
from app.core.archive import Restored
from app.core.db import forget_deleted
from app.core.jobs import DayBegan, handles


@handles(DayBegan)
def forget_old(_event: DayBegan) -> None:
    """Codes and sessions nobody can use any more."""
    operations.forget_old_codes()
    operations.forget_old_sessions()


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
