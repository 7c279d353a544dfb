"""How long data are kept, as rules that a worker applies every day and that pages show.

Each package registers its own; what is done and to how many rows is kept as a `RetentionRun`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.events import RuleDue
from app.accounts.models import RetentionRun
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import DayBegan, emit, handles

AT_ONCE = 50
"""Rows of one transaction: whoever writes meanwhile waits a moment, no longer."""
A_DAY_AT_MOST = timedelta(minutes=5)
"""For one rule: the worker has other things to do, and goes on tomorrow."""


Apply = Callable[[Session, int], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of data, how long it is kept, and what happens then."""

    code: str
    what: str
    kept: str
    then: str
    why: str
    apply: Apply | None = None
    """`apply(session, most)`: the number of rows; None where it is done elsewhere, each day too."""


_rules: dict[str, Rule] = {}


def register(rule: Rule) -> Rule:
    """Make the rule known; the same code again replaces it."""
    _rules[rule.code] = rule
    return rule


def all_rules() -> Sequence[Rule]:
    """Every rule, those of lower packages first."""
    return tuple(_rules.values())


def apply_rule(rule: Rule) -> int | None:
    """Apply one rule, some rows at a time, and keep how many; None when it was done today."""
    today, until = clock.today(), clock.now() + A_DAY_AT_MOST
    if rule.apply is None or _run_of(rule, today) is not None:
        return None
    done = 0
    while True:
        rows = _apply_some(rule, rule.apply, today)
        done += rows
        if rows < AT_ONCE or clock.now() > until:
            return done


def _apply_some(rule: Rule, apply: Apply, today: date) -> int:
    """What was done and that it was done, in one transaction; of two workers one gets through."""
    with transaction() as session:
        run = _run_of(rule, today) or RetentionRun(rule=rule.code, day=today, rows=0)
        session.add(run)
        session.flush()
        rows = apply(session, AT_ONCE)
        run.rows += rows
        return rows


def _run_of(rule: Rule, day: date) -> RetentionRun | None:
    mine = select(RetentionRun).where(RetentionRun.rule == rule.code, RetentionRun.day == day)
    return db.session.scalar(mine)


@handles(DayBegan)
def begin_rules(_event: DayBegan) -> None:
    """Each rule is a job of its own: what one cannot do does not stop the others."""
    for rule in all_rules():
        if rule.apply is not None:
            emit(RuleDue(rule.code))


@handles(RuleDue, network=True)
def apply_due(event: RuleDue) -> None:
    """In many small transactions, so in none of the worker's."""
    if rule := _rules.get(event.code):
        apply_rule(rule)
