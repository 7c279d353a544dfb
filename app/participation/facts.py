"""What the facts of sessions are, in SQL: who was there, by the values of the day.

The database makes them itself, in a table of its own for the running transaction, and compares them
with those it has: a fact that is made the same again stays, one that is not made any more is
closed, a new one is opened. No row passes through Python. Only local days are told, because the two
databases would compute them differently.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from typing import cast as cast_type

from sqlalchemy import Column as TableColumn
from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Insert,
    MetaData,
    Select,
    Table,
    and_,
    bindparam,
    case,
    delete,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateTable
from sqlalchemy.sql.functions import coalesce

from app.accounts.models import ResidenceKind
from app.catalogue.models import ClassSession, Mode
from app.core import clock
from app.core.db import UtcDateTime
from app.enrolment.models import (
    Attendance,
    AttendanceStatus,
    Enrolment,
    EnrolmentState,
    FeeStatus,
    Register,
)
from app.participation.kept import day_of
from app.participation.models import NOBODY, Fact, FeeKind, KeptSession, LearnerKey, LearnerState
from app.places.models import Sex

Rows = Select[*tuple[Any, ...]]
OF_LEARNER = ("born_on", "sex", "unit_id", "residence", "groups", "answered", "employment")
SAYS = ("present", "headcount", "fee", *OF_LEARNER)
_KEY = ("meeting", "learner")
_COUNTS_NOWHERE = (EnrolmentState.VOID, EnrolmentState.WAITING)
_FACT = cast_type("Table", Fact.__table__)
MADE = Table(
    "facts_made",
    MetaData(),
    *(
        TableColumn(name, _FACT.c[name].type, primary_key=name in _KEY, autoincrement=False)
        for name in (*_KEY, *SAYS)
    ),
    prefixes=["TEMPORARY"],
)
"""The facts of some sessions as they are now; of this connection alone."""


def counted(*columns: Any) -> Any:
    """Places at kept sessions with registers: held meanwhile, or of somebody marked present."""
    came = coalesce(Attendance.status == AttendanceStatus.PRESENT, false())
    marked = and_(Attendance.session_id == ClassSession.id, Attendance.enrolment_id == Enrolment.id)
    query = select(*columns).select_from(KeptSession)
    query = query.join(ClassSession, ClassSession.id == KeptSession.meeting)
    query = query.join(Register, Register.session_id == ClassSession.id)
    query = query.join(Enrolment, Enrolment.run_id == ClassSession.run_id)
    query = query.outerjoin(Attendance, marked)
    states = (Enrolment.state != state for state in _COUNTS_NOWHERE)
    return query.where(KeptSession.known_to.is_(None), *states, or_(came, _held_a_place()))


def _held_a_place() -> ColumnElement[bool]:
    still = or_(Enrolment.ended_at.is_(None), Enrolment.ended_at > ClassSession.starts_at)
    return and_(Enrolment.seated_at <= ClassSession.ends_at, still)


def without_numbers(session: Session, meetings: Collection[int]) -> Sequence[int]:
    """The people at these sessions who are not learners yet."""
    units = [meeting for meeting in meetings if meeting < 0]
    found: set[int] = set()
    if len(units) < len(meetings):
        strangers = counted(Enrolment.person_id).outerjoin(
            LearnerKey, LearnerKey.person_id == Enrolment.person_id
        )
        strangers = strangers.where(LearnerKey.number.is_(None), KeptSession.meeting.in_(meetings))
        found |= set(session.scalars(strangers.distinct()))
    for of_unit in _of_each(units):
        query = _completed(Enrolment.person_id).outerjoin(
            LearnerKey, LearnerKey.person_id == Enrolment.person_id
        )
        found |= set(session.scalars(query.where(LearnerKey.number.is_(None)), of_unit))
    return sorted(found)


def write(
    session: Session, meetings: Collection[int], now: datetime, *, of: Collection[int] = ()
) -> bool:
    """Bring the facts of these sessions into line; whether any differed.

    Args:
        of: only those of these learners.
    """
    if not of and not _has_any(session, meetings):
        return _insert(session, _FACT, meetings, of, now) != 0
    make(session, meetings, of)
    mine = [Fact.known_to.is_(None), Fact.meeting.in_(meetings)]
    mine += [Fact.learner.in_(of)] if of else []
    gone = update(Fact).where(*mine, ~exists().where(_key(), *_same()))
    closed = _run(session, gone.values(known_to=now))
    columns = [MADE.c[name] for name in (*_KEY, *SAYS)]
    new = select(*columns, literal(now, UtcDateTime())).where(
        ~exists().where(_key(), Fact.known_to.is_(None)).correlate(MADE)
    )
    opened = _run(session, insert(_FACT).from_select([*_KEY, *SAYS, "known_from"], new))
    return closed != 0 or opened != 0


def make(session: Session, meetings: Collection[int], of: Collection[int] = ()) -> None:
    """Put the facts of these sessions, as they are now, into `MADE`."""
    session.execute(CreateTable(MADE, if_not_exists=True))
    session.execute(delete(MADE))
    _insert(session, MADE, meetings, of, None)


def amiss(session: Session, meetings: Collection[int]) -> Sequence[int]:
    """Those of these sessions whose facts are not those that are made now; nothing is changed."""
    make(session, meetings)
    kept = select(Fact.meeting).where(
        Fact.known_to.is_(None), Fact.meeting.in_(meetings), ~exists().where(_key(), *_same())
    )
    lacking = select(MADE.c.meeting).where(
        ~exists().where(_key(), Fact.known_to.is_(None)).correlate(MADE)
    )
    return sorted({*session.scalars(kept), *session.scalars(lacking)})


def _key() -> ColumnElement[bool]:
    return and_(MADE.c.meeting == Fact.meeting, MADE.c.learner == Fact.learner)


def _same() -> list[ColumnElement[bool]]:
    return [
        MADE.c[name].is_not_distinct_from(_FACT.c[name])
        if _FACT.c[name].nullable
        else MADE.c[name] == _FACT.c[name]
        for name in SAYS
    ]


def _has_any(session: Session, meetings: Collection[int]) -> bool:
    mine = select(Fact.id).where(Fact.known_to.is_(None), Fact.meeting.in_(meetings))
    return session.scalar(mine.limit(1)) is not None


def _run(session: Session, statement: Any, values: Any = None) -> int:
    how = {"synchronize_session": False}
    result = session.execute(statement, values or {}, execution_options=how)
    return cast_type("CursorResult[Any]", result).rowcount


def _insert(
    session: Session, into: Table, meetings: Collection[int], of: Collection[int],
    now: datetime | None,
) -> int:  # fmt: skip
    known: list[ColumnElement[Any]] = [] if now is None else [literal(now, UtcDateTime())]
    rows = 0
    if any(meeting > 0 for meeting in meetings):
        rows += _run(session, _into(into, _named(_first(counted, of, meetings), known), now))
        if not of:
            rows += _run(session, _into(into, _unnamed(meetings, known), now))
    for of_unit in _of_each([meeting for meeting in meetings if meeting < 0]):
        rows += _run(session, _into(into, _named(_first(_completed, of), known), now), of_unit)
    return rows


def _into(into: Table, query: Rows, now: datetime | None) -> Insert:
    names = [*_KEY, *SAYS, *([] if now is None else ["known_from"])]
    return insert(into).from_select(names, query)


def _first(source: Any, of: Collection[int], meetings: Collection[int] | None = None) -> Rows:
    """One row for each learner and session: of several places the one at which they came."""
    came = (
        coalesce(Attendance.status == AttendanceStatus.PRESENT, false())
        if source is counted
        else true()
    )
    within = (KeptSession.meeting, LearnerKey.number)
    order = func.row_number().over(partition_by=within, order_by=(came.desc(), Enrolment.id.desc()))
    columns = (
        KeptSession.meeting,
        LearnerKey.number.label("learner"),
        came.label("present"),
        _fee().label("fee"),
        *(getattr(LearnerState, name) for name in OF_LEARNER),
        order.label("place"),
    )
    query = source(*columns).join(LearnerKey, LearnerKey.person_id == Enrolment.person_id)
    holds = and_(
        LearnerState.learner == LearnerKey.number,
        LearnerState.known_to.is_(None),
        LearnerState.valid_from <= KeptSession.day,
        LearnerState.valid_to >= KeptSession.day,
    )
    query = query.join(LearnerState, holds)
    if meetings is not None:
        query = query.where(KeptSession.meeting.in_(meetings))
    if of:
        query = query.where(LearnerKey.number.in_(of))
    return cast_type("Rows", query)


def _named(places: Rows, known: Sequence[ColumnElement[Any]]) -> Rows:
    row = places.subquery("row")
    learner = (row.c[name] for name in OF_LEARNER)
    said = (row.c.meeting, row.c.learner, row.c.present, literal(0), row.c.fee, *learner)
    return select(*said, *known).where(row.c.place == 1)


def _fee() -> ColumnElement[Any]:
    return case(
        (Enrolment.fee_status == FeeStatus.WAIVED, FeeKind.WAIVED.value),
        (Enrolment.fee == 0, FeeKind.FREE.value),
        (Enrolment.fee_group != "", FeeKind.REDUCED.value),
        else_=FeeKind.FULL.value,
    )


def _unnamed(meetings: Collection[int], known: Sequence[ColumnElement[Any]]) -> Rows:
    nothing: dict[str, Any] = {
        "sex": Sex.NOT_STATED, "residence": ResidenceKind.NOT_STATED, "groups": 0,
        "answered": False,
    }  # fmt: skip
    learner = (literal(nothing.get(name), _FACT.c[name].type) for name in OF_LEARNER)
    fee = literal(FeeKind.NOT_STATED, _FACT.c.fee.type)
    said = (KeptSession.meeting, literal(NOBODY), true(), Register.headcount, fee, *learner)
    query = select(*said, *known).select_from(KeptSession)
    query = query.join(Register, Register.session_id == KeptSession.meeting)
    came = (Register.headcount > 0, KeptSession.meeting.in_(meetings))
    return query.where(KeptSession.known_to.is_(None), *came)


def _completed(*columns: Any) -> Any:
    """Places of a self-paced run without registers that were completed on one day."""
    registered = select(Register.session_id).join(
        ClassSession, ClassSession.id == Register.session_id
    )
    query = select(*columns).select_from(KeptSession)
    query = query.join(Enrolment, Enrolment.run_id == KeptSession.run_id)
    return query.where(
        KeptSession.known_to.is_(None),
        KeptSession.meeting == bindparam("unit"),
        KeptSession.mode == Mode.SELF_PACED.value,
        Enrolment.state == EnrolmentState.COMPLETED,
        Enrolment.completed_at >= bindparam("begins", type_=UtcDateTime()),
        Enrolment.completed_at < bindparam("ends", type_=UtcDateTime()),
        ~registered.where(ClassSession.run_id == KeptSession.run_id).exists(),
    )


def _of_each(units: Sequence[int]) -> list[dict[str, Any]]:
    days = {unit: clock.day_bounds(day_of(unit), day_of(unit)) for unit in units}
    return [{"unit": unit, "begins": begins, "ends": ends} for unit, (begins, ends) in days.items()]
