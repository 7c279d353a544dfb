"""Places and marks of a person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session, contains_eager, joinedload

from app.accounts.holdings.words import actors_of
from app.accounts.models import Account
from app.accounts.rights.holdings import Holding, Owner, Row, register
from app.catalogue.models import ClassSession, Course, Run
from app.core import clock
from app.core.db import db
from app.core.i18n import gettext
from app.core.i18n import lazy as _
from app.core.keys import random_code
from app.enrolment.models import LIVE, SEATED, Attendance, Enrolment, EnrolmentState
from app.enrolment.operations import doubles, places
from app.enrolment.place_view import PlaceView
from app.enrolment.register_models import Substitute

_OWNS = Owner(Enrolment.person_id)


def _copy(person_id: int) -> Sequence[Row]:
    query = select(Enrolment).join(Enrolment.run).where(Enrolment.person_id == person_id)
    course = contains_eager(Enrolment.run).joinedload(Run.course).joinedload(Course.provider)
    mine = query.options(course).order_by(Run.starts_on, Enrolment.id)
    actor = actors_of(person_id)
    names = (
        "state", "channel", "joined_at", "offered_until", "seated_at", "ended_at", "reason",
        "fee", "fee_status", "fee_reason",
    )  # fmt: skip
    return [
        {
            "code": each.code,
            "course": each.run.course.title_vi,
            "provider": each.run.course.provider.name_vi,
            "starts_on": each.run.starts_on,
            "ends_on": each.run.ends_on,
        }
        | {name: getattr(each, name) for name in names}
        | {"answers": [f"{asked}: {told}" for asked, told in PlaceView(each).answers()] or None}
        | {"recorded_by": actor(each.recorded_by_id)}
        for each in db.session.scalars(mine)
    ]


def _conflicts(kept_id: int, gone_id: int) -> Sequence[str]:
    return [
        gettext(
            "Both have a place in “%(title)s”. One place stays, the other is given up.",
            title=stays.run.course.title.text(),
        )
        for stays, _goes in doubles.pairs(db.session(), kept_id, gone_id)
    ]


def _move(session: Session, gone_id: int, kept_id: int) -> dict[str, Any]:
    doubled = doubles.pairs(session, kept_id, gone_id)
    voided = [doubles.void(session, stays, goes) for stays, goes in doubled]
    return {"ids": _OWNS.move(session, gone_id, kept_id), "voided": voided}


def _move_back(
    session: Session, gone_id: int, kept_id: int, moved: dict[str, Any]
) -> Sequence[str]:
    _OWNS.move_back(session, gone_id, kept_id, moved["ids"])
    return [words for each in moved["voided"] for words in doubles.give_back(session, each)]


def _lock(session: Session, person_ids: Sequence[int]) -> None:
    """The runs of their places, in one order, as enrolling locks a person first, then a run."""
    counting = {*SEATED, *LIVE, EnrolmentState.VOID}  # a void place may be given back
    live = select(Enrolment.run_id).where(
        Enrolment.person_id.in_(person_ids), Enrolment.state.in_(counting)
    )
    locked = select(Run.id).where(Run.id.in_(live)).order_by(Run.id)
    session.execute(locked.with_for_update()).all()


def _erase(session: Session, person_id: int, stripped_id: int) -> None:
    """Places to come are given up; what was keeps counting, without words, under new codes."""
    coming = select(Enrolment.id).join(Enrolment.run).where(Enrolment.person_id == person_id)
    coming = coming.where(Enrolment.state.in_(LIVE), Run.ends_on >= clock.today())
    for enrolment_id in session.scalars(coming.order_by(Run.id, Enrolment.id)).all():
        places.withdraw(enrolment_id)
    for enrolment in session.scalars(select(Enrolment).where(Enrolment.person_id == person_id)):
        enrolment.code, enrolment.form_key = random_code(), None
        enrolment.party, enrolment.answers = None, {}
        enrolment.reason = enrolment.fee_reason = ""
    session.flush()
    mine = update(Enrolment).where(Enrolment.person_id == person_id)
    session.execute(mine.values(person_id=stripped_id))


def _marks(person_id: int) -> Sequence[Row]:
    query = select(Attendance).join(Attendance.enrolment).join(Attendance.session)
    mine = query.where(Enrolment.person_id == person_id)
    run = contains_eager(Attendance.session).joinedload(ClassSession.run)
    mine = mine.options(run.joinedload(Run.course), joinedload(Attendance.enrolment))
    actor = actors_of(person_id)
    return [
        {
            "course": mark.session.run.course.title_vi,
            "starts_at": mark.session.starts_at,
            "ends_at": mark.session.ends_at,
            "status": mark.status,
            "recorded_at": mark.recorded_at,
            "recorded_by": actor(mark.recorded_by_id),
        }
        for mark in db.session.scalars(mine.order_by(ClassSession.starts_at, Attendance.id))
    ]


def _count_marks(person_id: int) -> int:
    query = select(func.count(Attendance.id)).join(Attendance.enrolment)
    return db.session.scalar(query.where(Enrolment.person_id == person_id)) or 0


def _follow_places(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """A mark belongs to a place and goes where it goes."""


def _stay_with_places(_session: Session, _person_id: int, _stripped_id: int) -> None:
    """A mark names nobody."""


def _substitute(person_id: int) -> Select[Substitute]:
    return select(Substitute).join(Substitute.account).where(Account.person_id == person_id)


def _count_substitute(person_id: int) -> int:
    mine = _substitute(person_id).with_only_columns(func.count(Substitute.id))
    return db.session.scalar(mine) or 0


def _copy_substitute(person_id: int) -> Sequence[Row]:
    mine = _substitute(person_id).join(Substitute.session)
    rows = mine.options(contains_eager(Substitute.session)).order_by(Substitute.id)
    return [
        {"starts_at": each.session.starts_at, "granted_at": each.named_at}
        for each in db.session.scalars(rows)
    ]


def _follow_account(_session: Session, _gone_id: int, _kept_id: int) -> None:
    """Belongs to the account and goes where it goes."""


def _no_substitute(session: Session, person_id: int, _stripped_id: int) -> None:
    for each in session.scalars(_substitute(person_id)):
        session.delete(each)
    session.flush()


register(
    Holding(
        name="enrolments",
        layer=2,
        label=_("Places in classes"),
        count=_OWNS.count,
        copy=_copy,
        move=_move,
        move_back=_move_back,
        erase=_erase,
        lock=_lock,
        conflicts=_conflicts,
    )
)
register(
    Holding(
        name="attendances",
        layer=2,
        label=_("Sessions you were marked at"),
        count=_count_marks,
        copy=_marks,
        move=_follow_places,
        erase=_stay_with_places,
    )
)
register(
    Holding(
        name="substitutes",
        layer=2,
        label=_("Registers you take instead of somebody"),
        count=_count_substitute,
        copy=_copy_substitute,
        move=_follow_account,
        erase=_no_substitute,
    )
)
