"""Room and teachers of one session, where they are not those of the run."""

from collections.abc import Sequence

from app.catalogue import teaching
from app.catalogue.errors import RunIsCancelled, SessionHasBegun
from app.catalogue.models import ClassSession, Run, RunStatus
from app.catalogue.operations.runs import check_room, note
from app.catalogue.teaching import Taught
from app.core import clock
from app.core.db import transaction
from app.core.errors import ChangedMeanwhile


def plan_session(
    session_id: int,
    room_id: int | None,
    teachers: Sequence[Taught],
    by_id: int | None = None,
    *,
    seen: int | None = None,
) -> ClassSession:
    """Give one session its own room and teachers; none: those of the run.

    Args:
        seen: the `sequence` the editor saw; nobody's change is overwritten unseen.

    Raises:
        SessionHasBegun, RunIsCancelled, NotThatRoom, ChangedMeanwhile: as the name says.
    """
    with transaction() as session:
        run_id = session.get_one(ClassSession, session_id).run_id
        run = session.get_one(Run, run_id, with_for_update={"of": Run}, populate_existing=True)
        meeting = session.get_one(ClassSession, session_id, populate_existing=True)
        if run.status is RunStatus.CANCELLED:
            raise RunIsCancelled
        if meeting.ends_at <= clock.now():
            raise SessionHasBegun
        if seen is not None and meeting.sequence != seen:
            raise ChangedMeanwhile
        if room_id not in (None, meeting.room_id):
            check_room(session, room_id, meeting.venue_id or run.venue_id)
        meeting.room_id = None if room_id == run.room_id else room_id
        others = [each for each in run.teachers if each.session_id != session_id]
        run.teachers = [*others, *teaching.rows(teachers, session_id)]
        meeting.sequence += 1
        note("session.planned", run, by_id, session=session_id)
        return meeting
