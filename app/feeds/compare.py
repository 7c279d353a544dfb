"""What a draft would change in the catalogue: decided once, for the report and for writing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.catalogue.models import ClassSession, Course, CourseStatus, Run, RunStatus, SessionStatus
from app.core import clock
from app.feeds.drafts import CourseDraft, RunDraft, Values
from app.feeds.layout import COLUMNS, Part
from app.feeds.values import Vocabulary

_ATTRIBUTES = {"topic": "topic_id", "audiences": "audience_ids", "venue": "venue_id"}
_KEYS = ("course_id", "run_id")
_FALLBACKS = {
    part: {
        _ATTRIBUTES.get(c.name, c.name): c.fallback
        for c in COLUMNS
        if c.part is part and c.name not in _KEYS
    }
    for part in Part
}


@dataclass(slots=True)
class RunChange:
    """`run` is None for a new one until it is written; then it is in `made`."""

    draft: RunDraft
    run: Run | None
    values: Values
    new_sessions: dict[datetime, datetime] = field(default_factory=dict)
    moved: list[tuple[ClassSession, datetime]] = field(default_factory=list)
    cancelled: list[ClassSession] = field(default_factory=list)
    made: Run | None = None

    @property
    def row_id(self) -> int:
        """The id of the run, once it is written."""
        run = self.run or self.made
        return run.id if run else 0

    @property
    def is_empty(self) -> bool:
        return not (self.values or self.new_sessions or self.moved or self.cancelled)


@dataclass(slots=True)
class CourseChange:
    """`course` is None for a new one; `values` are the attributes that differ."""

    draft: CourseDraft
    course: Course | None
    values: Values
    runs: list[RunChange]
    runs_gone: int = 0
    publishes: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.values or self.publishes) and all(run.is_empty for run in self.runs)

    @property
    def is_draft(self) -> bool:
        return self.course is None or self.course.status is CourseStatus.DRAFT

    @property
    def can_be_published(self) -> bool:
        """A draft with a run that is not over: the rule of `catalogue.operations.publish`."""
        here = self.course.runs if self.course else ()
        days = [run.ends_on for run in here if run.status is RunStatus.PLANNED]
        days += [run.draft.values["ends_on"] for run in self.runs if run.run is None]
        return self.is_draft and any(day >= clock.today() for day in days)


def course_change(draft: CourseDraft, course: Course | None, words: Vocabulary) -> CourseChange:
    """The difference between a draft and what is here; columns not in the file are left alone."""
    told = _attributes(draft.values)
    if course is None:
        values = {**_FALLBACKS[Part.COURSE], "cla": words.default_cla, **told}
        values["isced_f"] = values["isced_f"] or words.isced[values["topic_id"]]
        return CourseChange(
            draft, None, values, [_run_change(run, None) for run in draft.runs.values()]
        )
    if "isced_f" in told:
        told["isced_f"] = told["isced_f"] or words.isced[told["topic_id"]]
    before: Values = {"audience_ids": frozenset(each.id for each in course.audiences)}
    known = {run.external_id: run for run in course.runs if run.external_id}
    runs = [_run_change(run, known.get(run.external_id)) for run in draft.runs.values()]
    gone = len(known.keys() - draft.runs.keys()) if draft.runs else 0
    return CourseChange(draft, course, _different(course, told, before), runs, gone)


def _run_change(draft: RunDraft, run: Run | None) -> RunChange:
    told = _attributes(draft.values)
    if run is None:
        opens = min(clock.today(), told["enrol_until"])
        values = {**_fallbacks_of_run(), "enrol_from": opens, **told}
        return RunChange(draft, None, values, draft.meetings)
    change = RunChange(draft, run, _different(run, told, {}))
    if draft.meetings:
        _compare_sessions(change, {each.starts_at: each for each in run.sessions}, draft.meetings)
    return change


def _fallbacks_of_run() -> Values:
    """What the model itself knows best stays with the model."""
    return {name: value for name, value in _FALLBACKS[Part.RUN].items() if value is not None}


def _attributes(values: Values) -> Values:
    return {
        _ATTRIBUTES.get(name, name): value for name, value in values.items() if name not in _KEYS
    }


def _different(row: Any, told: Values, before: Values) -> Values:
    return {
        name: value
        for name, value in told.items()
        if value != (before[name] if name in before else getattr(row, name))
    }


def _compare_sessions(
    change: RunChange, known: dict[datetime, ClassSession], meetings: dict[datetime, datetime]
) -> None:
    """Sessions of the past stay as they were held; a cancelled one is not called back by a file."""
    now = clock.now()
    change.new_sessions = {s: end for s, end in meetings.items() if s not in known}
    for start, session in known.items():
        if start <= now or session.status is SessionStatus.CANCELLED:
            continue
        if start not in meetings:
            change.cancelled.append(session)
        elif session.ends_at != meetings[start]:
            change.moved.append((session, meetings[start]))
