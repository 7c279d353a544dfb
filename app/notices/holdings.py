"""Letters and texts to a person."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.rights.holdings import Holding, Owner, Row, register
from app.core.db import db
from app.core.i18n import lazy as _
from app.notices import operations
from app.notices.models import Message

_OWNS = Owner(Message.person_id)


def _copy(person_id: int) -> Sequence[Row]:
    names = ("medium", "to", "subject", "body", "created_at", "sent_at")
    mine = select(Message).where(Message.person_id == person_id).order_by(Message.id)
    return [{name: getattr(each, name) for name in names} for each in db.session.scalars(mine)]


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
