"""Reading the outbox."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.core.db import db
from app.notices.models import Message

MOST = 100


def unsent() -> Sequence[Message]:
    """Messages that wait, the oldest first."""
    waiting = select(Message).where(Message.sent_at.is_(None)).order_by(Message.id)
    return db.session.scalars(waiting.limit(MOST)).all()


def count_unsent() -> int:
    waiting = select(func.count()).where(Message.sent_at.is_(None))
    return db.session.scalar(waiting) or 0


def masked(to: str) -> str:
    """Enough of an address to recognise it, too little to use it."""
    return f"…{to[-3:]}" if "@" not in to else f"{to[:1]}…@{to.partition('@')[2]}"
