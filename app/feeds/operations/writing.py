"""Changes written: what did not change is not touched and causes no work."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.catalogue.events import CourseChanged, RunChanged
from app.catalogue.models import (
    Audience,
    ClassSession,
    Course,
    CourseStatus,
    ImportBatch,
    Run,
    SessionStatus,
)
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.feeds.compare import CourseChange, RunChange
from app.feeds.drafts import Values
from app.feeds.report import Report


def write(provider_id: int, changes: list[CourseChange]) -> None:
    """Write one batch and tell the packages above which courses and runs are different now."""
    with transaction() as session:
        audiences = {each.id: each for each in session.scalars(select(Audience))}
        written = [change for change in changes if not change.is_empty]
        for change in written:
            session.add(_write_course(provider_id, change, audiences))
        session.flush()  # gives the ids that the events name
        _add_sessions(session, written)
        for change in written:
            _tell(change)
        session.flush()  # what is written need not be kept


def _write_course(
    provider_id: int, change: CourseChange, audiences: Mapping[int, Audience]
) -> Course:
    key = change.draft.external_id
    course = change.course or Course(provider_id=provider_id, external_id=key)
    change.course = course
    _fill(course, change.values, audiences)
    for run in change.runs:
        if not run.is_empty:
            _write_run(course, run)
    if change.publishes:
        course.status = CourseStatus.PUBLISHED
        course.published_at = course.published_at or clock.now()
    return course


def _fill(course: Course, values: Values, audiences: Mapping[int, Audience]) -> None:
    for name, value in values.items():
        if name == "audience_ids":
            course.audiences = [audiences[each] for each in sorted(value)]
        else:
            setattr(course, name, value)


def _write_run(course: Course, change: RunChange) -> None:
    run = change.run or Run(external_id=change.draft.external_id)
    if change.run is None:
        course.runs.append(run)
        change.made = run
    for name, value in change.values.items():
        setattr(run, name, value)
    for session, ends_at in change.moved:
        session.ends_at = ends_at
    for session in change.cancelled:
        session.status = SessionStatus.CANCELLED


def _add_sessions(session: Session, changes: list[CourseChange]) -> None:
    """In one statement: a timetable of a year has more sessions than anything else."""
    rows = [
        {"run_id": run.row_id, "starts_at": starts_at, "ends_at": ends_at}
        for change in changes
        for run in change.runs
        for starts_at, ends_at in run.new_sessions.items()
    ]
    if rows:
        session.execute(insert(ClassSession), rows)


def _tell(change: CourseChange) -> None:
    """A draft has no public view, and nobody has a place on a new run yet."""
    if change.course is not None and change.course.is_public:
        jobs.emit(CourseChanged(change.course.id))
    for run in change.runs:
        if run.run is not None and not run.is_empty:
            jobs.emit(RunChanged(run.row_id))


def remember(file: Path, provider_id: int, mapping: str, report: Report) -> None:
    """Keep which file was applied, and what it did."""
    with transaction() as session, file.open("rb") as content:
        batch = ImportBatch(
            provider_id=provider_id,
            file_name=file.name[:200],
            sha256=hashlib.file_digest(content, "sha256").hexdigest(),
            courses_new=report.courses.new,
            courses_changed=report.courses.changed,
            rows_refused=report.refused,
            mapping=mapping,
        )
        session.add(batch)
        session.flush()  # gives the id that the audit row names
        audit.record(
            "catalogue.import", "provider", provider_id, None, **_details(batch.id, report)
        )


def _details(batch_id: int, report: Report) -> dict[str, Any]:
    return {
        "batch": batch_id,
        "courses_new": report.courses.new,
        "courses_changed": report.courses.changed,
        "runs_new": report.runs.new,
        "runs_changed": report.runs.changed,
        "refused": report.refused,
        "published": report.published,
    }
