"""What a draft would change in the catalogue: decided once, for the report and for writing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from app.catalogue.models import Course, CourseStatus, Run, RunStatus, SessionStatus
from app.core import clock
from app.feeds.drafts import CourseDraft, RunDraft, Values
from app.feeds.layout import COLUMNS, Part
from app.feeds.values import Vocabulary

_ATTRIBUTES = {"topic": "topic_id", "audiences": "audience_ids", "venue": "venue_id"}
_KEYS = ("course_id", "run_id")
SESSIONS = "session_on"
"""The name under which all sessions of a run are locked."""
_FALLBACKS = {
    part: {
        _ATTRIBUTES.get(c.name, c.name): c.fallback
        for c in COLUMNS
        if c.part is part and c.name not in _KEYS
    }
    for part in Part
}


class Meeting(NamedTuple):
    """A session of a run that is here, so far as it is compared."""

    id: int
    run_id: int
    starts_at: datetime
    ends_at: datetime
    status: SessionStatus


@dataclass(slots=True)
class Known:
    """A course that is here: its runs by the keys of the source, and what is not to be touched.

    `was` is the state before an import withdrew it, empty if none did; `gone_runs` are the keys of
    runs that an import withdrew. `linked` are the keys that this source has brought before.
    """

    course: Course
    runs: dict[str, Run] = field(default_factory=dict)
    locked: frozenset[str] = frozenset()
    was: str = ""
    gone_runs: set[str] = field(default_factory=set)
    linked: set[str] = field(default_factory=set)
    is_linked: bool = False
    sessions: dict[int, list[Meeting]] = field(default_factory=dict)


@dataclass(slots=True)
class RunChange:
    """`run` is None for a new one; `row_id` is the id of either, once it is written."""

    draft: RunDraft
    run: Run | None
    values: Values
    new_sessions: dict[datetime, datetime] = field(default_factory=dict)
    moved: list[tuple[Meeting, datetime]] = field(default_factory=list)
    cancelled: list[Meeting] = field(default_factory=list)
    called_back: list[Meeting] = field(default_factory=list)
    revives: bool = False
    row_id: int = 0

    @property
    def is_empty(self) -> bool:
        sessions = self.new_sessions or self.moved or self.cancelled or self.called_back
        return not (self.values or sessions or self.revives)


@dataclass(slots=True)
class CourseChange:
    """`course` is None for a new one; `values` are the attributes that differ."""

    draft: CourseDraft
    course: Course | None
    values: Values
    runs: list[RunChange]
    known: Known | None = None
    missing_runs: list[tuple[str, Run]] = field(default_factory=list)
    publishes: bool = False
    revives: bool = False
    row_id: int = 0

    @property
    def is_same(self) -> bool:
        """Nothing of the course itself changes; its runs may."""
        return self.course is not None and not (self.values or self.publishes or self.revives)

    @property
    def is_empty(self) -> bool:
        return self.is_same and all(run.is_empty for run in self.runs)

    @property
    def is_draft(self) -> bool:
        return self.course is None or self.course.status is CourseStatus.DRAFT

    @property
    def has_a_run_to_come(self) -> bool:
        """The rule of `catalogue.operations.publish`."""
        here = self.course.runs if self.course else ()
        days = [run.ends_on for run in here if run.status is RunStatus.PLANNED]
        days += [run.draft.values["ends_on"] for run in self.runs if run.run is None or run.revives]
        return any(day >= clock.today() for day in days)


def course_change(
    draft: CourseDraft, known: Known | None, words: Vocabulary, *, tells_runs: bool = True
) -> CourseChange:
    """The difference between a draft and what is here; columns not in the file are left alone."""
    told = _attributes(draft.values, known.locked if known else frozenset())
    if known is None:
        values = {**_FALLBACKS[Part.COURSE], "cla": words.default_cla, **told}
        values["isced_f"] = values["isced_f"] or words.isced[values["topic_id"]]
        runs = [_run_change(run, None) for run in draft.runs.values()]
        return CourseChange(draft, None, values, runs)
    course = known.course
    if "isced_f" in told:
        topic_id = told.get("topic_id", course.topic_id)
        told["isced_f"] = told["isced_f"] or words.isced[topic_id]
    before: Values = {"audience_ids": frozenset(each.id for each in course.audiences)}
    runs = [_run_change(run, known) for run in draft.runs.values()]
    change = CourseChange(draft, course, _different(course, told, before), runs, known)
    change.row_id = course.id
    change.revives = bool(known.was) and course.status is CourseStatus.WITHDRAWN
    if tells_runs:
        change.missing_runs = _missing(draft, known)
    return change


def _missing(draft: CourseDraft, known: Known) -> list[tuple[str, Run]]:
    """Runs that this source brought and has no more; what is over or cancelled is left alone."""
    told = draft.runs.keys() | draft.bad_runs
    return [
        (key, run)
        for key, run in sorted(known.runs.items())
        if key in known.linked
        and key not in told
        and run.status is RunStatus.PLANNED
        and run.ends_on >= clock.today()
    ]


def _run_change(draft: RunDraft, known: Known | None) -> RunChange:
    run = known.runs.get(draft.external_id) if known else None
    told = _attributes(draft.values, known.locked if known else frozenset())
    if run is None or known is None:
        told = _attributes(draft.values, frozenset())
        opens = min(clock.today(), told["enrol_until"])
        values = {**_fallbacks_of_run(), "enrol_from": opens, **told}
        return RunChange(draft, None, values, draft.meetings)
    change = RunChange(draft, run, _different(run, told, {}), row_id=run.id)
    change.revives = draft.external_id in known.gone_runs and run.status is RunStatus.CANCELLED
    if draft.meetings and SESSIONS not in known.locked:
        held = known.sessions.get(run.id, ())
        _compare_sessions(change, {each.starts_at: each for each in held}, draft.meetings)
    return change


def _fallbacks_of_run() -> Values:
    """What the model itself knows best stays with the model."""
    return {name: value for name, value in _FALLBACKS[Part.RUN].items() if value is not None}


def _attributes(values: Values, locked: frozenset[str]) -> Values:
    return {
        _ATTRIBUTES.get(name, name): value
        for name, value in values.items()
        if name not in _KEYS and name not in locked
    }


def _different(row: Any, told: Values, before: Values) -> Values:
    return {
        name: value
        for name, value in told.items()
        if value != (before[name] if name in before else getattr(row, name))
    }


def _compare_sessions(
    change: RunChange, known: dict[datetime, Meeting], meetings: dict[datetime, datetime]
) -> None:
    """Sessions of the past stay as they were held; a cancelled one is not called back by a file.

    Those that were cancelled with the whole run come back with it.
    """
    now = clock.now()
    change.new_sessions = {s: end for s, end in meetings.items() if s not in known}
    for start, session in known.items():
        if start <= now:
            continue
        if session.status is SessionStatus.CANCELLED:
            if change.revives and start in meetings:
                change.called_back.append(session)
        elif start not in meetings:
            change.cancelled.append(session)
        elif session.ends_at != meetings[start]:
            change.moved.append((session, meetings[start]))
