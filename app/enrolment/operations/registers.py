"""Keeping the register of a session."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.catalogue.models import ClassSession, SessionStatus
from app.core import audit, clock, jobs
from app.core.db import breaks, transaction
from app.enrolment.errors import NotHeldYet, RegisterChanged, RosterChanged, SessionCancelled
from app.enrolment.events import AttendanceTaken
from app.enrolment.models import Attendance, AttendanceStatus, Register
from app.enrolment.queries import RegisterLine, register_lines

OPENS_BEFORE = timedelta(hours=1)


def record_register(
    session_id: int,
    present_ids: Collection[int],
    headcount: int,
    version: int,
    recorded_by_id: int | None,
) -> Register:
    """Write who came, all at once; the same sheet sent twice is written once.

    Args:
        present_ids: enrolments; everybody else on the list was absent.
        headcount: people who came and whom nobody named.
        version: of the register the sheet was made from, 0 when there was none.

    Raises:
        RegisterChanged: somebody else has written another sheet since.
    """
    try:
        return _record(session_id, frozenset(present_ids), headcount, version, recorded_by_id)
    except IntegrityError as error:  # two first sheets at the same moment: look at what was written
        if not breaks(error, "pk_registers", "registers.session_id"):
            raise
        return _record(session_id, frozenset(present_ids), headcount, version, recorded_by_id)


def _record(
    session_id: int,
    present: frozenset[int],
    headcount: int,
    version: int,
    recorded_by_id: int | None,
) -> Register:
    with transaction() as session:
        check_held(session.get_one(ClassSession, session_id))
        register = session.get(Register, session_id, with_for_update=True, populate_existing=True)
        lines = register_lines(session_id)  # after the lock, or they are older than the register
        if not present <= {line.enrolment_id for line in lines}:
            raise RosterChanged
        if register and _says_the_same(register, lines, present, headcount):
            return register
        if version != (register.version if register else 0):
            raise RegisterChanged
        register = register or Register(session_id=session_id, version=0)
        register.version += 1
        register.headcount, register.taken_at, register.taken_by_id = (
            headcount,
            clock.now(),
            recorded_by_id,
        )
        session.add(register)
        session.flush()  # a second first sheet is refused here, before any mark
        _mark(session, session_id, lines, present, recorded_by_id)
        marks: dict[str, Any] = {
            "present": len(present),
            "headcount": headcount,
            "version": register.version,
        }
        audit.record("register.take", "session", session_id, recorded_by_id, **marks)
        jobs.emit(AttendanceTaken(session_id))
        return register


def check_held(session: ClassSession) -> None:
    """Refuse a session that is cancelled or still to come."""
    if session.status is SessionStatus.CANCELLED:
        raise SessionCancelled
    if clock.now() < session.starts_at - OPENS_BEFORE:
        raise NotHeldYet


def _says_the_same(
    register: Register, lines: list[RegisterLine], present: frozenset[int], headcount: int
) -> bool:
    marked = {line.enrolment_id for line in lines if line.status is AttendanceStatus.PRESENT}
    complete = all(line.status is not None or line.is_late for line in lines)
    return complete and marked == present and register.headcount == headcount


def _mark(
    session: Session,
    session_id: int,
    lines: list[RegisterLine],
    present: frozenset[int],
    by: int | None,
) -> None:
    """Three statements at most, whatever the size of the class.

    Somebody who got the seat only after the session counts as absent from nothing.
    """
    new: list[dict[str, Any]] = []
    changed: dict[AttendanceStatus, list[int]] = {status: [] for status in AttendanceStatus}
    for line in lines:
        status = (
            AttendanceStatus.PRESENT if line.enrolment_id in present else AttendanceStatus.ABSENT
        )
        if line.status is not None and line.status is not status:
            changed[status].append(line.enrolment_id)
        elif line.status is None and (status is AttendanceStatus.PRESENT or not line.is_late):
            row = {"enrolment_id": line.enrolment_id, "status": status, "recorded_at": clock.now()}
            new.append({"session_id": session_id, "recorded_by_id": by, **row})
    if new:
        session.execute(insert(Attendance), new)
    for status, ids in changed.items():
        if ids:
            here = update(Attendance).where(
                Attendance.session_id == session_id, Attendance.enrolment_id.in_(ids)
            )
            session.execute(here.values(status=status, recorded_by_id=by, recorded_at=clock.now()))
