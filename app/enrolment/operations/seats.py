"""The counters of a run.

Every operation first locks the row of the run (SQLite: the whole database, by `BEGIN IMMEDIATE`),
after the people it locks, so that operations on one run follow one another and never wait in a
circle. The counters still move only by conditional statements, and the unique index still refuses
a second live place.
"""

from collections.abc import Collection, Sequence
from typing import Any, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Table,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from app.catalogue.events import RunChanged
from app.catalogue.models import Course, Run, RunState
from app.core import jobs
from app.core.prepared import Asked, Prepared, together
from app.enrolment.errors import SeatGone
from app.enrolment.operations.run_now import RunNow

AnyRun = Run | RunNow

_LOCKED = (
    select(Run)
    .where(Run.id == bindparam("run_id"))
    .options(joinedload(Run.course).joinedload(Course.provider))
    .with_for_update(of=Run)
    .execution_options(populate_existing=True)
)


def locked(session: Session, run_id: int) -> Run:
    """The run as it is now, with its course and provider, held to the end of the transaction."""
    return session.scalars(_LOCKED, {"run_id": run_id}).one()


def locked_in_order(session: Session, run_ids: Collection[int]) -> dict[int, Run]:
    """Several runs, always in the same order, so that two operations never wait for each other."""
    rows = select(Run).where(Run.id.in_(run_ids)).order_by(Run.id).with_for_update(of=Run)
    found = session.scalars(rows.execution_options(populate_existing=True))
    return {run.id: run for run in found}


def room_for(people: int | BindParameter[int]) -> ColumnElement[bool]:
    """So many seats that are neither taken nor kept for somebody."""
    return or_(Run.capacity.is_(None), Run.seats_taken + Run.reserved + people <= Run.capacity)


def take(session: Session, run: AnyRun, people: int = 1) -> bool:
    """So many seats at once, if they are free and nobody waits: one statement."""
    session.flush()  # what goes past the session does not send what waits in it
    return _follow(run, _TAKE.first(session, _moves(run, seats=people)))


def take_with(
    session: Session, run: RunNow, people: int, others: Sequence[Asked]
) -> list[list[Any]]:
    """As `take` where the locked row has room, with statements that go at once; their rows.

    Raises:
        SeatGone: it had not; the transaction has to end.
    """
    session.flush()
    moved, *rows = together(session, (_TAKE, _moves(run, seats=people)), *others)
    if not _follow(run, next(iter(moved), None)):
        raise SeatGone
    return rows


def take_past_queue(session: Session, run: Run) -> bool:
    """As `take`, also where people wait: the seat was taken away by a mistake of ours."""
    return shift(session, run, seats=1, only_if=(room_for(1),))


def take_from_queue(session: Session, run: Run) -> bool:
    """A free seat for one of those who wait."""
    return shift(session, run, seats=1, waiting=-1, only_if=(room_for(1), Run.waiting > 0))


def join_queue(session: Session, run: AnyRun, people: int = 1) -> bool:
    session.flush()
    return _follow(run, _JOIN_QUEUE.first(session, _moves(run, waiting=people)))


def shift(
    session: Session,
    run: Run,
    *,
    seats: int = 0,
    waiting: int = 0,
    reserved: int = 0,
    only_if: Collection[ColumnElement[bool]] = (),
) -> bool:
    """Move the counters in one statement; whether the conditions held."""
    moves = _moves(run, seats=seats, waiting=waiting, reserved=reserved)
    session.flush()
    return _follow(run, session.connection().execute(_shift(*only_if), moves).first())


_SEATS, _WAITING = bindparam("seats", type_=Integer), bindparam("waiting", type_=Integer)
_RUNS = cast("Table", Run.__table__)
_COUNTERS = ("seats_taken", "waiting", "reserved")


def _shift(*only_if: ColumnElement[bool]) -> ReturningUpdate[Any]:
    run = _RUNS.c
    moved = update(_RUNS).where(run.id == bindparam("run_id"), *only_if)
    moved = moved.values(
        seats_taken=run.seats_taken + _SEATS,
        waiting=run.waiting + _WAITING,
        reserved=run.reserved + bindparam("reserved", type_=Integer),
    )
    return moved.returning(*(run[name] for name in _COUNTERS))


_TAKE = Prepared(_shift(room_for(_SEATS), Run.waiting == 0))
_JOIN_QUEUE = Prepared(
    _shift(or_(Run.waiting_capacity.is_(None), Run.waiting + _WAITING <= Run.waiting_capacity))
)


def _moves(run: AnyRun, **moves: int) -> dict[str, int]:
    return dict.fromkeys(("seats", "waiting", "reserved"), 0) | moves | {"run_id": run.id}


def _follow(run: AnyRun, found: Sequence[int] | None) -> bool:
    """The copy of the run moves with the counters; whether they have moved."""
    if found is None:
        return False
    follow = set_committed_value if isinstance(run, Run) else setattr
    for name, value in zip(_COUNTERS, found, strict=True):
        follow(run, name, value)
    return True


def follow(run: AnyRun, moved: Run) -> None:
    """The copy `run` has the counters that were moved with the entity."""
    for name in _COUNTERS:
        setattr(run, name, getattr(moved, name))


def tell_if_changed(run: AnyRun, before: RunState) -> None:
    """Pages that say "places left" from an index hear of it only when the words change."""
    if run.state is not before:
        jobs.emit(RunChanged(run.id))
