"""What a person teaches, by way of their account."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Account
from app.accounts.rights.holdings import Holding, Row, register
from app.catalogue import teaching
from app.catalogue.models import Course, Run
from app.catalogue.planning_models import RunTeacher
from app.core.db import db
from app.core.i18n import lazy as _


def _mine(person_id: int) -> Select[RunTeacher]:
    accounts = select(Account.id).where(Account.person_id == person_id)
    return select(RunTeacher).where(RunTeacher.account_id.in_(accounts))


def _count(person_id: int) -> int:
    rows = _mine(person_id).subquery()
    return db.session.scalar(select(func.count()).select_from(rows)) or 0


def _copy(person_id: int) -> Sequence[Row]:
    course = joinedload(RunTeacher.run).joinedload(Run.course).joinedload(Course.provider)
    rows = db.session.scalars(_mine(person_id).options(course).order_by(RunTeacher.id))
    return [
        {
            "course": each.run.course.title_vi,
            "provider": each.run.course.provider.name_vi,
            "starts_on": each.run.starts_on,
            "ends_on": each.run.ends_on,
        }
        for each in rows
    ]


def _follows_account(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """Belongs to the account and goes where it goes."""


def _erase(session: Session, person_id: int, _stripped_id: int) -> None:
    """The name goes, also from what residents read."""
    for run in {each.run for each in session.scalars(_mine(person_id))}:
        gone = {each.id for each in session.scalars(_mine(person_id)) if each.run_id == run.id}
        run.teachers = [each for each in run.teachers if each.id not in gone]
        run.teacher = teaching.joined(each for each in run.teachers if each.session_id is None)
    session.flush()


register(
    Holding(
        name="teaching",
        layer=1,
        label=_("Classes you teach"),
        count=_count,
        copy=_copy,
        move=_follows_account,
        erase=_erase,
    )
)
