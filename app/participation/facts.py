"""What a fact is, in SQL: the rows of one session, by the values of its day.

The database writes them itself; no row passes through Python. Only the local day and the length of
the session are told, because the two databases would compute them differently.
"""

from datetime import date
from typing import Any
from typing import cast as cast_type

from sqlalchemy import (
    ColumnElement,
    Date,
    Insert,
    Integer,
    Select,
    Table,
    and_,
    bindparam,
    cast,
    false,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement, coalesce

from app.accounts.models import Person, Residence
from app.catalogue.models import ClassSession, Course, Run, Topic
from app.enrolment.models import Attendance, AttendanceStatus, Enrolment, EnrolmentState, Register
from app.participation.models import Fact
from app.places.models import AdminUnit, Sex
from app.providers.models import Provider, ProviderType

Rows = Select[*tuple[Any, ...]]
SESSION, DAY, MINUTES = "of_session", "of_day", "of_minutes"
"""The parameters of both statements."""
_COUNTS_NOWHERE = (EnrolmentState.VOID, EnrolmentState.WAITING)


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


def born_on() -> ColumnElement[date | None]:
    """A person's birthday, as far as it is known."""
    return coalesce(Person.born_on, MiddleOfYear(Person.born_in))


def _day() -> ColumnElement[date]:
    return bindparam(DAY, type_=Date())


def _about_session() -> list[ColumnElement[Any]]:
    return [
        ClassSession.id.label("session_id"),
        _day().label("day"),
        bindparam(MINUTES, type_=Integer()).label("minutes"),
        ClassSession.run_id.label("run_id"),
        Run.course_id.label("course_id"),
        Course.provider_id.label("provider_id"),
        ProviderType.code.label("provider_type"),
        Topic.slug.label("topic"),
        Course.isced_f.label("isced_f"),
        Course.cla.label("cla"),
        Run.mode.label("mode"),
        Course.job_related.label("job_related"),
    ]


def _taught(query: Rows) -> Rows:
    query = query.select_from(ClassSession).join(Run, Run.id == ClassSession.run_id)
    query = query.join(Course, Course.id == Run.course_id)
    query = query.join(Topic, Topic.id == Course.topic_id)
    query = query.join(Provider, Provider.id == Course.provider_id)
    query = query.join(ProviderType, ProviderType.id == Provider.type_id)
    return query.where(ClassSession.id == bindparam(SESSION, type_=Integer()))


def _named() -> Rows:
    """Everybody who held a place during the session, and whoever is marked present."""
    came = func.coalesce(Attendance.status == AttendanceStatus.PRESENT, false())
    query: Rows = select(
        *_about_session(),
        Enrolment.person_id.label("person_id"),
        coalesce(Enrolment.began_as_id, Enrolment.id).label("enrolment_id"),
        came.label("present"),
        literal(0).label("headcount"),
        Person.sex.label("sex"),
        born_on().label("born_on"),
        func.coalesce(_ward(), "").label("ward"),
    )
    of_enrolment = Attendance.enrolment_id == Enrolment.id
    marked = and_(Attendance.session_id == ClassSession.id, of_enrolment)
    query = _taught(query).join(Enrolment, Enrolment.run_id == Run.id)
    query = query.join(Person, Person.id == Enrolment.person_id).outerjoin(Attendance, marked)
    counts = (Enrolment.state != state for state in _COUNTS_NOWHERE)
    return query.where(*counts, or_(came, _held_a_place()))


def _held_a_place() -> ColumnElement[bool]:
    still = or_(Enrolment.ended_at.is_(None), Enrolment.ended_at > ClassSession.starts_at)
    return and_(Enrolment.seated_at <= ClassSession.ends_at, still)


def _ward() -> ColumnElement[str | None]:
    """Where the person lived on the day; of overlapping records the one written last."""
    lived = and_(
        Residence.person_id == Person.id,
        Residence.valid_from <= _day(),
        or_(Residence.valid_to.is_(None), Residence.valid_to >= _day()),
    )
    newest = select(AdminUnit.code).select_from(Residence).outerjoin(Residence.unit).where(lived)
    return newest.order_by(Residence.id.desc()).limit(1).scalar_subquery()


def _unnamed() -> Rows:
    query: Rows = select(
        *_about_session(),
        cast(null(), Integer).label("person_id"),
        cast(null(), Integer).label("enrolment_id"),
        true().label("present"),
        Register.headcount.label("headcount"),
        literal(Sex.NOT_STATED, Fact.sex.type).label("sex"),
        cast(null(), Date).label("born_on"),
        literal("").label("ward"),
    )
    query = _taught(query).join(Register, Register.session_id == ClassSession.id)
    return query.where(Register.headcount > 0)


def _inserted(query: Rows) -> Insert:
    names = [each.name for each in query.selected_columns]
    return insert(cast_type("Table", Fact.__table__)).from_select(names, query)


WRITE = (_inserted(_named()), _inserted(_unnamed()))
"""The statements that write one session's facts; run many times, each is prepared once."""
