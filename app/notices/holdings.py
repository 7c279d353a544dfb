"""Letters and texts to a person."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Person
from app.accounts.queries import shared_contacts
from app.accounts.rights.holdings import Holding, Owner, Row, register
from app.core.db import db
from app.core.i18n import lazy as _
from app.notices import operations
from app.notices.models import Message

_OWNS = Owner(Message.person_id)


def _copy(person_id: int) -> Sequence[Row]:
    """Where news of a child went is the number of whoever acts for it."""
    names = ("medium", "to", "subject", "body", "created_at", "sent_at")
    mine = select(Message).where(Message.person_id == person_id).order_by(Message.id)
    person, found = db.session.get_one(Person, person_id), db.session.scalars(mine).all()
    own = {to: shared_contacts.is_own(person, to) for to in {each.to for each in found}}
    return [
        {name: getattr(each, name) for name in names} | ({} if own[each.to] else {"to": "family"})
        for each in found
    ]


def _erase(session: Session, person_id: int, _stripped_id: int) -> None:
    operations.erase(session, person_id)


register(
    Holding(
        name="messages",
        layer=4,
        label=_("Letters and texts to you"),
        count=_OWNS.count,
        copy=_copy,
        move=_OWNS.move,
        move_back=_OWNS.move_back,
        erase=_erase,
    )
)
