"""Keeping the register of a session."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
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
_ABSENT = AttendanceStatus.ABSENT
_NOBODY: Mapping[int, AttendanceStatus] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Said:
    """What is said about somebody and when; without a moment it is only what is left over."""

    status: AttendanceStatus
    at: datetime | None


def record_register(
    session_id: int,
    present_ids: Collection[int],
    headcount: int,
    version: int,
    recorded_by_id: int | None,
    *,
    others: Mapping[int, AttendanceStatus] = _NOBODY,
) -> Register:
    """Write who came, all at once; the same sheet sent twice is written once.

    Args:
        present_ids: enrolments; everybody else on the list was absent.
        headcount: people who came and whom nobody named.
        version: of the register the sheet was made from, 0 when there was none.
        others: enrolments of whom something else was said: late, excused or absent.

    Raises:
        RegisterChanged: somebody else has written another sheet since.
    """
    wanted = {**dict.fromkeys(present_ids, AttendanceStatus.PRESENT), **others}
    try:
        return _record(session_id, wanted, headcount, version, recorded_by_id)
    except IntegrityError as error:  # two first sheets at the same moment: look at what was written
        if not is_first_twice(error):
            raise
        return _record(session_id, wanted, headcount, version, recorded_by_id)


def _record(
    session_id: int,
    wanted: Mapping[int, AttendanceStatus],
    headcount: int,
    version: int,
    by: int | None,
) -> Register:
    with transaction() as session:
        check_held(session.get_one(ClassSession, session_id))
        register = locked(session, session_id)
        lines = register_lines(session_id)  # after the lock, or they are older than the register
        if not wanted.keys() <= {line.enrolment_id for line in lines}:
            raise RosterChanged
        if register and _says_the_same(register, lines, wanted, headcount):
            return register
        if version != (register.version if register else 0):
            raise RegisterChanged
        register = register or Register(session_id=session_id, version=0, headcount=0)
        if register.headcount != headcount:
            register.headcount, register.counted_at = headcount, clock.now()
        write(session, register, lines, _differing(lines, wanted), by)
        return register


def _differing(
    lines: Iterable[RegisterLine], wanted: Mapping[int, AttendanceStatus]
) -> dict[int, Said]:
    """What the sheet says anew; whoever it leaves out is absent."""
    left, now = Said(_ABSENT, None), clock.now()
    sheet = {
        line: Said(wanted[line.enrolment_id], now) if line.enrolment_id in wanted else left
        for line in lines
    }
    return {line.enrolment_id: said for line, said in sheet.items() if said.status != line.status}


def locked(session: Session, session_id: int) -> Register | None:
    return session.get(Register, session_id, with_for_update=True, populate_existing=True)


def is_first_twice(error: IntegrityError) -> bool:
    """Whether somebody else has begun the register at the same moment."""
    return breaks(error, "pk_registers", "registers.session_id")


def check_held(session: ClassSession) -> None:
    """Refuse a session that is cancelled or still to come."""
    if session.status is SessionStatus.CANCELLED:
        raise SessionCancelled
    if clock.now() < session.starts_at - OPENS_BEFORE:
        raise NotHeldYet


def _says_the_same(
    register: Register,
    lines: Iterable[RegisterLine],
    wanted: Mapping[int, AttendanceStatus],
    headcount: int,
) -> bool:
    marked = (
        line.status is wanted.get(line.enrolment_id, _ABSENT)
        or (line.status is None and line.is_late and line.enrolment_id not in wanted)
        for line in lines
    )
    return register.headcount == headcount and all(marked)


def write(
    session: Session,
    register: Register,
    lines: Iterable[RegisterLine],
    said: Mapping[int, Said],
    by: int | None,
) -> None:
    """One more version of the register; of whom nothing is said, everything stays as it was."""
    register.version += 1
    register.taken_at, register.taken_by_id = clock.now(), by
    session.add(register)
    session.flush()  # a second first sheet is refused here, before any mark
    lines = list(lines)
    _mark(session, register.session_id, lines, said, by)
    now = {line.enrolment_id: line.status for line in lines}
    now |= {key: each.status for key, each in said.items()}
    marks: dict[str, Any] = {
        "present": sum(status is not None and status.came for status in now.values()),
        "headcount": register.headcount,
        "version": register.version,
    }
    audit.record("register.take", "session", register.session_id, by, **marks)
    jobs.emit(AttendanceTaken(register.session_id))


def _mark(
    session: Session,
    session_id: int,
    lines: Iterable[RegisterLine],
    said: Mapping[int, Said],
    by: int | None,
) -> None:
    """Two statements at most, whatever the size of the class.

    Somebody who got the seat only after the session counts as absent from nothing.
    """
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    for line in lines:
        now = said.get(line.enrolment_id)
        if now is None:
            continue
        row: dict[str, Any] = {"status": now.status, "marked_at": now.at}
        row |= {"recorded_by_id": by, "recorded_at": clock.now()}
        if line.mark_id is None:
            if now.at is not None or not line.is_late:
                new.append({"session_id": session_id, "enrolment_id": line.enrolment_id, **row})
        else:
            changed.append({"id": line.mark_id, **row})
    if new:
        session.execute(insert(Attendance), new)
    if changed:
        session.execute(update(Attendance), changed)
