"""Writing facts: the rows of a session are replaced whole, by the values of its day."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Date,
    Integer,
    Select,
    and_,
    column,
    delete,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    values,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement, coalesce

from app.accounts.models import Person, Residence
from app.catalogue.models import ClassSession, Course, Run, Topic
from app.core import clock, jobs
from app.core.db import db, transaction
from app.enrolment.models import Attendance, AttendanceStatus, Enrolment, EnrolmentState, Register
from app.participation.events import FactsChanged
from app.participation.models import Fact, FactMonth
from app.places.models import AdminUnit, Sex
from app.providers.models import Provider, ProviderType

SESSIONS_AT_ONCE = 500
_COUNTS_NOWHERE = (EnrolmentState.VOID, EnrolmentState.WAITING)
Progress = Callable[[int], None]
Rows = Select[*tuple[Any, ...]]


def rewrite(session_ids: Sequence[int]) -> int:
    """Write the facts of these sessions anew; the number of rows. Safe to do twice."""
    with transaction() as session:
        months = _clear(session, session_ids)
        held = _held(session, session_ids)
        rows = _fill(session, held) if held else 0
        _mark(session, months | {_month(day) for _, day, _ in held})
        return rows


def rewrite_run(run_id: int) -> None:
    """Write the facts of every session of a run anew whose register was taken."""
    taken = select(Register.session_id).join(Register.session).where(ClassSession.run_id == run_id)
    session_ids = db.session.scalars(taken).all()
    if session_ids:
        rewrite(session_ids)


def sessions_to_count() -> int:
    """How many registers there are."""
    return db.session.scalar(select(func.count()).select_from(Register)) or 0


def rebuild(progress: Progress = lambda _done: None) -> int:
    """Write all facts anew in one transaction, some sessions at a time; the number of rows.

    Args:
        progress: told after each step how many sessions it did.
    """
    with transaction() as session:
        session.execute(delete(Fact))
        session.execute(delete(FactMonth))
        rows, months = 0, set()
        for session_ids in _chunks(session):
            held = _held(session, session_ids)
            rows += _fill(session, held)
            months |= {_month(day) for _, day, _ in held}
            progress(len(held))
        _mark(session, months)
        jobs.emit(FactsChanged())
        return rows


def _chunks(session: Session) -> Iterator[Sequence[int]]:
    last = 0
    query = select(Register.session_id).order_by(Register.session_id).limit(SESSIONS_AT_ONCE)
    while found := session.scalars(query.where(Register.session_id > last)).all():
        yield found
        last = found[-1]


def _clear(session: Session, session_ids: Sequence[int]) -> set[str]:
    """Delete the rows of these sessions; the months they were in."""
    mine = Fact.session_id.in_(session_ids)
    months = {_month(day) for day in session.scalars(select(Fact.day).where(mine).distinct())}
    session.execute(delete(Fact).where(mine))
    return months


_Held = tuple[int, date, int]
"""A session whose register was taken: its id, its local day and its minutes."""


def _held(session: Session, session_ids: Sequence[int]) -> list[_Held]:
    query = select(ClassSession.id, ClassSession.starts_at, ClassSession.ends_at)
    query = query.join(Register, Register.session_id == ClassSession.id)
    rows = session.execute(query.where(ClassSession.id.in_(session_ids)).order_by(ClassSession.id))
    return [(id_, clock.local(begin).date(), _minutes(begin, end)) for id_, begin, end in rows]


def _minutes(begin: datetime, end: datetime) -> int:
    return int((end - begin).total_seconds() // 60)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"


def _fill(session: Session, held: Sequence[_Held]) -> int:
    """Insert the facts of these sessions by two statements; no row passes through Python."""
    shape = (column("session_id", Integer), column("day", Date), column("minutes", Integer))
    of_day = values(*shape, name="of_day").data(list(held)).cte("held")
    queries = (_named(of_day), _unnamed(of_day))
    return sum(_inserted(session, query) for query in queries)


def _inserted(session: Session, query: Rows) -> int:
    names = [each.name for each in query.selected_columns]
    done = session.execute(insert(Fact).from_select(names, query))
    return int(done.rowcount)  # type: ignore[attr-defined]  # an INSERT counts its rows


def _about_session(held: CTE) -> list[Any]:
    return [
        held.c.session_id,
        held.c.day,
        held.c.minutes,
        ClassSession.run_id,
        Run.course_id,
        Course.provider_id,
        ProviderType.code.label("provider_type"),
        Topic.slug.label("topic"),
        Course.isced_f,
        Course.cla,
        Run.mode,
        Course.job_related,
    ]


def _taught(query: Rows, held: CTE) -> Rows:
    query = query.select_from(held).join(ClassSession, ClassSession.id == held.c.session_id)
    query = query.join(Run, Run.id == ClassSession.run_id).join(Course, Course.id == Run.course_id)
    query = query.join(Topic, Topic.id == Course.topic_id)
    query = query.join(Provider, Provider.id == Course.provider_id)
    return query.join(ProviderType, ProviderType.id == Provider.type_id)


def _named(held: CTE) -> Rows:
    """Everybody who held a place during the session, and whoever is marked present."""
    came = func.coalesce(Attendance.status == AttendanceStatus.PRESENT, false())
    query = select(
        *_about_session(held),
        Enrolment.person_id,
        Enrolment.id.label("enrolment_id"),
        came.label("present"),
        literal(0).label("headcount"),
        Person.sex,
        coalesce(Person.born_on, MiddleOfYear(Person.born_in)).label("born_on"),
        func.coalesce(_ward(held), "").label("ward"),
    )
    marked = and_(
        Attendance.session_id == held.c.session_id, Attendance.enrolment_id == Enrolment.id
    )
    query = _taught(query, held).join(Enrolment, Enrolment.run_id == Run.id)
    query = query.join(Person, Person.id == Enrolment.person_id).outerjoin(Attendance, marked)
    return query.where(Enrolment.state.not_in(_COUNTS_NOWHERE), or_(came, _held_a_place()))


def _held_a_place() -> Any:
    still = or_(Enrolment.ended_at.is_(None), Enrolment.ended_at > ClassSession.starts_at)
    return and_(Enrolment.seated_at <= ClassSession.ends_at, still)


def _ward(held: CTE) -> Any:
    """Where the person lived on the day; of overlapping records the one written last."""
    lived = and_(
        Residence.person_id == Person.id,
        Residence.valid_from <= held.c.day,
        or_(Residence.valid_to.is_(None), Residence.valid_to >= held.c.day),
    )
    newest = select(AdminUnit.code).select_from(Residence).outerjoin(Residence.unit).where(lived)
    return newest.order_by(Residence.id.desc()).limit(1).scalar_subquery()


def _unnamed(held: CTE) -> Rows:
    query = select(
        *_about_session(held),
        null().label("person_id"),
        null().label("enrolment_id"),
        true().label("present"),
        Register.headcount,
        literal(Sex.NOT_STATED, Fact.sex.type).label("sex"),
        null().label("born_on"),
        literal("").label("ward"),
    )
    query = _taught(query, held).join(Register, Register.session_id == held.c.session_id)
    return query.where(Register.headcount > 0)


class MiddleOfYear(FunctionElement[date]):
    """1 July of a year: the birthday that is least wrong when only the year is known."""

    name = "middle_of_year"
    inherit_cache = True
    type = Date()


@compiles(MiddleOfYear)
def _on_postgresql(element: MiddleOfYear, compiler: Any, **kwargs: Any) -> str:
    return f"make_date({compiler.process(element.clauses, **kwargs)}, 7, 1)"


@compiles(MiddleOfYear, "sqlite")
def _on_sqlite(element: MiddleOfYear, compiler: Any, **kwargs: Any) -> str:
    return f"({compiler.process(element.clauses, **kwargs)} || '-07-01')"


def _mark(session: Session, months: Iterable[str]) -> None:
    """Give each of these months a new mark, so that its file is known to be old."""
    insert_ = postgresql_insert if db.engine.dialect.name == "postgresql" else sqlite_insert
    rows = [{"month": month, "mark": secrets.token_hex(8)} for month in sorted(months)]
    if rows:
        new = insert_(FactMonth).values(rows)
        replaced = {"mark": new.excluded.mark}
        session.execute(new.on_conflict_do_update(index_elements=["month"], set_=replaced))
