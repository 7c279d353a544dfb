"""Who was there, in SQL: the rows of facts of some sessions, by the values of the day.

Only local days are told, because the two databases would compute them differently.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from typing import cast as cast_type

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Insert,
    Select,
    Table,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import coalesce

from app.accounts.models import ResidenceKind
from app.catalogue.models import ClassSession, Mode
from app.core import clock
from app.core.db import UtcDateTime
from app.core.many import among
from app.enrolment.distance.models import UnitDone
from app.enrolment.models import (
    CAME,
    Attendance,
    Enrolment,
    EnrolmentState,
    FeeStatus,
    Register,
)
from app.participation.kept import COUNTS_NOWHERE, day_of
from app.participation.models import NOBODY, Fact, FeeKind, KeptSession, LearnerKey, LearnerState
from app.places.models import Sex

Rows = Select[*tuple[Any, ...]]
OF_LEARNER = ("born_on", "sex", "unit_id", "residence", "groups", "answered", "employment")
SAYS = ("present", "headcount", "fee", *OF_LEARNER)
KEY = ("meeting", "learner")
_FACT = cast_type("Table", Fact.__table__)


def people(session: Session, meetings: Collection[int]) -> Sequence[int]:
    """The people who count at these sessions, learners or not yet.

    Who is not is told by whoever asks: PostgreSQL, which knows nothing yet of tables that are being
    filled, would compare them one by one.
    """
    units = [meeting for meeting in meetings if meeting < 0]
    found: set[int] = set()
    if len(units) < len(meetings):
        session_ = _sessions(meetings)
        place = _step(_taken(session_), "place")
        query = select(place.c.person_id).join_from(session_, place, _in_run(session_, place))
        came = exists().where(_marked(session_, place), Attendance.status.in_(CAME))
        counts = or_(_is_held(session_, place), came.correlate(session_, place))
        found |= set(session.scalars(query.where(counts).distinct()))
    for of_unit in _of_each(units):
        found |= set(session.scalars(_completed(Enrolment.person_id), of_unit))
    return sorted(found)


def insert_rows(
    session: Session, into: Table, meetings: Collection[int], of: Collection[int],
    now: datetime | None,
) -> int:  # fmt: skip
    """Put who was at these sessions into a table with the columns of facts; how many rows.

    Args:
        of: only these learners; empty is everybody, and headcounts too.
        now: from when it is known; None for a table that does not say so.
    """
    known: list[ColumnElement[Any]] = [] if now is None else [literal(now, UtcDateTime())]
    rows = 0
    if any(meeting > 0 for meeting in meetings):
        rare = _with_several_places(session, meetings)
        for mine, several in ((set(meetings) - rare, False), (rare, True)):
            if mine:
                query = _named(_at_sessions(sorted(mine), of, several=several), known)
                rows += run(session, _into(into, query, now))
        if not of:
            rows += run(session, _into(into, _unnamed(meetings, known), now))
    for of_unit in _of_each([meeting for meeting in meetings if meeting < 0]):
        rows += run(session, _into(into, _named(_of_units(of), known), now), of_unit)
    return rows


def run(session: Session, statement: Any, values: Any = None) -> int:
    """How many rows a statement wrote; what the session holds in memory is not touched.

    Of an INSERT psycopg forgets it with the cursor, unless it is kept.
    """
    how = {"synchronize_session": False, "preserve_rowcount": True}
    result = session.execute(statement, values or {}, execution_options=how)
    return cast_type("CursorResult[Any]", result).rowcount


def _into(into: Table, query: Rows, now: datetime | None) -> Insert:
    names = [*KEY, *SAYS, *([] if now is None else ["known_from"])]
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
    counts = (Enrolment.state != state for state in COUNTS_NOWHERE)
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
    came = coalesce(Attendance.status.in_(CAME), false())
    query = select(*columns).join_from(session, place, _in_run(session, place))
    query = query.outerjoin(Attendance, _marked(session, place))
    return came, query.where(or_(came, _is_held(session, place)))


def _in_run(session: Any, place: Any) -> ColumnElement[bool]:
    return cast_type("ColumnElement[bool]", place.c.run_id == session.c.run_id)


def _is_held(session: Any, place: Any) -> ColumnElement[bool]:
    still = or_(place.c.ended_at.is_(None), place.c.ended_at > session.c.starts_at)
    return and_(place.c.seated_at <= session.c.ends_at, still)


def _marked(session: Any, place: Any) -> ColumnElement[bool]:
    return and_(Attendance.session_id == session.c.meeting, Attendance.enrolment_id == place.c.id)


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


def _on_day(moment: Any) -> ColumnElement[bool]:
    begins, ends = (bindparam(name, type_=UtcDateTime()) for name in ("begins", "ends"))
    return and_(moment >= begins, moment < ends)


def _completed(*columns: Any) -> Any:
    """Places of a self-paced run without registers of which something was done on one day."""
    registered = select(Register.session_id).join(
        ClassSession, ClassSession.id == Register.session_id
    )
    query = select(*columns).select_from(KeptSession)
    query = query.join(Enrolment, Enrolment.run_id == KeptSession.run_id)
    return query.where(
        KeptSession.known_to.is_(None),
        KeptSession.meeting == bindparam("unit"),
        KeptSession.mode == Mode.SELF_PACED.value,
        or_(
            and_(Enrolment.state == EnrolmentState.COMPLETED, _on_day(Enrolment.completed_at)),
            and_(
                Enrolment.state.not_in(COUNTS_NOWHERE),
                exists().where(UnitDone.enrolment_id == Enrolment.id, _on_day(UnitDone.done_at)),
            ),
        ),
        ~registered.where(ClassSession.run_id == KeptSession.run_id).exists(),
    )


def _of_each(units: Sequence[int]) -> list[dict[str, Any]]:
    days = {unit: clock.day_bounds(day_of(unit), day_of(unit)) for unit in units}
    return [{"unit": unit, "begins": begins, "ends": ends} for unit, (begins, ends) in days.items()]
