"""Which source brought what: links are made with the row, kept for ever, and seen again."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import inserting, transaction
from app.feeds.compare import CourseChange
from app.feeds.models import FeedLink, FeedSource, SourceKind
from app.feeds.queries import is_address


def own_files(provider_id: int) -> FeedSource:
    """The source that stands for a provider's own files."""
    mine = select(FeedSource).where(FeedSource.provider_id == provider_id, FeedSource.address == "")
    with transaction() as session:
        found = session.scalar(mine)
        if found is None:
            values = {"provider_id": provider_id, "kind": SourceKind.FILE, "address": ""}
            session.execute(inserting(FeedSource).values(**values).on_conflict_do_nothing())
            found = session.scalars(mine).one()
        return found


def link(session: Session, source: FeedSource, changes: list[CourseChange]) -> None:
    """Make what is new known under its key, and note that all of it was seen."""
    now = clock.now()
    rows = [row for change in changes for row in _new_links(source, change, now)]
    if rows:
        session.execute(insert(FeedLink), rows)
    mine = update(FeedLink).where(FeedLink.source_id == source.id)
    keys = [change.draft.external_id for change in changes if change.known]
    courses = mine.where(FeedLink.course_key.in_(keys), FeedLink.run_key == "")
    runs = mine.where(
        FeedLink.run_id.in_([run.row_id for change in changes for run in change.runs if run.run])
    )
    for seen in (courses, runs):
        session.execute(seen.values(last_seen_at=now, gone_at=None))


def _new_links(source: FeedSource, change: CourseChange, now: datetime) -> list[dict[str, object]]:
    key, rows = change.draft.external_id, []
    same = {"source_id": source.id, "course_key": key, "course_id": change.row_id}
    seen = {"first_seen_at": now, "last_seen_at": now}
    is_new = change.course is None
    if is_new or (change.known is not None and not change.known.is_linked):
        uri = key if is_new and is_address(key) else None
        rows.append({**same, **seen, "run_key": "", "run_id": None, "uri": uri})
    linked = change.known.linked if change.known else set()
    rows += [
        {**same, **seen, "run_key": run.draft.external_id, "run_id": run.row_id, "uri": None}
        for run in change.runs
        if run.draft.external_id not in linked
    ]
    return rows
