"""Keeping the facts true: after every event, and all of them anew.

Both ways end in the same statements, which change nothing where nothing differs. So an event that
comes twice, or late, does no harm, and a rebuild that was broken off is simply begun again.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, func, literal, or_, select
from sqlalchemy.orm import Session

from app.catalogue.models import ClassSession, Mode, Run
from app.core import statistics
from app.core.db import db, transaction
from app.core.many import among
from app.enrolment.distance.models import UnitDone
from app.enrolment.models import Enrolment, EnrolmentState, Register
from app.participation import facts, kept, learners, presence, unlinking
from app.participation.marks import learning, mark, month_of
from app.participation.models import Fact, KeptSession, LearnerKey, LearnerState

SESSIONS_AT_ONCE = 500
"""In one transaction of the worker."""
SESSIONS_OF_A_COMMAND = {"sqlite": 5000, "postgresql": 20_000}
"""In one of somebody who waits for the end; SQLite's other writers wait meanwhile."""
MANY = 200
"""So many sessions at once can make tables quite another size."""
_OF_LEARNERS = (
    (LearnerKey.person_id, LearnerKey.number),
    (LearnerState.learner, LearnerState.known_to),
)
Progress = Callable[[int], None]


def rewrite(session_ids: Collection[int]) -> None:
    """Bring the facts of these sessions into line with their registers."""
    with transaction() as session:
        now = learning(session)
        for ids in learners.in_parts(session_ids, SESSIONS_AT_ONCE):
            _rewrite_sessions(session, ids, now)


def rewrite_run(run_id: int, *which: ColumnElement[bool]) -> None:
    """Bring into line what was counted of a run: these of its sessions, and who completed it."""
    with transaction() as session:
        taken = select(Register.session_id).join(Register.session)
        session_ids = session.scalars(taken.where(ClassSession.run_id == run_id, *which)).all()
        if session_ids:
            rewrite(session_ids)
        _rewrite_units(session, [run_id], learning(session))


def follow_persons(person_ids: Collection[int]) -> None:
    """What holds of these people may differ: their states, and what their facts say of them."""
    with transaction() as session:
        person_ids = sorted(learners.numbers(session, person_ids))
        if not person_ids:
            return  # nothing was counted of them yet
        now = learning(session)
        for person_id in learners.silent(session, person_ids):
            unlinking.forget_groups(session, person_id, now)
        for learner in learners.restate(session, person_ids, now):
            _refit(session, [learner], now)


def rejoin(session: Session, gone_id: int, kept_id: int) -> None:
    """The places of one person are another's now, or again: so are the facts."""
    now = learning(session)
    known = learners.numbers(session, [gone_id, kept_id])
    if not known:
        return
    learners.add(session, [kept_id], now)
    learners.restate(session, [gone_id, kept_id], now, awake=[gone_id])
    both = learners.numbers(session, [gone_id, kept_id]).values()
    _refit(session, both, now)


def sessions_to_count() -> int:
    """How many registers there are."""
    return db.session.scalar(select(func.count()).select_from(Register)) or 0


class Part(StrEnum):
    """What is made anew, one after the other."""

    PEOPLE = "people"
    REGISTERS = "registers"
    RUNS = "runs"
    LEFT = "left"


Step = tuple[Part, int]
"""Where a rebuild goes on: after which number of which part."""
FROM_THE_BEGINNING = -(2**62)
FIRST_STEP: Step = (Part.PEOPLE, FROM_THE_BEGINNING)


def rebuild(progress: Progress = lambda _done: None) -> int:
    """Make everything anew, some at a time, each in a transaction; the number of facts.

    Broken off, it has done a part and is begun again; nothing that was right is touched.

    Args:
        progress: told after each step how many registers it did.
    """
    step: Step | None = FIRST_STEP
    at_once = SESSIONS_OF_A_COMMAND[db.engine.dialect.name]
    while step is not None:
        step, done = rebuild_step(*step, at_once)
        if done:
            progress(done)
    return db.session.scalar(select(func.count()).where(Fact.known_to.is_(None))) or 0


def rebuild_step(
    part: Part, after: int, at_once: int = SESSIONS_AT_ONCE
) -> tuple[Step | None, int]:
    """Do the next few: what comes then, None at the end, and how many registers these were."""
    with transaction() as session:
        ids = session.scalars(QUEUES[part](after).limit(at_once)).all()
        if not ids:
            following = [*Part, None][[*Part].index(part) + 1]
            return (following, FROM_THE_BEGINNING) if following else None, 0
        _MAKES[part](session, ids, learning(session))
        return (part, ids[-1]), len(ids) if part is Part.REGISTERS else 0


def _big(after: int) -> ColumnElement[int]:
    return literal(after, BigInteger())


def _people(after: int) -> Any:
    query = select(LearnerKey.person_id).where(LearnerKey.person_id > _big(after))
    return query.order_by(LearnerKey.person_id)


def _registers(after: int) -> Any:
    query = select(Register.session_id).where(Register.session_id > _big(after))
    return query.order_by(Register.session_id)


def _runs(after: int) -> Any:
    """Self-paced runs of which somebody completed something."""
    done = select(Enrolment.id).where(
        Enrolment.run_id == Run.id, Enrolment.state == EnrolmentState.COMPLETED
    )
    unit = select(UnitDone.id).join(UnitDone.enrolment).where(Enrolment.run_id == Run.id)
    something = or_(done.exists(), unit.exists())
    query = select(Run.id).where(Run.mode == Mode.SELF_PACED, something, Run.id > _big(after))
    return query.order_by(Run.id)


def _left(after: int) -> Any:
    """What is kept of sessions that have no register any more, and of runs."""
    query = select(KeptSession.meeting).outerjoin(
        Register, Register.session_id == KeptSession.meeting
    )
    left = (KeptSession.known_to.is_(None), Register.session_id.is_(None))
    return query.where(*left, KeptSession.meeting > _big(after)).order_by(KeptSession.meeting)


QUEUES: dict[Part, Callable[[int], Any]] = {
    Part.PEOPLE: _people,
    Part.REGISTERS: _registers,
    Part.RUNS: _runs,
    Part.LEFT: _left,
}


def _lock(session: Session, session_ids: Sequence[int]) -> None:
    """Who writes the facts of one session comes after the other."""
    registers = select(Register.session_id).where(among(Register.session_id, session_ids))
    session.execute(registers.order_by(Register.session_id).with_for_update()).all()


def _rewrite_sessions(session: Session, ids: Sequence[int], now: datetime) -> None:
    _lock(session, ids)
    _write(session, ids, kept.keep(session, ids, now), now)


def _rewrite_units(session: Session, run_ids: Sequence[int], now: datetime) -> None:
    days = kept.keep_units(session, run_ids, now)
    units = select(KeptSession.meeting).where(
        KeptSession.run_id.in_(run_ids), KeptSession.meeting < 0, KeptSession.known_to.is_(None)
    )
    _write(session, session.scalars(units).all(), days, now)


def _write(session: Session, meetings: Sequence[int], days: set[date], now: datetime) -> None:
    if not meetings:
        return
    is_bulk = len(meetings) >= MANY
    if is_bulk:
        statistics.renew(session, (KeptSession.meeting, KeptSession.known_to))
    learners.add(session, presence.people(session, meetings), now)
    if is_bulk:
        statistics.renew(session, *_OF_LEARNERS)
    mark(session, map(month_of, days | facts.write(session, meetings, now)))


def _refit(session: Session, of: Iterable[int], now: datetime) -> None:
    """The facts of these learners at the sessions they have any of."""
    of = sorted(of)
    mine = select(Fact.meeting).where(Fact.learner.in_(of), Fact.known_to.is_(None))
    for meetings in learners.in_parts(session.scalars(mine), SESSIONS_AT_ONCE):
        _lock(session, meetings)
        mark(session, map(month_of, facts.write(session, meetings, now, of=of)))


_MAKES: dict[Part, Callable[[Session, Sequence[int], datetime], object]] = {
    Part.PEOPLE: learners.restate,
    Part.REGISTERS: _rewrite_sessions,
    Part.RUNS: _rewrite_units,
    Part.LEFT: lambda session, ids, now: _write(session, ids, set(), now),
}
