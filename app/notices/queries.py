"""Reading the outbox."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.catalogue.models import Course, Run, RunStatus
from app.core import clock
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


def next_run(provider_id: int) -> Run | None:
    """The run of this provider that begins first of those that are not over."""
    coming = select(Run).join(Run.course).where(
        Course.provider_id == provider_id, Run.ends_on >= clock.today(),
        Run.status == RunStatus.PLANNED, Course.on_paper.is_(False),
    )  # fmt: skip
    with_both = coming.options(joinedload(Run.course), joinedload(Run.venue))
    return db.session.scalars(with_both.order_by(Run.starts_on, Run.id).limit(1)).first()
