"""Keeping the facts true: after every event, and all of them anew.

Both ways end in the same statements, which change nothing where nothing differs. So an event that
comes twice, or late, does no harm, and a rebuild that was broken off is simply begun again.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.catalogue.models import ClassSession, Mode, Run
from app.core import audit
from app.core.db import db, transaction
from app.enrolment.models import Enrolment, EnrolmentState, Register
from app.participation import facts, kept, learners
from app.participation.marks import learning, mark, month_of, part_of
from app.participation.models import Fact, KeptSession, LearnerKey, LearnerState

SESSIONS_AT_ONCE = 500
Progress = Callable[[int], None]


def rewrite(session_ids: Collection[int]) -> None:
    """Bring the facts of these sessions into line with their registers."""
    with transaction() as session:
        now = learning(session)
        for ids in learners.in_parts(session_ids, SESSIONS_AT_ONCE):
            _lock(session, ids)
            _write(session, ids, kept.keep(session, ids, now), now)


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
        now = learning(session)
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


def rename(session: Session, person_id: int, stripped_id: int | None) -> None:
    """Another number takes the place of the person's in every row, also in those of the past.

    Nothing leads from the person to it; where `stripped_id` is told, what is counted of that row
    goes on under it. Births are taken to their months.
    """
    old = learners.numbers(session, [person_id]).get(person_id)
    if old is None:
        return
    new = learners.draw()
    mine = select(KeptSession.day).join(Fact, Fact.meeting == KeptSession.meeting)
    days = session.scalars(mine.where(Fact.learner == old).distinct()).all()
    for table in (Fact, LearnerState):
        _coarsen(session, table, old)
        session.execute(update(table).where(table.learner == old).values(learner=new))
    key = session.get_one(LearnerKey, person_id)
    session.delete(key)
    session.flush()
    if stripped_id is not None:
        session.add(LearnerKey(person_id=stripped_id, number=new))
        session.flush()
    mark(session, [*map(month_of, days), part_of(old), part_of(new)])


def correct_session(session_id: int, by_id: int | None, reason: str, **values: Any) -> None:
    """Correct what a session was said to be when it was held, from now on.

    Args:
        values: columns of `KeptSession`, such as `topic`, `cla` or `venue_unit_id`.

    Raises:
        LookupError: nothing was counted of this session.
        ValueError: no session has such a column.
    """
    if unknown := set(values) - set(kept.DESCRIBES) | set(values) & set(kept.FOLLOWS):
        raise ValueError(", ".join(sorted(unknown)))
    with transaction() as session:
        days = kept.correct(session, session_id, values, learning(session))
        if days is None:
            raise LookupError(session_id)
        mark(session, map(month_of, days))
        audit.record(
            "participation.session_corrected", "session", session_id, by_id, reason=reason,
            columns=sorted(values),
        )  # fmt: skip


def sessions_to_count() -> int:
    """How many registers there are."""
    return db.session.scalar(select(func.count()).select_from(Register)) or 0


def rebuild(progress: Progress = lambda _done: None) -> int:
    """Make everything anew, some at a time, each in a transaction; the number of facts.

    Broken off, it has done a part and is begun again; nothing that was right is touched.

    Args:
        progress: told after each step how many registers it did.
    """
    step: Step | None = FIRST_STEP
    while step is not None:
        step, done = rebuild_step(*step)
        if done:
            progress(done)
    return db.session.scalar(select(func.count()).where(Fact.known_to.is_(None))) or 0


Step = tuple[str, int]
STATES, REGISTERS, RUNS, LEFT = "states", "registers", "runs", "left"
FIRST_STEP: Step = (STATES, 0)


def rebuild_step(step: str, after: int) -> tuple[Step | None, int]:
    """One part of a rebuild: what comes next, None at the end, and how many registers were done."""
    with transaction() as session:
        ids = session.scalars(_QUEUES[step](after).limit(SESSIONS_AT_ONCE)).all()
        if not ids:
            following = list(_QUEUES)[list(_QUEUES).index(step) + 1 :]
            return ((following[0], _BEGINS[following[0]]) if following else None), 0
        now = learning(session)
        if step == STATES:
            learners.restate(session, ids, now)
        elif step == RUNS:
            _rewrite_units(session, ids, now)
        elif step == REGISTERS:
            rewrite(ids)
        else:
            _write(session, ids, set(), now)
        return (step, ids[-1]), len(ids) if step == REGISTERS else 0


_BEGINS = {STATES: 0, REGISTERS: 0, RUNS: 0, LEFT: -(2**62)}


def _people(after: int) -> Any:
    query = select(LearnerKey.person_id).where(LearnerKey.person_id > after)
    return query.order_by(LearnerKey.person_id)


def _registers(after: int) -> Any:
    query = select(Register.session_id).where(Register.session_id > after)
    return query.order_by(Register.session_id)


def _runs(after: int) -> Any:
    """Self-paced runs somebody completed."""
    done = select(Enrolment.id).where(
        Enrolment.run_id == Run.id, Enrolment.state == EnrolmentState.COMPLETED
    )
    query = select(Run.id).where(Run.mode == Mode.SELF_PACED, done.exists(), Run.id > after)
    return query.order_by(Run.id)


def _left(after: int) -> Any:
    """What is kept and has no register any more, or was completed in a run."""
    query = select(KeptSession.meeting).outerjoin(
        Register, Register.session_id == KeptSession.meeting
    )
    left = KeptSession.known_to.is_(None), Register.session_id.is_(None)
    return query.where(*left, KeptSession.meeting > after).order_by(KeptSession.meeting)


_QUEUES: dict[str, Callable[[int], Any]] = {
    STATES: _people,
    REGISTERS: _registers,
    RUNS: _runs,
    LEFT: _left,
}


def check() -> Iterator[str]:
    """Where what the events have kept is not what a rebuild would make; nothing is changed."""
    for ids in _all_of(_people):
        for learner, _gone, _new in learners.differences(db.session(), ids):
            yield f"learner {learner}: the states differ"
    for ids in _all_of(_registers):
        yield from _amiss(kept.of_sessions(db.session(), ids), ids)
    for ids in _all_of(_runs):
        yield from _amiss(kept.of_units(db.session(), ids), [])
    for ids in _all_of(_left):
        yield from _amiss([], ids)


def _all_of(queue: Callable[[int], Any]) -> Iterator[Sequence[int]]:
    after = min(_BEGINS.values())
    while ids := db.session.scalars(queue(after).limit(SESSIONS_AT_ONCE)).all():
        yield ids
        after = ids[-1]


def _amiss(rows: Sequence[dict[str, Any]], meetings: Sequence[int]) -> Iterator[str]:
    session = db.session()
    for row in kept.differing(session, rows):
        yield f"{_name(row['meeting'])}: day, length or campaign differ, or it is not kept"
    meetings = meetings or [row["meeting"] for row in rows]
    for person_id in facts.without_numbers(session, meetings):
        yield f"person {person_id} was counted under no number"
    for meeting in facts.amiss(session, meetings):
        yield f"{_name(meeting)}: the facts differ"
    session.rollback()


def _name(meeting: int) -> str:
    if meeting > 0:
        return f"session {meeting}"
    return f"run {kept.run_of(meeting)} on {kept.day_of(meeting)}"


def _lock(session: Session, session_ids: Sequence[int]) -> None:
    """Who writes the facts of one session comes after the other."""
    registers = select(Register.session_id).where(Register.session_id.in_(session_ids))
    session.execute(registers.order_by(Register.session_id).with_for_update()).all()


def _rewrite_units(session: Session, run_ids: Sequence[int], now: datetime) -> None:
    days = kept.keep_units(session, run_ids, now)
    units = select(KeptSession.meeting).where(
        KeptSession.run_id.in_(run_ids), KeptSession.meeting < 0, KeptSession.known_to.is_(None)
    )
    _write(session, session.scalars(units).all(), days, now)


def _write(session: Session, meetings: Sequence[int], days: set[date], now: datetime) -> None:
    if not meetings:
        return
    learners.add(session, facts.without_numbers(session, meetings), now)
    if facts.write(session, meetings, now):
        days = days | _touched(session, meetings, now)
    mark(session, map(month_of, days))


def _refit(session: Session, of: Iterable[int], now: datetime) -> None:
    """The facts of these learners at the sessions they have any of."""
    of = sorted(of)
    mine = select(Fact.meeting).where(Fact.learner.in_(of), Fact.known_to.is_(None))
    for meetings in learners.in_parts(session.scalars(mine), SESSIONS_AT_ONCE):
        _lock(session, meetings)
        if facts.write(session, meetings, now, of=of):
            mark(session, map(month_of, _touched(session, meetings, now)))


def _touched(session: Session, meetings: Sequence[int], now: datetime) -> set[date]:
    """The days of the sessions of which something has just become known."""
    new = (Fact.known_from == now) | (Fact.known_to == now)
    days = select(KeptSession.day).join(Fact, Fact.meeting == KeptSession.meeting)
    mine = days.where(Fact.meeting.in_(meetings), KeptSession.meeting.in_(meetings), new)
    return set(session.scalars(mine.distinct()))


def _coarsen(session: Session, table: type[Fact] | type[LearnerState], learner: int) -> None:
    """Each row keeps its own month: it may have been counted under another than is known now."""
    mine = select(table.born_on).where(table.learner == learner, table.born_on.is_not(None))
    for born_on in session.scalars(mine.distinct()).all():
        of_day = update(table).where(table.learner == learner, table.born_on == born_on)
        session.execute(of_day.values(born_on=born_on and born_on.replace(day=1)))
