"""How long data are kept, as rules that a worker applies every day and that pages show.

Each package registers its own; what is done and to how many rows is kept as a `RetentionRun`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import RetentionRun
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import DayBegan, handles

A_DAY_AT_MOST = 1000
"""Rows of one rule on one day: the worker has other things to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of data, how long it is kept, and what happens then."""

    code: str
    what: str
    kept: str
    then: str
    why: str
    apply: Callable[[Session, int], int] | None = None
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
    """Apply one rule and keep how many rows it touched; None when it was done today."""
    today = clock.today()
    with transaction() as session:
        done = select(RetentionRun.id).where(
            RetentionRun.rule == rule.code, RetentionRun.day == today
        )
        if rule.apply is None or session.scalar(done) is not None:
            return None
        run = RetentionRun(rule=rule.code, day=today, rows=0)
        session.add(run)
        session.flush()  # of two workers one gets past this line
        run.rows = rule.apply(session, A_DAY_AT_MOST)
        return run.rows


@handles(DayBegan, network=True)
def apply_rules(_event: DayBegan) -> None:
    """Each rule in a transaction of its own: what one cannot do does not stop the others."""
    for rule in all_rules():
        apply_rule(rule)
        db.session.remove()
