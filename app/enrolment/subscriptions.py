"""What people asked to be told or given from now on, for copies, merges and erasure."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Account, Person
from app.accounts.rights.holdings import Holding, Owner, Row, register
from app.accounts.rights.retention import Rule
from app.accounts.rights.retention import register as register_rule
from app.catalogue.models import Run
from app.core.db import db
from app.core.i18n import lazy as _
from app.enrolment.models import CalendarFeed, SeatAlert
from app.enrolment.operations import alerts

_ALERTS, _FEEDS = Owner(SeatAlert.person_id), Owner(CalendarFeed.person_id)


def _of(session: Session, person_id: int) -> ColumnElement[bool]:
    """Theirs, and those asked for with their own phone or mailbox without signing in."""
    contacts = {each for each in contacts_of(session, person_id) if each}
    return or_(SeatAlert.person_id == person_id, SeatAlert.contact.in_(contacts))


def contacts_of(session: Session, person_id: int) -> Iterator[str | None]:
    """Who has an account wrote down what may be another's: only what they proved is theirs."""
    account = session.scalar(select(Account).where(Account.person_id == person_id))
    if account is None:
        written = select(Person.phone, Person.email).where(Person.id == person_id)
        yield from session.execute(written).one()
    else:
        yield account.phone if account.phone_proven_at else None
        yield account.email if account.email_proven_at else None


def _count_alerts(person_id: int) -> int:
    mine = _of(db.session(), person_id)
    return db.session.scalar(select(func.count(SeatAlert.id)).where(mine)) or 0


def _copy_alerts(person_id: int) -> Sequence[Row]:
    with_course = joinedload(SeatAlert.run).joinedload(Run.course)
    mine = select(SeatAlert).where(_of(db.session(), person_id)).options(with_course)
    return [
        {
            "course": each.run.course.title_vi,
            "starts_on": each.run.starts_on,
            "to": each.contact,
            "asked_at": each.asked_at,
        }
        for each in db.session.scalars(mine.order_by(SeatAlert.id))
    ]


def _erase_alerts(session: Session, person_id: int, _stripped_id: int) -> None:
    session.execute(delete(SeatAlert).where(_of(session, person_id)))


def _copy_feed(person_id: int) -> Sequence[Row]:
    """When it was made; the address itself is a key and stays on its page."""
    mine = select(CalendarFeed.made_at).where(CalendarFeed.person_id == person_id)
    return [{"made_at": made_at} for made_at in db.session.scalars(mine)]


def _move_feed(session: Session, gone_id: int, kept_id: int) -> Any:
    """One address is enough: that of the person who stays, if there is one."""
    if _FEEDS.count(kept_id):
        session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == gone_id))
        return []
    return _FEEDS.move(session, gone_id, kept_id)


def _erase_feed(session: Session, person_id: int, _stripped_id: int) -> None:
    session.execute(delete(CalendarFeed).where(CalendarFeed.person_id == person_id))


register(
    Holding(
        name="seat_alerts",
        layer=2,
        label=_("News of a free seat you asked for"),
        count=_count_alerts,
        copy=_copy_alerts,
        move=_ALERTS.move,
        move_back=_ALERTS.move_back,
        erase=_erase_alerts,
    )
)
register(
    Holding(
        name="calendar_feeds",
        layer=2,
        label=_("The secret address of your calendar"),
        count=_FEEDS.count,
        copy=_copy_feed,
        move=_move_feed,
        move_back=_FEEDS.move_back,
        erase=_erase_feed,
    )
)
register_rule(
    Rule(
        code="seat_alerts",
        what=_("Who wants to hear of a free seat"),
        kept=_("Until they are told, or the class begins"),
        then=_("Deleted"),
        why=_("Afterwards there is nothing to tell."),
        apply=alerts.forget_begun,
    )
)
