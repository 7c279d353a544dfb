"""What the facts of sessions are, in SQL: who was there, by the values of the day.

The database makes them itself, in a table of its own for the running transaction, and compares them
with those it has: a fact that is made the same again stays, one that is not made any more is
closed, a new one is opened. No row passes through Python. Only local days are told, because the two
databases would compute them differently.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
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
from app.core.many import among
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


def without_numbers(session: Session, meetings: Collection[int]) -> Sequence[int]:
    """The people at these sessions who are not learners yet."""
    units = [meeting for meeting in meetings if meeting < 0]
    found: set[int] = set()
    if len(units) < len(meetings):
        session_ = _sessions(meetings)
        stranger = _step(_taken(session_).where(_has_no_number()), "stranger")
        _came, query = _counted(session_, stranger, stranger.c.person_id)
        found |= set(session.scalars(query.distinct()))
    for of_unit in _of_each(units):
        completed = _completed(Enrolment.person_id).where(_has_no_number())
        found |= set(session.scalars(completed, of_unit))
    return sorted(found)


def write(
    session: Session, meetings: Collection[int], now: datetime, *, of: Collection[int] = ()
) -> set[date]:
    """Bring the facts of these sessions into line; the days on which any differed.

    Args:
        of: only those of these learners.
    """
    if not of and not _has_any(session, meetings):
        return _days(session, meetings) if _insert(session, _FACT, meetings, of, now) else set()
    make(session, meetings, of)
    mine = [Fact.known_to.is_(None), among(Fact.meeting, meetings)]
    mine += [among(Fact.learner, of)] if of else []
    gone = update(Fact).where(*mine, ~exists().where(_key(), *_same()))
    closed = _run(session, gone.values(known_to=now))
    columns = [MADE.c[name] for name in (*_KEY, *SAYS)]
    new = select(*columns, literal(now, UtcDateTime())).where(
        ~exists().where(_key(), Fact.known_to.is_(None)).correlate(MADE)
    )
    opened = _run(session, insert(_FACT).from_select([*_KEY, *SAYS, "known_from"], new))
    return _days(session, _touched(session, meetings, now)) if closed or opened else set()


def make(session: Session, meetings: Collection[int], of: Collection[int] = ()) -> None:
    """Put the facts of these sessions, as they are now, into `MADE`."""
    session.execute(CreateTable(MADE, if_not_exists=True))
    session.execute(delete(MADE))
    _insert(session, MADE, meetings, of, None)


def amiss(session: Session, meetings: Collection[int]) -> Sequence[int]:
    """Those of these sessions whose facts are not those that are made now; nothing is changed."""
    make(session, meetings)
    kept = select(Fact.meeting).where(
        Fact.known_to.is_(None), among(Fact.meeting, meetings), ~exists().where(_key(), *_same())
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
    mine = select(Fact.id).where(Fact.known_to.is_(None), among(Fact.meeting, meetings))
    return session.scalar(mine.limit(1)) is not None


def _touched(session: Session, meetings: Collection[int], now: datetime) -> Sequence[int]:
    """The sessions of which something has just become known."""
    new = (Fact.known_from == now) | (Fact.known_to == now)
    return session.scalars(
        select(Fact.meeting).where(among(Fact.meeting, meetings), new).distinct()
    ).all()


def _days(session: Session, meetings: Collection[int]) -> set[date]:
    days = select(KeptSession.day).where(among(KeptSession.meeting, meetings)).distinct()
    return set(session.scalars(days))


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
        rare = _with_several_places(session, meetings)
        for mine, several in ((set(meetings) - rare, False), (rare, True)):
            if mine:
                query = _named(_at_sessions(sorted(mine), of, several=several), known)
                rows += _run(session, _into(into, query, now))
        if not of:
            rows += _run(session, _into(into, _unnamed(meetings, known), now))
    for of_unit in _of_each([meeting for meeting in meetings if meeting < 0]):
        rows += _run(session, _into(into, _named(_of_units(of), known), now), of_unit)
    return rows


def _into(into: Table, query: Rows, now: datetime | None) -> Insert:
    names = [*_KEY, *SAYS, *([] if now is None else ["known_from"])]
    return insert(into).from_select(names, query)


def _at_sessions(meetings: Collection[int], of: Collection[int], *, several: bool) -> Rows:
    """Everybody who counts at these sessions, and whether they came.

    Step by step, as PostgreSQL knows nothing yet of tables that are being filled.

    Args:
        several: a learner may have several places, of which the one counts at which they came.
    """
    session = _sessions(meetings)
    place = _step(_held(_step(_taken(session), "taken"), of), "place")
    columns = (session.c.meeting, place.c.learner, *(place.c[n] for n in ("fee", *OF_LEARNER)))
    came, query = _counted(session, place, *columns)
    holds = (place.c.valid_from <= session.c.day, place.c.valid_to >= session.c.day)
    within = (session.c.meeting, place.c.learner)
    order = func.row_number().over(partition_by=within, order_by=(came.desc(), place.c.id.desc()))
    nth = order if several else literal(1)
    query = query.where(*holds).add_columns(came.label("present"), nth.label("nth"))
    return cast_type("Rows", query)


def _with_several_places(session: Session, meetings: Collection[int]) -> set[int]:
    """Those of these sessions in whose runs somebody has several places; this is rare."""
    mine = among(ClassSession.id, meetings)
    person = (Enrolment.run_id, Enrolment.person_id)
    runs = select(Enrolment.run_id).where(
        Enrolment.run_id.in_(select(ClassSession.run_id).where(mine))
    )
    twice = runs.group_by(*person).having(func.count() > 1)
    return set(session.scalars(select(ClassSession.id).where(mine, ClassSession.run_id.in_(twice))))


def _sessions(meetings: Collection[int]) -> Any:
    """Kept sessions with registers."""
    when = (ClassSession.run_id, ClassSession.starts_at, ClassSession.ends_at)
    query = select(KeptSession.meeting, KeptSession.day, *when).select_from(KeptSession)
    query = query.join(ClassSession, ClassSession.id == KeptSession.meeting)
    query = query.join(Register, Register.session_id == ClassSession.id)
    query = query.where(KeptSession.known_to.is_(None), among(KeptSession.meeting, meetings))
    return _step(query, "session")


def _taken(session: Any) -> Any:
    """The places of the runs of these sessions."""
    columns = (
        Enrolment.id, Enrolment.run_id, Enrolment.person_id, Enrolment.seated_at,
        Enrolment.ended_at, _fee().label("fee"),
    )  # fmt: skip
    counts = (Enrolment.state != state for state in _COUNTS_NOWHERE)
    return select(*columns).where(Enrolment.run_id.in_(select(session.c.run_id)), *counts)


def _held(taken: Any, of: Collection[int]) -> Any:
    """These places with what held of whoever had them, and on which days."""
    keyed = (LearnerKey.number.label("learner"), LearnerState.valid_from, LearnerState.valid_to)
    query = select(taken, *keyed, *(getattr(LearnerState, name) for name in OF_LEARNER))
    query = query.select_from(taken).join(LearnerKey, LearnerKey.person_id == taken.c.person_id)
    current = and_(LearnerState.learner == LearnerKey.number, LearnerState.known_to.is_(None))
    query = query.join(LearnerState, current)
    return query.where(among(LearnerKey.number, of)) if of else query


def _counted(session: Any, place: Any, *columns: Any) -> tuple[ColumnElement[bool], Any]:
    """Places held when a session was on, or of somebody marked present; whether they came."""
    marked = and_(Attendance.session_id == session.c.meeting, Attendance.enrolment_id == place.c.id)
    came = coalesce(Attendance.status == AttendanceStatus.PRESENT, false())
    still = or_(place.c.ended_at.is_(None), place.c.ended_at > session.c.starts_at)
    held = and_(place.c.seated_at <= session.c.ends_at, still)
    query = select(*columns).select_from(session).join(place, place.c.run_id == session.c.run_id)
    return came, query.outerjoin(Attendance, marked).where(or_(came, held))


def _has_no_number() -> ColumnElement[bool]:
    return ~exists().where(LearnerKey.person_id == Enrolment.person_id)


def _step(query: Any, name: str) -> Any:
    return query.cte(name, nesting=True).prefix_with("MATERIALIZED")


def _of_units(of: Collection[int]) -> Rows:
    """As `_at_sessions`, of those who completed a self-paced run on a day."""
    within = (KeptSession.meeting, LearnerKey.number)
    columns = (
        KeptSession.meeting,
        LearnerKey.number.label("learner"),
        true().label("present"),
        _fee().label("fee"),
        *(getattr(LearnerState, name) for name in OF_LEARNER),
        func.row_number().over(partition_by=within, order_by=Enrolment.id.desc()).label("nth"),
    )
    query = _completed(*columns).join(LearnerKey, LearnerKey.person_id == Enrolment.person_id)
    holds = and_(
        LearnerState.learner == LearnerKey.number,
        LearnerState.known_to.is_(None),
        LearnerState.valid_from <= KeptSession.day,
        LearnerState.valid_to >= KeptSession.day,
    )
    query = query.join(LearnerState, holds)
    if of:
        query = query.where(among(LearnerKey.number, of))
    return cast_type("Rows", query)


def _named(places: Rows, known: Sequence[ColumnElement[Any]]) -> Rows:
    row = places.subquery("row")
    learner = (row.c[name] for name in OF_LEARNER)
    said = (row.c.meeting, row.c.learner, row.c.present, literal(0), row.c.fee, *learner)
    return select(*said, *known).where(row.c.nth == 1)


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
    came = (Register.headcount > 0, among(KeptSession.meeting, meetings))
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
