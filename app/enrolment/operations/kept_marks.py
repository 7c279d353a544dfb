"""Marks that a phone kept while it had no network; several phones may hold the same class."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.catalogue.models import ClassSession
from app.core import clock
from app.core.db import transaction
from app.enrolment.models import AttendanceStatus, Register
from app.enrolment.operations.registers import (
    Said,
    check_held,
    is_first_twice,
    locked,
    write,
)
from app.enrolment.queries import RegisterLine, register_lines
from app.enrolment.register_models import MarksSent


@dataclass(frozen=True, slots=True)
class Mark:
    """What a phone says about one person, and when somebody tapped it."""

    enrolment_id: int
    status: AttendanceStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptMarks:
    """One sending: `key` is the phone's own, `version` that of the register it had in front."""

    key: str
    version: int
    marks: tuple[Mark, ...]
    headcount: int | None = None  # None: nobody touched it
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of it."""

    version: int
    stayed: int = 0  # people whom somebody else has marked later
    gone: int = 0  # people who are no longer on the list
    met_others: bool = False  # somebody else had saved since the phone had the list
    was_known: bool = False


def merge_marks(session_id: int, kept: KeptMarks, by_id: int | None) -> Merged:
    """Put the marks of a phone into the register, person by person.

    Of two marks of one person the later one holds, whichever arrives first. Whoever nobody has
    marked is absent, until somebody sends a mark. The same sending again changes nothing.
    """
    try:
        return _merge(session_id, kept, by_id)
    except IntegrityError as error:  # another phone began the register at the same moment
        if not is_first_twice(error):
            raise
        return _merge(session_id, kept, by_id)


def _merge(session_id: int, kept: KeptMarks, by: int | None) -> Merged:
    with transaction() as session:
        check_held(session.get_one(ClassSession, session_id))
        register = locked(session, session_id)
        if session.get(MarksSent, (session_id, kept.key)) is not None:
            register = register or locked(session, session_id)  # begun a moment ago
            return Merged(register.version if register else 0, was_known=True)
        version = register.version if register else 0
        lines = {line.enrolment_id: line for line in register_lines(session_id)}
        later = {mark.enrolment_id: mark for mark in sorted(kept.marks, key=lambda each: each.at)}
        mine = {key: mark for key, mark in later.items() if key in lines}
        said = {key: Said(mark.status, mark.at) for key, mark in mine.items() if _wins(mark, lines)}
        unsaid = {key: _left(line) for key, line in lines.items() if _is_unsaid(line)}
        register = register or Register(session_id=session_id, version=0, headcount=0)
        counted = _count(register, kept)
        if said or unsaid.keys() - mine.keys() or counted or not version:
            write(session, register, lines.values(), unsaid | said, by)
        session.add(MarksSent(session_id=session_id, key=kept.key, received_at=clock.now()))
        return Merged(
            register.version,
            stayed=sum(mark.status is not lines[key].status for key, mark in mine.items()
                       if key not in said),
            gone=len(later) - len(mine),
            met_others=version > kept.version,
        )  # fmt: skip


def _wins(mark: Mark, lines: dict[int, RegisterLine]) -> bool:
    said_at = lines[mark.enrolment_id].said_at
    return said_at is None or mark.at > said_at


def _is_unsaid(line: RegisterLine) -> bool:
    """Whether somebody is on the list for this session and nobody has marked them."""
    return line.status is None and (line.checked_in is not None or not line.is_late)


def _left(line: RegisterLine) -> Said:
    """Of somebody the phone says nothing about: as they checked in, else absent."""
    if line.checked_in is not None:
        return Said(line.checked_in, line.checked_in_at)
    return Said(AttendanceStatus.ABSENT, None)


def _count(register: Register, kept: KeptMarks) -> bool:
    """Whether the phone's count of people without a name is the later one, and another."""
    if kept.headcount is None or kept.counted_at is None:
        return False
    if register.counted_at is not None and register.counted_at >= kept.counted_at:
        return False
    is_other = register.headcount != kept.headcount
    register.headcount, register.counted_at = kept.headcount, kept.counted_at
    return is_other
