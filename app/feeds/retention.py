"""Files and lines of imports that are over are deleted; what came from where is kept for ever."""

from datetime import timedelta

from sqlalchemy import and_, delete, or_, select

from app.core import clock
from app.core.db import after_commit, transaction
from app.feeds import storage
from app.feeds.models import FeedChange, FeedImport, FeedRow, ImportState

DONE_FOR = timedelta(days=30)
WAITS_FOR = timedelta(days=90)
_OVER = (ImportState.APPLIED, ImportState.SUPERSEDED)
_BATCH = 100


def forget_old() -> None:
    """An import that is over keeps its file for a month, one that waits for three."""
    now = clock.now()
    over = and_(FeedImport.state.in_(_OVER), FeedImport.created_at < now - DONE_FOR)
    old = select(FeedImport).where(
        FeedImport.stored != "", or_(over, FeedImport.created_at < now - WAITS_FOR)
    )
    with transaction() as session:
        for each in session.scalars(old.order_by(FeedImport.id).limit(_BATCH)).all():
            for lines in (FeedChange, FeedRow):
                session.execute(delete(lines).where(lines.import_id == each.id))
            _forget(each.stored)
            each.stored = ""
            each.state = each.state if each.state in _OVER else ImportState.SUPERSEDED


def _forget(stored: str) -> None:
    """Not before it is sure that the row knows."""
    after_commit(lambda: storage.forget(stored))
