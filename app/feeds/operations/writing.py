"""Changes written: what did not change is not touched and causes no work."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from app.catalogue import completeness, holds
from app.catalogue.documents import NAMES, PAIRS
from app.catalogue.events import CourseChanged, RunChanged
from app.catalogue.models import (
    Audience,
    ClassSession,
    Course,
    CourseStatus,
    ImportBatch,
    Run,
    RunStatus,
    SessionStatus,
    course_audiences,
)
from app.catalogue.operations import (
    Meeting,
    cancel_session,
    change_place,
    move_sessions,
    propose,
)
from app.core import audit, clock, jobs
from app.core.db import db, transaction
from app.feeds.compare import CourseChange, RunChange
from app.feeds.compare import Meeting as Held
from app.feeds.drafts import Values
from app.feeds.models import FeedSource
from app.feeds.operations import linking
from app.feeds.operations.task import Task
from app.feeds.report import Report
from app.providers.models import Provider, ProviderStatus

_DAYS = ("starts_on", "ends_on", "enrol_until")


class Writer:
    """Writes batch after batch of one source."""

    def __init__(self, source: FeedSource) -> None:
        self._source = source
        self._provider_id = source.provider_id
        self._own_keys = not source.is_fetched

    def write(self, changes: list[CourseChange]) -> None:
        """Write one batch and tell the packages above which courses and runs are different now."""
        with transaction() as session:
            is_looked_at = session.get_one(Provider, self._provider_id).needs_review
            self._add_courses(session, [each for each in changes if each.course is None])
            audiences = {each.id: each for each in session.scalars(select(Audience))}
            for change in changes:
                if change.course is None or change.is_same:
                    pass
                elif is_looked_at and change.course.is_public:
                    propose(change.course.id, _words(change.values))
                else:
                    _change_course(change, audiences, may_show=not is_looked_at)
                for run in change.runs:
                    if run.run is not None and not run.is_empty:
                        _change_run(run, run.run)
            session.flush()  # the runs and sessions below belong to what is written
            self._add_runs(session, changes)
            _add_sessions(session, changes)
            linking.link(session, self._source, changes)
            if any(each.publishes or each.revives for each in changes):
                holds.keep_back(session, self._provider_id)
            for change in changes:
                _tell(change)
            session.flush()  # what is written need not be kept

    def _add_courses(self, session: Session, changes: list[CourseChange]) -> None:
        rows = [self._course_row(change) for change in changes]
        for change, row_id in zip(changes, _insert(session, Course, rows), strict=True):
            change.row_id = row_id
        pairs = [
            {"course_id": change.row_id, "audience_id": each}
            for change in changes
            for each in sorted(change.values["audience_ids"])
        ]
        if pairs:
            session.execute(insert(course_audiences), pairs)

    def _course_row(self, change: CourseChange) -> Values:
        row = {name: value for name, value in change.values.items() if name != "audience_ids"}
        status = CourseStatus.PUBLISHED if change.publishes else CourseStatus.DRAFT
        told = {"status": status, "published_at": clock.now() if change.publishes else None}
        key = self._key(change.draft.external_id)
        return {**row, **told, "provider_id": self._provider_id, "external_id": key}

    def _add_runs(self, session: Session, changes: list[CourseChange]) -> None:
        new = [(each, run) for each in changes for run in each.runs if run.run is None]
        rows = [
            {
                **run.values,
                "course_id": change.row_id,
                "external_id": self._key(run.draft.external_id),
            }
            for change, run in new
        ]
        for (_change, run), row_id in zip(new, _insert(session, Run, rows), strict=True):
            run.row_id = row_id

    def _key(self, key: str) -> str | None:
        """Only the provider's own keys are shown with the row; those of feeds are in the links."""
        return key if self._own_keys and len(key) <= _LONGEST_OWN_KEY else None


_LONGEST_OWN_KEY = 100


def _insert(session: Session, model: type[Course | Run], rows: list[Values]) -> Iterable[int]:
    """In one statement, and the new ids in the order of the rows."""
    if not rows:
        return []
    table = cast("Table", model.__table__)
    made = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return session.scalars(made, rows).all()


def may_publish(provider: Provider) -> bool:
    """Where city staff look at courses first, a file alone publishes none."""
    return provider.status is ProviderStatus.ACTIVE and not provider.needs_review


def can_be_published(change: CourseChange) -> bool:
    """The rules of `catalogue.operations.publish`, before anything is written."""
    if not change.is_draft or not change.has_a_run_to_come:
        return False
    names = [f"{name}_{part}" for name in PAIRS for part in ("vi", "en")]
    here = {name: getattr(change.course, name, "") for name in names}
    languages = change.course.languages if change.course else "vi"
    return not completeness.lacks({**here, **change.values, "languages": languages})


def _words(values: Values) -> Values:
    """What a revision of a course can hold; its ISCED-F field then follows its topic."""
    told = {name: value for name, value in values.items() if name in NAMES}
    if "audience_ids" in told:
        told["audience_ids"] = sorted(told["audience_ids"])
    return told


def _change_course(
    change: CourseChange, audiences: Mapping[int, Audience], *, may_show: bool
) -> None:
    course = change.course
    if course is None:
        return
    for name, value in change.values.items():
        if name == "audience_ids":
            course.audiences = [audiences[each] for each in sorted(value)]
        else:
            setattr(course, name, value)
    if change.publishes:
        course.status = CourseStatus.PUBLISHED
        course.published_at = course.published_at or clock.now()
    if change.revives and change.known is not None:
        was_shown = change.known.was == CourseStatus.PUBLISHED
        _revive(course, shown=was_shown and may_show and change.has_a_run_to_come)


def _revive(course: Course, *, shown: bool) -> None:
    """What an import withdrew is as it was; residents see it only if they can join something."""
    course.status = CourseStatus.PUBLISHED if shown else CourseStatus.DRAFT
    audit.record("course.revived", "course", course.id)


def _change_run(change: RunChange, run: Run) -> None:
    if change.revives:
        run.status = RunStatus.PLANNED
    _turn(change.called_back, SessionStatus.PLANNED)
    if (run.seats_taken or run.waiting) and run.status is RunStatus.PLANNED:
        _change_with_people(change, run)
        return
    for name, value in change.values.items():
        setattr(run, name, value)
    for meeting, ends_at in change.moved:
        moved = db.session.get_one(ClassSession, meeting.id)
        moved.ends_at = ends_at
        moved.sequence += 1
    _turn(change.cancelled, SessionStatus.CANCELLED)


def _turn(meetings: list[Held], status: SessionStatus) -> None:
    for meeting in meetings:
        session = db.session.get_one(ClassSession, meeting.id)
        session.status = status
        session.sequence += 1


def _change_with_people(change: RunChange, run: Run) -> None:
    """Whoever has a place is told of moved and cancelled meetings and of another place."""
    values = dict(change.values)
    if "venue_id" in values:
        change_place(run.id, values.pop("venue_id"))
    hours = {
        held.id: Meeting(
            starts_at=held.starts_at,
            ends_at=ends_at,
            venue_id=db.session.get_one(ClassSession, held.id).venue_id,
        )
        for held, ends_at in change.moved
    }
    if hours:
        move_sessions(run.id, hours)
    for meeting in change.cancelled:
        cancel_session(meeting.id)
    told = change.draft.values
    values |= {name: told[name] for name in _DAYS if name in told and change.moved}
    for name, value in values.items():
        setattr(run, name, value)


def _add_sessions(session: Session, changes: list[CourseChange]) -> None:
    """In one statement: a timetable of a year has more sessions than anything else."""
    rows = [
        {"run_id": run.row_id, "starts_at": starts_at, "ends_at": ends_at}
        for change in changes
        for run in change.runs
        for starts_at, ends_at in run.new_sessions.items()
    ]
    if rows:
        session.execute(insert(cast("Table", ClassSession.__table__)), rows)


def _tell(change: CourseChange) -> None:
    """A draft has no public view, and nobody has a place on a new run yet."""
    if change.is_empty:
        return
    is_public = change.course.is_public if change.course else change.publishes
    if is_public:
        jobs.emit(CourseChanged(change.row_id))
    for run in change.runs:
        if run.run is not None and not run.is_empty:
            jobs.emit(RunChanged(run.row_id))


def remember(task: Task, mapping: str, report: Report) -> None:
    """Keep which file was applied, and what it did."""
    file = task.reading.file
    with transaction() as session, file.open("rb") as content:
        provider_id = session.get_one(FeedSource, task.source_id).provider_id
        batch = ImportBatch(
            provider_id=provider_id,
            file_name=(task.file_name or file.name)[:200],
            sha256=hashlib.file_digest(content, "sha256").hexdigest(),
            courses_new=report.courses.new,
            courses_changed=report.courses.changed,
            rows_refused=report.refused,
            mapping=mapping[:20],
        )
        session.add(batch)
        session.flush()  # gives the id that the audit row names
        audit.record(
            "catalogue.import", "provider", provider_id, task.by_id, **_details(batch.id, report)
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
        "withdrawn": report.withdrawn_courses + report.withdrawn_runs,
    }
