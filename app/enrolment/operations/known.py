"""All that one statement tells, under the locks, of a person who wants a place on a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Person
from app.catalogue.models import Run
from app.catalogue.rules import Rules
from app.core import clock
from app.core.prepared import Asked, Prepared
from app.enrolment.models import LIVE, Enrolment, EnrolmentState
from app.enrolment.operations import facts
from app.enrolment.operations.facts import Facts
from app.enrolment.operations.seats import AnyRun

OVERDUE = and_(
    Enrolment.run_id == bindparam("run_id"),
    Enrolment.state == EnrolmentState.OFFERED,
    Enrolment.offered_until <= bindparam("now"),
)
"""Condition: a seat of this run is kept for somebody whose time is over."""


@dataclass(frozen=True, slots=True)
class Live:
    """A place in a run that is not over."""

    id: int
    run_id: int
    course_id: int


@dataclass(frozen=True, slots=True)
class Known:
    """Of one person and one run.

    Args:
        sent: id and code of the place that this very form made before.
        has_overdue: a seat of the run is kept for somebody whose time is over.
        rows: what `facts` reads, when the rules ask for it.
    """

    rules: Rules
    sent: tuple[int, str] | None
    has_overdue: bool
    live: Sequence[Live]
    rows: Sequence[Any]

    def facts(self, session: Session, *, with_record: bool) -> Facts:
        """As `facts.of`."""
        return facts.read(session, self.rows, self.rules, with_record=with_record)


def of(session: Session, run: AnyRun, person_id: int, form_key: str | None = None) -> Known:
    """Read it, all at one moment."""
    query, values = ask(run.id, person_id, form_key)
    return read(session, run, query.all(session, values), values)


def ask(run_id: int, person_id: int, form_key: str | None) -> Asked:
    """The statement for `read`, which can go together with the one that locks the run."""
    asked = facts.asked(person_id) | {"run_id": run_id, "form_key": form_key, "now": clock.now()}
    return _query(with_course=False), asked


def read(session: Session, run: AnyRun, rows: Sequence[Any], asked: Mapping[str, Any]) -> Known:
    """As `of`, from the rows of `ask`; few runs ask for a course and are read for once more."""
    rules = Rules.read(run.rules)
    if rules.requires_course_id is not None:
        wanted = {**asked, "course_id": rules.requires_course_id}
        rows = _query(with_course=True).all(session, wanted)
    first = rows[0]
    live = {Live(row.live_id, row.live_run_id, row.live_course_id): None for row in rows}
    return Known(
        rules,
        (first.sent_id, first.sent_code) if first.sent_id else None,
        first.has_overdue,
        [each for each in live if each.course_id],
        rows,
    )


_sent, _live, _of = aliased(Enrolment), aliased(Enrolment), aliased(Run)


@cache
def _query(*, with_course: bool) -> Prepared:
    """The rows of `facts`, each as often as the person has live places, at least once."""
    query = facts.query(with_course=with_course).add_columns(
        _sent.id.label("sent_id"), _sent.code.label("sent_code"),
        exists().where(OVERDUE).label("has_overdue"),
        _live.id.label("live_id"), _live.run_id.label("live_run_id"),
        _of.course_id.label("live_course_id"),
    )  # fmt: skip
    may_come = or_(*(_live.state == state for state in LIVE))
    query = query.outerjoin(_sent, _sent.form_key == bindparam("form_key"))
    query = query.outerjoin(_live, and_(_live.person_id == Person.id, may_come))
    is_on = and_(_of.id == _live.run_id, _of.ends_on >= bindparam("today"))
    return Prepared(query.outerjoin(_of, is_on))
