"""What holds of people who become learners, in SQL: nothing was said of them before.

The same as `learners.states_of` says of somebody without a history, for a great many people at once
and without a row passing through Python.
"""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Table,
    and_,
    case,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import coalesce

from app.accounts.models import GroupsAnswer, Person, PersonGroup, Residence, ResidenceKind
from app.core.db import UtcDateTime, db
from app.core.many import among
from app.participation.groups import BITS
from app.participation.models import FIRST_DAY, LAST_DAY, OUTSIDE, LearnerKey, LearnerState

_STATES = cast("Table", LearnerState.__table__)
_CHANGES = ("unit_id", "residence", "groups")
"""What can hold on some days and not on others."""
_Rows = Select[*tuple[Any, ...]]


def state(session: Session, person_ids: Collection[int], now: datetime) -> None:
    """Write the first states of these learners, who have none yet."""
    spans = _spans(_changes(_days(person_ids))).subquery("spans")
    about = {
        "learner": LearnerKey.number,
        "valid_from": spans.c.day,
        "valid_to": spans.c.last,
        "born_on": _born_on(),
        "sex": Person.sex,
        **{name: spans.c[name] for name in _CHANGES},
        "answered": and_(Person.groups_answer == GroupsAnswer.GIVEN, ~_is_silent()),
        "employment": Person.employment,
        "known_from": literal(now, UtcDateTime()),
    }
    query = select(*about.values()).join_from(spans, Person, Person.id == spans.c.person_id)
    query = query.join(LearnerKey, LearnerKey.person_id == Person.id)
    session.execute(insert(_STATES).from_select([*about], query))


def _days(person_ids: Collection[int]) -> _Rows:
    """Every day on which something of a person begins or is over, some of them twice."""
    rows: list[_Rows] = [
        select(owner.label("person_id"), day.label("day")).where(among(owner, person_ids))
        for owner, day in (
            (Person.id, literal(FIRST_DAY, Date())),
            *((each.person_id, each.valid_from) for each in (Residence, PersonGroup)),
            *((each.person_id, _beside(each.valid_to, 1)) for each in (Residence, PersonGroup)),
        )
    ]
    days = union_all(*rows).subquery("days")
    return select(days.c.person_id, days.c.day).where(days.c.day >= FIRST_DAY)


def _changes(days: _Rows) -> _Rows:
    """What holds on each of these days, with what held before it."""
    day = days.subquery("day")
    last = select(func.max(Residence.id)).where(
        Residence.person_id == day.c.person_id, _holds(Residence, day.c.day)
    )
    home = Residence.id == last.correlate(day).scalar_subquery()
    bits = case(*((PersonGroup.group == group, bit) for group, bit in BITS.items()))
    groups = select(coalesce(func.sum(bits.distinct()), 0)).where(
        PersonGroup.person_id == day.c.person_id, _holds(PersonGroup, day.c.day)
    )
    unknown = literal(ResidenceKind.NOT_STATED, Residence.kind.type)
    held = (
        select(
            day.c.person_id,
            day.c.day,
            case((Residence.id.is_(None), null()), else_=coalesce(Residence.unit_id, OUTSIDE))
            .cast(Integer)
            .label("unit_id"),
            coalesce(Residence.kind, unknown).label("residence"),
            case((_is_silent(), 0), else_=groups.correlate(day).scalar_subquery())
            .cast(Integer)
            .label("groups"),
        )
        .join_from(day, Person, Person.id == day.c.person_id)
        .outerjoin(Residence, home)
    ).subquery("held")
    within: Any = {"partition_by": held.c.person_id, "order_by": held.c.day}
    before = [func.lag(held.c[name]).over(**within).label(f"was_{name}") for name in _CHANGES]
    nth = func.row_number().over(**within).label("nth")
    return select(held, nth, *before)


def _spans(changes: _Rows) -> _Rows:
    """From each day on which anything changed to the day before the next one."""
    row = changes.subquery("row")
    differs = [row.c[name].is_distinct_from(row.c[f"was_{name}"]) for name in _CHANGES]
    following = func.lead(row.c.day).over(partition_by=row.c.person_id, order_by=row.c.day)
    kept = (row.c[name] for name in ("person_id", "day", *_CHANGES))
    last = coalesce(_beside(following, -1), literal(LAST_DAY, Date()))
    return select(*kept, last.label("last")).where(or_(row.c.nth == 1, *differs))


def _holds(table: Any, day: ColumnElement[date]) -> ColumnElement[bool]:
    return and_(table.valid_from <= day, or_(table.valid_to.is_(None), table.valid_to >= day))


def _is_silent() -> ColumnElement[bool]:
    """As `learners.silent`."""
    refused = coalesce(Person.groups_answer == GroupsAnswer.DECLINED, ~true())
    return or_(refused, Person.objected_at.is_not(None))


def _beside(day: Any, days: int) -> ColumnElement[date]:
    """So many days after this one."""
    if db.engine.dialect.name == "postgresql":
        return cast("ColumnElement[date]", day + days)
    return func.date(day, f"{days:+} days", type_=Date())


def _born_on() -> ColumnElement[date | None]:
    """The first of July where only the year is known."""
    if db.engine.dialect.name == "postgresql":
        middle = func.make_date(Person.born_in, 7, 1)
    else:
        middle = func.printf("%d-07-01", Person.born_in, type_=Date())
    return coalesce(Person.born_on, case((Person.born_in.is_not(None), middle)))
