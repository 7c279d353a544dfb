"""Rows of text become courses with runs and sessions; what is wrong with a row is kept beside."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from app.catalogue.repeats import MOST_MEETINGS
from app.core import clock, vi
from app.feeds.layout import BY_NAME, Part
from app.feeds.mapping import FeedMapping, Row
from app.feeds.problems import Problem, Wrong
from app.feeds.report import Findings
from app.feeds.timetable import Meeting
from app.feeds.values import Vocabulary

_SESSION = ("session_on", "session_from", "session_to")
_moment = lru_cache(maxsize=4000)(clock.at)
Values = dict[str, Any]


@dataclass(slots=True)
class RunDraft:
    """A run as the file has it; `values` holds only what the file tells."""

    external_id: str
    line: int
    texts: dict[str, str]
    values: Values
    meetings: dict[datetime, datetime] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    is_bad: bool = False


@dataclass(slots=True)
class CourseDraft:
    """A course as the file has it, with the runs that can be taken."""

    external_id: str
    line: int
    texts: dict[str, str]
    values: Values
    runs: dict[str, RunDraft] = field(default_factory=dict)
    bad_runs: set[str] = field(default_factory=set)
    lines: list[int] = field(default_factory=list)


class Drafter:
    """Makes drafts from rows, course by course, and counts the rows that cannot be taken."""

    def __init__(
        self, mapping: FeedMapping, columns: Iterable[str], words: Vocabulary, findings: Findings
    ) -> None:
        self._mapping, self.words, self.findings = mapping, words, findings
        self.refused = 0
        self._told = tuple(columns)
        told = [BY_NAME[name] for name in self._told]
        self.tells_runs = any(column.name == "run_id" for column in told)
        self._course = [column for column in told if column.part is Part.COURSE]
        self._run = [column for column in told if column.part is Part.RUN]

    def course(self, external_id: str, rows: list[Row]) -> CourseDraft | None:
        """The course with its good runs; None when nothing of it can be taken."""
        values = self._values(self._course, rows[0])
        if values is None:
            self.refused += len(rows)
            self.findings.lines.update(row.line for row in rows)
            self._keep_wrong(rows)
            return None
        draft = CourseDraft(external_id, rows[0].line, rows[0].texts, values)
        alone = [row for row in rows if self._place(draft, row)]
        for run in draft.runs.values():
            run.is_bad = not self._finish(run) or run.is_bad
        self._drop_bad_runs(draft)
        self._keep_wrong(rows)
        return draft if alone or draft.runs else None

    def refuse(self, draft: CourseDraft, column: str, wrong: Wrong) -> None:
        """Leave out a course that was read well, for a reason that lies elsewhere."""
        self._problem(draft.line, column, wrong)
        lines = {*draft.lines, *(line for run in draft.runs.values() for line in run.lines)}
        self.refused += len(lines)
        self.findings.keep(draft.line, draft.texts)

    def wrong_cells(self, row: Row) -> list[Problem]:
        """What is wrong with each cell by itself, of a row that is being put right."""
        alone = Findings()
        trial = Drafter(self._mapping, self._told, self.words, alone)
        trial.course(vi.clean(row.texts.get("course_id", "")), [row])
        return alone.kept

    def _keep_wrong(self, rows: list[Row]) -> None:
        for row in rows:
            if row.line in self.findings.lines:
                self.findings.keep(row.line, row.texts)

    def _place(self, draft: CourseDraft, row: Row) -> bool:
        """Put the row into its run; whether it is a good row of the course alone."""
        key = vi.clean(row.texts.get("run_id", ""))
        same_course = self._agrees(self._course, draft.line, draft.texts, row, "course_id")
        if not key:
            good = same_course and self._is_alone(draft, row)
            self.refused += not good
            draft.lines += [row.line] if good else []
            return good
        run = draft.runs.get(key) or self._new_run(draft, key, row)
        run.lines.append(row.line)
        same_run = self._agrees(self._run, run.line, run.texts, row, "run_id")
        run.is_bad |= not (same_course and same_run and self._meet(run, row))
        return False

    def _is_alone(self, draft: CourseDraft, row: Row) -> bool:
        """A row without a run says nothing but the course, and says it once."""
        if row.meetings or any(row.texts.get(name) for name in ("starts_on", "session_on")):
            return self._problem(row.line, "run_id", Wrong(code="run_without_key"))
        if draft.lines:
            return self._problem(row.line, "course_id", Wrong(code="repeated", line=draft.lines[0]))
        return True

    def _new_run(self, draft: CourseDraft, key: str, row: Row) -> RunDraft:
        values = self._values(self._run, row)
        run = RunDraft(key, row.line, row.texts, values or {}, is_bad=values is None)
        draft.runs[key] = run
        return run

    def _values(self, columns: list[Any], row: Row) -> Values | None:
        """Every cell read; None when one cannot be."""
        values: Values = {}
        for column in columns:
            try:
                text = row.texts[column.name]
                if column.needed and not text.strip():
                    raise Wrong(code="missing")  # noqa: TRY301 - one way for every wrong cell
                values[column.name] = column.read(text, self.words)
            except Wrong as wrong:
                self._problem(row.line, column.name, wrong)
        return values if len(values) == len(columns) else None

    def _agrees(
        self, columns: list[Any], line: int, first: dict[str, str], row: Row, key: str
    ) -> bool:
        """Whether the cells that repeat say the same as the first time; empty ones say nothing."""
        good = True
        for column in columns:
            text = row.texts[column.name]
            if (
                text
                and text != first[column.name]
                and vi.clean(text) != vi.clean(first[column.name])
            ):
                told = {"line": line, "key": self._mapping.shown(key), "first": first[column.name]}
                good = self._problem(row.line, column.name, Wrong(code="differs", **told))
        return good

    def _meet(self, run: RunDraft, row: Row) -> bool:
        """Add the sessions of the row to its run."""
        try:
            meetings = [*row.meetings, *self._session(row)]
            if not meetings and len(run.lines) > 1:
                raise Wrong(code="repeated", line=run.lines[0])  # noqa: TRY301 - as above
            for meeting in meetings:
                self._add(run, *meeting)
        except Wrong as wrong:
            return self._problem(row.line, "session_on", wrong)
        return True

    def _session(self, row: Row) -> Iterator[Meeting]:
        texts = [row.texts.get(name, "").strip() for name in _SESSION]
        if not any(texts):
            return
        if not all(texts):
            raise Wrong(code="no_hours")
        day, begin, end = (
            BY_NAME[name].read(text, self.words) for name, text in zip(_SESSION, texts, strict=True)
        )
        yield day, begin, end

    @staticmethod
    def _add(run: RunDraft, day: date, begin: time, end: time) -> None:
        if end <= begin:
            raise Wrong(
                code="session_ends_before_start", ends=f"{end:%H:%M}", starts=f"{begin:%H:%M}"
            )
        starts_at = _moment(day, begin)
        if starts_at in run.meetings:
            raise Wrong(code="repeated", line=run.lines[0])
        run.meetings[starts_at] = _moment(day, end)

    def _finish(self, run: RunDraft) -> bool:
        """Days that the file leaves to the sessions, then rules over several cells."""
        if run.is_bad:
            return False
        try:
            complete(run)
        except Wrong as wrong:
            return self._problem(run.line, _ABOUT.get(wrong.code, "starts_on"), wrong)
        return True

    def _drop_bad_runs(self, draft: CourseDraft) -> None:
        for run in [run for run in draft.runs.values() if run.is_bad]:
            self.refused += len(run.lines)
            draft.bad_runs.add(run.external_id)
            del draft.runs[run.external_id]

    def _problem(self, line: int, column: str, wrong: Wrong) -> bool:
        self.findings.add(wrong.at(line, self._mapping.shown(column), column))
        return False


_ABOUT = {
    "closes_before_opens": "enrol_until",
    "closes_after_end": "enrol_until",
    "ends_before_start": "ends_on",
    "too_many_sessions": "session_on",
    "outside_run": "session_on",
}


def complete(run: RunDraft) -> None:
    """Fill the days of a run from its sessions and check them together.

    Raises:
        Wrong: they contradict each other.
    """
    values, days = run.values, sorted(clock.local(start).date() for start in run.meetings)
    if len(days) > MOST_MEETINGS:
        raise Wrong(code="too_many_sessions", most=MOST_MEETINGS, count=len(days))
    starts = values.get("starts_on") or (days[0] if days else None)
    ends = values.get("ends_on") or (days[-1] if days else None)
    if starts is None or ends is None:
        raise Wrong(code="no_dates")
    shown = {"starts": f"{starts:%d/%m/%Y}", "ends": f"{ends:%d/%m/%Y}"}
    if ends < starts:
        raise Wrong(code="ends_before_start", **shown)
    outside = [day for day in days if not starts <= day <= ends]
    if outside:
        raise Wrong(code="outside_run", day=f"{outside[0]:%d/%m/%Y}", **shown)
    values["starts_on"], values["ends_on"] = starts, ends
    _complete_enrolment(values, starts, ends)


def _complete_enrolment(values: Values, starts: date, ends: date) -> None:
    opens = values.get("enrol_from")
    until = values["enrol_until"] = values.get("enrol_until") or starts
    if opens and until < opens:
        raise Wrong(
            code="closes_before_opens", until=f"{until:%d/%m/%Y}", opens=f"{opens:%d/%m/%Y}"
        )
    if until > ends:
        raise Wrong(code="closes_after_end", until=f"{until:%d/%m/%Y}", ends=f"{ends:%d/%m/%Y}")
    if opens is None:
        values.pop("enrol_from", None)
