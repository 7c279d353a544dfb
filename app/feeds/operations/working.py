"""The worker's part of an import: checking it and applying it, each safe to repeat."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.core import clock, jobs
from app.core.db import db, end_reading, transaction
from app.feeds import storage
from app.feeds.errors import CatalogueChanged, FileRefused, HasBadRows, TooManyWithdrawn
from app.feeds.events import ImportToApply, ImportToCheck
from app.feeds.mapping import by_name
from app.feeds.models import FeedChange, FeedImport, FeedRow, FeedSource, ImportState, SourceKind
from app.feeds.operations import uploads
from app.feeds.operations.collecting import Reading
from app.feeds.operations.importing import perform
from app.feeds.operations.task import Task, Wanted
from app.feeds.operations.withdrawing import Withdrawals
from app.feeds.report import Report
from app.feeds.spool import Spool, spooled

MOST_ROWS = 50_000
_BATCH = 1000
_TO_CHECK = (ImportState.UPLOADED, ImportState.CHECKING)
_FORMATS = {SourceKind.JSON: "json", SourceKind.SCHEMA_ORG: "schema_org", SourceKind.XCRI: "xcri"}


def check(import_id: int) -> None:
    """Do the whole import, take it back, and keep what it would have done."""
    found = db.session.get(FeedImport, import_id)
    if found is None or found.state not in _TO_CHECK:
        return
    with transaction() as session:
        session.execute(_of(import_id).values(state=ImportState.CHECKING))
    with spooled() as spool:
        try:
            report = perform(task_of(import_id), spool)
        except FileRefused as refused:
            _keep_refusal(import_id, refused)
            return
        with transaction() as session:
            _keep(session, import_id, report, spool)
            if report.digest and not report.findings.lines:
                _apply_itself(session, import_id)


def apply(import_id: int, by_id: int | None, *, confirmed: bool) -> None:
    """Do what was shown, or check it again where the catalogue has changed meanwhile."""
    found = db.session.get(FeedImport, import_id)
    if found is None or found.state is not ImportState.APPLYING:
        return
    task = task_of(import_id, applies=True, by_id=by_id, confirmed=confirmed)
    try:
        with spooled() as spool:
            _apply(import_id, task, spool)
    except (CatalogueChanged, HasBadRows, TooManyWithdrawn, FileRefused) as refused:
        with transaction() as session:
            again = _of(import_id).where(FeedImport.state == ImportState.APPLYING)
            note = refused.code[:40]
            session.execute(again.values(state=ImportState.CHECKING, note=note))
            jobs.emit(ImportToCheck(import_id))


def _apply(import_id: int, task: Task, spool: Spool) -> None:
    def done(session: Session, report: Report) -> None:
        uploads.applied(session, import_id, report.as_json())

    perform(task, spool, done)


def task_of(
    import_id: int, by_id: int | None = None, *, applies: bool = False, confirmed: bool = False
) -> Task:
    """The import as it is to be done now; the read is over when this returns."""
    found = db.session.get_one(FeedImport, import_id)
    source = found.source
    rows = db.session.scalars(select(FeedRow).where(FeedRow.import_id == import_id)).all()
    ticked = uploads.chosen(db.session(), import_id) if applies else Withdrawals()
    reading = Reading(
        storage.path(found.stored),
        by_name(found.mapping),
        found.letters,
        fixes={row.line: row.fixed for row in rows if row.fixed and not row.left_out},
        left_out=frozenset(row.line for row in rows if row.left_out),
        most_rows=MOST_ROWS,
        format=_FORMATS.get(source.kind, ""),
        progress=storage.teller(found.stored),
    )
    task = Task(
        source.id,
        reading,
        Wanted(apply=applies, good_rows=found.good_rows, publish=found.publish),
        expected=found.digest if applies else "",
        withdrawals=Withdrawals(ticked.courses, ticked.runs, confirmed),
        by_id=by_id,
        file_name=found.file_name,
    )
    end_reading()
    return task


def _of(import_id: int) -> Any:
    return update(FeedImport).where(FeedImport.id == import_id)


def _keep_refusal(import_id: int, refused: FileRefused) -> None:
    with transaction() as session:
        uploads.forget_lines(session, import_id)
        told = {"code": refused.code, "values": refused.values}
        values = {"state": ImportState.ERRORS, "refusal": told, "digest": "", "report": {}}
        session.execute(_of(import_id).values(**values, checked_at=clock.now()))


def _keep(session: Session, import_id: int, report: Report, spool: Spool) -> None:
    uploads.forget_lines(session, import_id)
    lines = enumerate(spool.notes(), start=1)
    while batch := list(islice(lines, _BATCH)):
        session.execute(insert(FeedChange), [_line(import_id, *each) for each in batch])
    uploads.keep_rows(session, import_id, list(_rows(report)))
    state = ImportState.ERRORS if report.findings.lines else ImportState.READY
    values = {"state": state, "refusal": {}, "digest": report.digest, "report": report.as_json()}
    session.execute(_of(import_id).values(**values, checked_at=clock.now()))


def _line(import_id: int, position: int, note: str) -> dict[str, Any]:
    told = {"run_key": "", "run_id": None, "people": 0, **json.loads(note)}
    ids = {"course_id": told["course_id"] or None, "run_id": told["run_id"] or None}
    return {**told, **ids, "import_id": import_id, "position": position}


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    problems: dict[int, list[Any]] = {}
    for each in report.findings.kept:
        told = [each.name, each.column, each.code, dict(each.values)]
        problems.setdefault(each.line, []).append(told)
    for line, texts in sorted(report.findings.texts.items()):
        yield {"line": line, "texts": texts, "problems": problems.get(line, [])}


def _apply_itself(session: Session, import_id: int) -> None:
    """A fetched feed without errors, where the provider chose so and the brake agrees."""
    found = session.get_one(FeedImport, import_id, populate_existing=True)
    source = session.get_one(FeedSource, found.source_id)
    if not (source.is_fetched and source.applies_itself) or found.note:
        return
    uploads.choose_all(import_id)
    if uploads.is_braked(found, uploads.chosen(session, import_id)):
        return
    session.execute(_of(import_id).values(state=ImportState.APPLYING))
    jobs.emit(ImportToApply(import_id, None, confirmed=False))
