"""Typing in sheets that were signed on paper: the numbers of whoever did not simply come."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.catalogue.models import ClassSession
from app.core.i18n import gettext
from app.enrolment import queries
from app.enrolment.errors import WrongNumbers
from app.enrolment.models import AttendanceStatus

_PART = re.compile(r"(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sheets:
    """The sessions of a run whose sheets are still to be typed in, the one that is next first."""

    session: ClassSession | None
    left: int
    lines: Sequence[queries.RegisterLine] = ()


def next_of(run_id: int, session_id: int | None = None) -> Sheets:
    """The first session that is over and has no register, or the one that was asked for."""
    missing = [each.session for each in queries.sessions_of(run_id) if each.lacks_register]
    chosen = next((each for each in missing if each.id == session_id), None)
    session = chosen or (missing[0] if missing else None)
    lines = queries.register_lines(session.id) if session else ()
    return Sheets(session, len(missing), lines)


def marks_of(
    lines: Sequence[queries.RegisterLine], typed: Mapping[AttendanceStatus, tuple[str, str]]
) -> dict[int, AttendanceStatus]:
    """What the sheet says of everybody on it.

    Args:
        typed: for each mark but "present", the field and the numbers, for example "3 7 12-14".

    Raises:
        WrongNumbers: that are not on the sheet, cannot be read or stand twice.
    """
    marks = {line.enrolment_id: AttendanceStatus.PRESENT for line in lines if not line.is_late}
    seen: set[int] = set()
    for status, (field, text) in typed.items():
        numbers = _numbers(text, len(lines), field)
        if twice := numbers & seen:
            told = gettext("Number %(number)s stands twice.", number=min(twice))
            raise WrongNumbers(told, field=field)
        seen |= numbers
        marks |= {lines[number - 1].enrolment_id: status for number in numbers}
    return marks


def _numbers(text: str, last: int, field: str) -> set[int]:
    found: set[int] = set()
    for part in re.split(r"[\s,;.]+", re.sub(r"\s*[-–]\s*", "-", text.strip())):
        if not part:
            continue
        match = _PART.fullmatch(part)
        first, end = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= end <= last:
            told = gettext(
                "There is no “%(part)s” on this sheet: its numbers go from 1 to %(last)s.",
                part=part, last=last,
            )  # fmt: skip
            raise WrongNumbers(told, field=field)
        found |= set(range(first, end + 1))
    return found
