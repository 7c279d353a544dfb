"""Who has completed a run: what the registers say, and what the rule makes of it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from app.catalogue.models import ClassSession, Run, SessionStatus
from app.core import clock
from app.core.db import db
from app.enrolment import class_list, queries
from app.enrolment.models import Attendance, AttendanceStatus, Enrolment, EnrolmentState

USUAL_RULE = 80
"""Of the sessions held, in hundredths."""
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One person on the list, and how many of the sessions held they came to."""

    place: Enrolment
    attended: int
    meets_rule: bool

    @property
    def is_completed(self) -> bool:
        """As recorded; as the rule says while nothing is."""
        if self.place.state is EnrolmentState.ENROLLED:
            return self.meets_rule
        return self.place.state is EnrolmentState.COMPLETED


@dataclass(frozen=True, slots=True)
class Results:
    """Everybody on the list of a run under one rule."""

    rule: int
    held: int
    missing: int  # sessions whose attendance nobody took
    lines: list[Line]

    @property
    def never_came(self) -> int:
        return sum(line.attended == 0 for line in self.lines) if self.held else 0

    @property
    def never_came_rate(self) -> int:
        """In hundredths of everybody on the list; told, never a state of anybody."""
        return round(WHOLE * self.never_came / len(self.lines)) if self.lines else 0

    def overridden(self, completed: Collection[int]) -> set[int]:
        """Whose result would differ from the rule."""
        return {
            line.place.id for line in self.lines if line.meets_rule != (line.place.id in completed)
        }


def of(run: Run, rule: int = USUAL_RULE) -> Results:
    """Three statements and the list, however many people."""
    people = class_list.of(run).seated
    held, missing = _sessions(run)
    came = _attended(run)
    return Results(
        rule, held, missing,
        [Line(each, came.get(each.id, 0), WHOLE * came.get(each.id, 0) >= rule * held > 0)
         for each in people],
    )  # fmt: skip


def is_over(run: Run) -> bool:
    """Whether results can be recorded: from the last day on."""
    return clock.today() >= run.ends_on


def _sessions(run: Run) -> tuple[int, int]:
    """How many sessions have a register, and how many are over without one."""
    meetings = [each for each in queries.sessions_of(run.id) if not each.is_cancelled]
    return sum(each.is_taken for each in meetings), sum(each.lacks_register for each in meetings)


def _attended(run: Run) -> dict[int, int]:
    query = select(Attendance.enrolment_id, func.count()).join(Attendance.session)
    query = query.where(
        ClassSession.run_id == run.id, ClassSession.status == SessionStatus.PLANNED,
        Attendance.status == AttendanceStatus.PRESENT,
    )  # fmt: skip
    rows = db.session.execute(query.group_by(Attendance.enrolment_id)).all()
    return {row[0]: row[1] for row in rows}
