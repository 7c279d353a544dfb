"""How long data are kept, as rules that a worker applies every day and that pages show.

Each package registers its own; what is done and to how many rows is kept as a `RetentionRun`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from app.accounts.models import DataRequest, RetentionRun
from app.core import audit_chain, clock
from app.core.db import db, transaction
from app.core.i18n import lazy as _
from app.core.jobs import DayBegan, handles

A_DAY_AT_MOST = 1000
"""Rows of one rule on one day: the worker has other things to do."""
LOG_KEPT = timedelta(days=731)
WORDS_KEPT = timedelta(days=731)


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


def _prune_log(_session: Session, _most: int) -> int:
    """The chain goes on from a checkpoint, so that it can still be verified."""
    return audit_chain.prune(clock.now() - LOG_KEPT)


def _forget_words(session: Session, most: int) -> int:
    """The days of a request stay for the register; what was said in it goes."""
    past = DataRequest.closed_at < clock.now() - WORDS_KEPT
    said = or_(DataRequest.wish != "", DataRequest.reply != "")
    some = select(DataRequest.id).where(past, said).limit(most)
    blank = update(DataRequest).where(DataRequest.id.in_(some.scalar_subquery()))
    gone = blank.values(wish="", reply="").returning(DataRequest.id)
    return len(session.scalars(gone, execution_options={"synchronize_session": False}).all())


register(
    Rule(
        code="codes",
        what=_("Codes sent to prove a phone or mailbox"),
        kept=_("1 day after they end"),
        then=_("Deleted"),
        why=_("They are good for nothing after that."),
    )
)
register(
    Rule(
        code="sessions",
        what=_("Browsers signed in"),
        kept=_("Until the session ends"),
        then=_("Deleted"),
        why=_("They only keep you signed in."),
    )
)
register(
    Rule(
        code="attempts",
        what=_("Counters against guessing and flooding"),
        kept=_("1 day"),
        then=_("Deleted"),
        why=_("They hold no name and no address, only a hash."),
    )
)
register(
    Rule(
        code="audit",
        what=_("The log of who saw or changed data"),
        kept=_("24 months"),
        then=_("Deleted; a digest of it stays, so that gaps are noticed"),
        why=_("So that you can ask who used your data."),
        apply=_prune_log,
    )
)
register(
    Rule(
        code="requests",
        what=_("Words of closed requests about data"),
        kept=_("24 months"),
        then=_("The words are deleted; kinds and days stay in the register"),
        why=_("So that we can show that we answered."),
        apply=_forget_words,
    )
)
