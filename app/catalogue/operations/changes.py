"""Changes of a run that people have to be told of: moved, held elsewhere, cancelled, decided.

Each raises the `sequence` of the sessions it touches, so that calendars take the new version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.catalogue.errors import (
    HourTaken,
    NothingChanges,
    NotInThePast,
    NotYourVenue,
    RunIsCancelled,
    RunIsOver,
    SessionHasBegun,
    SessionIsCancelled,
    WrongDates,
)
from app.catalogue.events import RunCancelled, RunGoesAhead, SessionCancelled, SessionsMoved
from app.catalogue.models import ClassSession, Run, RunStatus, SessionStatus
from app.catalogue.operations.runs import note, teaches_at
from app.core import clock, jobs
from app.core.db import breaks, transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import lazy as _

TIMES, PLACE = "times", "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """When and where a session is to be; without a venue it is where the whole run is."""

    starts_at: datetime
    ends_at: datetime
    venue_id: int | None = None


def move_session(
    session_id: int, to: Meeting, by_id: int | None = None, *, seen: int | None = None
) -> ClassSession:
    """Another day, other hours or another place for one session.

    Args:
        seen: the `sequence` the editor saw; nobody's change is overwritten unseen.

    Raises:
        SessionHasBegun, SessionIsCancelled, RunIsCancelled: it can no longer be moved.
        NotInThePast, WrongDates, HourTaken: it cannot be then.
        NotYourVenue, NothingChanges, ChangedMeanwhile: as the name says.
    """
    with transaction() as session:
        run = _locked(session, session.get_one(ClassSession, session_id).run_id)
        meeting = session.get_one(ClassSession, session_id, populate_existing=True)
        if seen is not None and meeting.sequence != seen:
            raise ChangedMeanwhile
        move_sessions(run.id, {session_id: to}, by_id)
        return meeting


def move_sessions(run_id: int, to: Mapping[int, Meeting], by_id: int | None = None) -> int:
    """Move several sessions of a run by one change, told in one letter; how many were moved.

    Raises:
        as `move_session`; nothing has changed then.
    """
    with transaction() as session:
        run = _locked(session, run_id)
        _check_goes_on(run)
        moved = [meeting for meeting in run.sessions if meeting.id in to]
        changed = [each for each in moved if _differs(run, each, to[each.id])]
        if not changed:
            raise NothingChanges
        was = [_as_it_was(each) for each in changed]
        for each in changed:
            _move(session, run, each, to[each.id])
        _refuse_clash(run)
        _flush(session)
        _follow_days(run)
        hours = any(old["starts_at"] != _iso(each.starts_at) or old["ends_at"] != _iso(each.ends_at)
                    for old, each in zip(was, changed, strict=True))  # fmt: skip
        _tell(run, changed, TIMES if hours else PLACE, was, by_id)
        return len(changed)


def change_place(run_id: int, venue_id: int | None, by_id: int | None = None) -> Run:
    """Hold everything that is still to come at another place; what was held stays where it was.

    Raises:
        RunIsOver, RunIsCancelled, NotYourVenue, NothingChanges: as the name says.
    """
    with transaction() as session:
        run = _locked(session, run_id)
        _check_goes_on(run)
        if run.ends_on < clock.today():
            raise RunIsOver
        _check_venue(session, run, venue_id)
        to_come = _to_come(run)
        changed = [each for each in to_come if (each.venue_id or run.venue_id) != venue_id]
        if not changed and run.venue_id == venue_id:
            raise NothingChanges
        was = [_as_it_was(each) for each in changed]
        for each in run.sessions:
            if each in to_come:
                each.venue_id = each.room_id = None
            elif each.venue_id is None:
                each.venue_id, each.room_id = run.venue_id, each.room_id or run.room_id
        for each in changed:
            each.sequence += 1
        run.venue_id, run.room_id = venue_id, None
        session.flush()
        _tell(run, changed, PLACE, was, by_id)
        return run


def cancel_session(session_id: int, by_id: int | None = None) -> ClassSession:
    """One meeting does not take place; the others do. Whoever has a place is told once.

    Raises:
        SessionHasBegun: it is too late for that.
    """
    with transaction() as session:
        meeting = session.get_one(ClassSession, session_id)
        if meeting.starts_at <= clock.now():
            raise SessionHasBegun
        if meeting.status is SessionStatus.PLANNED:
            meeting.status = SessionStatus.CANCELLED
            meeting.sequence += 1
            note("session.cancelled", meeting.run, by_id, session=session_id)
            jobs.emit(SessionCancelled(session_id))
        return meeting


def cancel_run(run_id: int, by_id: int | None = None) -> Run:
    """The offering does not take place, or ends here: no later session is held.

    Whoever has a place or waits is told once.
    """
    with transaction() as session:
        run = _locked(session, run_id)
        if run.status is RunStatus.CANCELLED:
            return run
        run.status = RunStatus.CANCELLED
        to_come = update(ClassSession).where(
            ClassSession.run_id == run_id,
            ClassSession.starts_at > clock.now(),
            ClassSession.status == SessionStatus.PLANNED,
        )
        off = {"status": SessionStatus.CANCELLED, "sequence": ClassSession.sequence + 1}
        session.execute(to_come.values(off))
        note("run.cancelled", run, by_id)
        jobs.emit(RunCancelled(run_id))
        return run


def go_ahead(run_id: int, by_id: int | None = None) -> Run:
    """The run takes place although fewer people than its minimum have a place.

    Raises:
        RunIsCancelled: as the name says.
    """
    with transaction() as session:
        run = _locked(session, run_id)
        _check_goes_on(run)
        if run.going_ahead_at is None:
            run.going_ahead_at = clock.now()
            note("run.going_ahead", run, by_id)
            jobs.emit(RunGoesAhead(run_id))
        return run


def _locked(session: Session, run_id: int) -> Run:
    return session.get_one(Run, run_id, with_for_update={"of": Run}, populate_existing=True)


def _check_goes_on(run: Run) -> None:
    if run.status is RunStatus.CANCELLED:
        raise RunIsCancelled


def _to_come(run: Run) -> list[ClassSession]:
    now = clock.now()
    return [
        each
        for each in run.sessions
        if each.starts_at > now and each.status is SessionStatus.PLANNED
    ]


def _differs(run: Run, meeting: ClassSession, to: Meeting) -> bool:
    there = to.venue_id or run.venue_id
    here = meeting.venue_id or run.venue_id
    return (meeting.starts_at, meeting.ends_at, here) != (to.starts_at, to.ends_at, there)


def _move(session: Session, run: Run, meeting: ClassSession, to: Meeting) -> None:
    if meeting.status is SessionStatus.CANCELLED:
        raise SessionIsCancelled
    if meeting.starts_at <= clock.now():
        raise SessionHasBegun
    if to.starts_at <= clock.now():
        raise NotInThePast
    if to.ends_at <= to.starts_at:
        raise WrongDates(_("The end must be later than the beginning."), field="ends")
    if to.venue_id not in (None, meeting.venue_id):
        _check_venue(session, run, to.venue_id)
    if (to.venue_id or run.venue_id) != (meeting.venue_id or run.venue_id):
        meeting.room_id = None
    meeting.starts_at, meeting.ends_at = to.starts_at, to.ends_at
    meeting.venue_id = None if to.venue_id == run.venue_id else to.venue_id
    meeting.sequence += 1


def _check_venue(session: Session, run: Run, venue_id: int | None) -> None:
    if venue_id is not None and not teaches_at(session, run.course.provider_id, venue_id):
        raise NotYourVenue


def _refuse_clash(run: Run) -> None:
    starts = [each.starts_at for each in run.sessions]
    if len(set(starts)) != len(starts):
        raise HourTaken


def _flush(session: Session) -> None:
    """Write the hours now: the index over the sessions of a run answers here."""
    try:
        session.flush()
    except IntegrityError as error:
        columns = ("class_sessions.run_id", "class_sessions.starts_at")
        if breaks(error, "uq_class_sessions_run_id", *columns):
            raise HourTaken from error
        raise


def _follow_days(run: Run) -> None:
    """The first and the last day of a run are those of its sessions."""
    held = [each for each in run.sessions if each.status is SessionStatus.PLANNED]
    days = [clock.local(each.starts_at).date() for each in held]
    run.starts_on, run.ends_on = min(days), max(days)
    run.enrol_until = min(run.enrol_until, run.ends_on)


def _as_it_was(meeting: ClassSession) -> dict[str, Any]:
    return {
        "starts_at": _iso(meeting.starts_at),
        "ends_at": _iso(meeting.ends_at),
        "venue_id": meeting.venue_id or meeting.run.venue_id,
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat()


def _tell(
    run: Run,
    meetings: Sequence[ClassSession],
    kind: str,
    was: list[dict[str, Any]],
    by_id: int | None,
) -> None:
    ids = [each.id for each in meetings]
    note(f"run.{kind}_changed", run, by_id, sessions=ids)
    jobs.emit(SessionsMoved(run.id, ids, [each.sequence for each in meetings], kind, was))
