"""What follows when a session is over."""

from app.catalogue.models import ClassSession, SessionStatus
from app.core.db import db
from app.core.jobs import handles
from app.enrolment.distance.events import CheckedIn
from app.enrolment.operations.kept_marks import KeptMarks, merge_marks


@handles(CheckedIn)
def write_register(event: CheckedIn) -> None:
    """Whoever typed the code came, where no teacher has said anything about them."""
    session = db.session.get(ClassSession, event.session_id)
    if session is not None and session.status is SessionStatus.PLANNED:
        merge_marks(session.id, KeptMarks(f"code-{session.id}", 0, ()), None)
