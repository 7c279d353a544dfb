"""Who has completed a run: what the registers say, and what the rule makes of it."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from app.catalogue.models import ClassSession, Mode, Run, SessionStatus
from app.catalogue.rules import WHOLE, share_to_complete
from app.core import clock
from app.core.db import db
from app.enrolment import class_list, queries
from app.enrolment.distance.models import RunUnit, UnitDone
from app.enrolment.models import CAME, Attendance, Enrolment, EnrolmentState


@dataclass(frozen=True, slots=True)
class Line:
    """One person on the list, and how many of the sessions held, or of the units, they have."""

    place: Enrolment
    attended: int
    held: int
    rule: int

    @property
    def share(self) -> int:
        """In hundredths, rounded down: 79.9 is not 80."""
        return WHOLE * self.attended // self.held if self.held else 0

    @property
    def meets_rule(self) -> bool:
        return WHOLE * self.attended >= self.rule * self.held > 0

    @property
    def is_completed(self) -> bool:
        """As recorded; as the rule says while nothing is."""
        if self.place.state is EnrolmentState.ENROLLED:
            return self.meets_rule
        return self.place.state is EnrolmentState.COMPLETED


@dataclass(frozen=True, slots=True)
class Results:
    """Everybody on the list of a run, each under the rule they agreed to."""

    rule: int  # of the run as it is now
    held: int
    missing: int  # sessions whose attendance nobody took
    is_of_units: bool
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


def of(run: Run) -> Results:
    """Three statements and the list, however many people."""
    people = class_list.of(run).seated
    rule = share_to_complete(run.rules)
    units = _units(run)
    held, missing = (units, 0) if units else _sessions(run)
    came = _done(run) if units else _attended(run)
    lines = [Line(each, came.get(each.id, 0), held, _rule_of(each, rule)) for each in people]
    return Results(rule, held, missing, bool(units), lines)


def is_over(run: Run) -> bool:
    """Whether results can be recorded: from the last day on."""
    return clock.today() >= run.ends_on


def _rule_of(place: Enrolment, now: int) -> int:
    """What was agreed to, unless the run has become easier since."""
    return min(now, share_to_complete(place.terms)) if "to_complete" in place.terms else now


def _sessions(run: Run) -> tuple[int, int]:
    """How many sessions have a register, and how many are over without one."""
    meetings = [each for each in queries.sessions_of(run.id) if not each.is_cancelled]
    return sum(each.is_taken for each in meetings), sum(each.lacks_register for each in meetings)


def _units(run: Run) -> int:
    """How many there are to finish, of a run that people take when they want."""
    if run.mode is not Mode.SELF_PACED:
        return 0
    query = select(func.count(RunUnit.id))
    asked = query.where(RunUnit.run_id == run.id, RunUnit.removed_at.is_(None))
    return db.session.scalar(asked) or 0


def _attended(run: Run) -> dict[int, int]:
    query = select(Attendance.enrolment_id, func.count()).join(Attendance.session)
    query = query.where(
        ClassSession.run_id == run.id, ClassSession.status == SessionStatus.PLANNED,
        Attendance.status.in_(CAME),
    )  # fmt: skip
    rows = db.session.execute(query.group_by(Attendance.enrolment_id)).all()
    return {row[0]: row[1] for row in rows}


def _done(run: Run) -> dict[int, int]:
    query = select(UnitDone.enrolment_id, func.count()).join(UnitDone.unit)
    query = query.where(RunUnit.run_id == run.id, RunUnit.removed_at.is_(None))
    rows = db.session.execute(query.group_by(UnitDone.enrolment_id)).all()
    return {row[0]: row[1] for row in rows}
