"""What a person did in learning from afar; it belongs to a place and goes where that goes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from app.accounts.rights.holdings import Holding, Row, register
from app.catalogue.models import ClassSession, Run
from app.core.db import db
from app.core.i18n import lazy as _
from app.enrolment.distance.models import CheckIn, RunUnit, UnitDone
from app.enrolment.models import Enrolment


def _units(person_id: int) -> Sequence[Row]:
    query = select(UnitDone).join(UnitDone.enrolment).join(UnitDone.unit)
    mine = query.where(Enrolment.person_id == person_id)
    told = contains_eager(UnitDone.unit).joinedload(RunUnit.run).joinedload(Run.course)
    rows = db.session.scalars(mine.options(told).order_by(UnitDone.done_at, UnitDone.id))
    return [
        {"course": each.unit.run.course.title_vi, "unit": each.unit.title_vi,
         "done_at": each.done_at}
        for each in rows
    ]  # fmt: skip


def _check_ins(person_id: int) -> Sequence[Row]:
    query = select(CheckIn).join(CheckIn.enrolment).join(CheckIn.session)
    mine = query.where(Enrolment.person_id == person_id)
    told = contains_eager(CheckIn.session).joinedload(ClassSession.run).joinedload(Run.course)
    rows = db.session.scalars(mine.options(told).order_by(CheckIn.at, CheckIn.id))
    return [
        {"course": each.session.run.course.title_vi, "starts_at": each.session.starts_at,
         "at": each.at}
        for each in rows
    ]  # fmt: skip


def _count(table: Any, person_id: int) -> int:
    query = select(func.count(table.id)).join(table.enrolment)
    return db.session.scalar(query.where(Enrolment.person_id == person_id)) or 0


def _count_units(person_id: int) -> int:
    return _count(UnitDone, person_id)


def _count_check_ins(person_id: int) -> int:
    return _count(CheckIn, person_id)


def _follow_places(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """It belongs to a place and goes where that goes."""


def _stay_with_places(_session: Session, _person_id: int, _stripped_id: int) -> None:
    """It names nobody."""


register(
    Holding(
        name="units_done",
        layer=2,
        label=_("Units of classes that were finished"),
        count=_count_units,
        copy=_units,
        move=_follow_places,
        erase=_stay_with_places,
    )
)
register(
    Holding(
        name="check_ins",
        layer=2,
        label=_("Codes of online sessions that were typed"),
        count=_count_check_ins,
        copy=_check_ins,
        move=_follow_places,
        erase=_stay_with_places,
    )
)
