"""What the rules of a run need to know about a person, in one statement."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.accounts.models import GroupsAnswer, Person, PersonGroup, PriorityGroup, Residence
from app.catalogue.models import Run
from app.catalogue.rules import Rules
from app.core import clock
from app.enrolment.models import CAME, Attendance, Enrolment, EnrolmentState
from app.places.models import AdminUnit, UnitChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Of one person, today.

    Args:
        wards: code of the ward where the person lives, or of those it became.
        had_course: has completed or attended the course that the rules ask for.
    """

    born_on: date | None
    born_in: int | None
    groups: frozenset[PriorityGroup]
    wards: frozenset[str]
    had_course: bool

    def lives_in(self, wards: Collection[str]) -> bool:
        return not self.wards.isdisjoint(wards)

    def ages(self, day: date) -> tuple[int | None, int | None]:
        """The youngest and the oldest the person can be on that day; the same by a birth date."""
        if self.born_on is not None:
            before = (day.month, day.day) < (self.born_on.month, self.born_on.day)
            age = day.year - self.born_on.year - before
            return age, age
        if self.born_in is not None:
            return day.year - self.born_in - 1, day.year - self.born_in
        return None, None


def of(session: Session, person_id: int, rules: Rules, *, with_record: bool = True) -> Facts:
    """The facts of one person.

    Args:
        with_record: without it nothing counts that only we know: neither groups nor courses.
    """
    wanted = query(with_course=rules.requires_course_id is not None)
    values = asked(person_id) | {"course_id": rules.requires_course_id}
    rows = session.connection().execute(wanted, values).all()
    return read(session, rows, rules, with_record=with_record)


def asked(person_id: int) -> dict[str, Any]:
    """What `query` wants to be told; `with_course` also wants `course_id`."""
    return {"person_id": person_id, "today": clock.today()}


def read(session: Session, rows: Sequence[Any], rules: Rules, *, with_record: bool) -> Facts:
    """The facts in what `query` has found; as `of`."""
    first = rows[0]
    return Facts(
        born_on=first.born_on,
        born_in=first.born_in,
        groups=frozenset(row.group for row in rows if row.group) if with_record else frozenset(),
        wards=_wards(session, first, rules),
        had_course=with_record and bool(first.had_course),
    )


_PERSON, _TODAY = bindparam("person_id", type_=Integer), bindparam("today", type_=Date)
_COURSE = bindparam("course_id", type_=Integer)


@cache
def query(*, with_course: bool) -> Select[*tuple[Any, ...]]:
    """Of one person one row for each group, at least one."""
    lives = and_(
        Residence.person_id == Person.id,
        *_on(_TODAY, Residence.valid_from, Residence.valid_to),
    )
    columns = (
        Person.born_on, Person.born_in, PersonGroup.group,
        AdminUnit.id.label("unit_id"), AdminUnit.code, AdminUnit.valid_to,
        (_had_course() if with_course else literal(value=False)).label("had_course"),
    )  # fmt: skip
    query = select(*columns).select_from(Person).where(Person.id == _PERSON)
    in_group = and_(PersonGroup.person_id == Person.id, *belongs(_TODAY))
    query = query.outerjoin(PersonGroup, in_group)
    return query.outerjoin(Residence, lives).outerjoin(AdminUnit, Residence.unit_id == AdminUnit.id)


def belongs(day: date | ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    """Conditions on `Person` and `PersonGroup`: the status holds on the day and may be used.

    What people say themselves was agreed to for statistics alone, and anybody can say it: only what
    a desk has recorded from a paper or a list puts somebody first.
    """
    return (
        PersonGroup.standard != "",
        Person.objected_at.is_(None),
        Person.groups_answer != GroupsAnswer.DECLINED,
        *_on(day, PersonGroup.valid_from, PersonGroup.valid_to),
    )


def _on(
    day: date | ColumnElement[date],
    first: InstrumentedAttribute[date],
    last: InstrumentedAttribute[date | None],
) -> tuple[ColumnElement[bool], ...]:
    return first <= day, or_(last.is_(None), last >= day)


def _had_course() -> ColumnElement[bool]:
    """Completed the course, or came to one of its sessions."""
    is_there = or_(*(Attendance.status == each for each in CAME))  # a `Prepared` takes no lists
    came = exists().where(Attendance.enrolment_id == Enrolment.id, is_there)
    return exists().where(
        Enrolment.person_id == _PERSON,
        Enrolment.run_id == Run.id,
        Run.course_id == _COURSE,
        Enrolment.state != EnrolmentState.VOID,
        or_(Enrolment.state == EnrolmentState.COMPLETED, came),
    )


def _wards(session: Session, row: Any, rules: Rules) -> frozenset[str]:
    """The ward's code; of a ward that is no more, those of the wards it went into."""
    if row.code is None:
        return frozenset()
    if row.valid_to is None or row.valid_to >= clock.today() or not rules.wards:
        return frozenset({row.code})
    new = aliased(AdminUnit)
    became = select(new.code).join(UnitChange, UnitChange.new_id == new.id)
    return frozenset(session.scalars(became.where(UnitChange.old_id == row.unit_id)))
