"""A change as lines for people: which fields differ, before and after, in readable cells."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from app.catalogue.models import Course, Run
from app.core import clock
from app.feeds.compare import CourseChange, RunChange
from app.feeds.drafts import Values
from app.feeds.models import Action
from app.feeds.values import Vocabulary, slugs

Line = dict[str, Any]
Cells = list[list[str]]
STATUS, SESSIONS_NEW, SESSIONS_MOVED, SESSIONS_OFF = (
    "status",
    "sessions_new",
    "sessions_moved",
    "sessions_off",
)
_NAMES = {"topic_id": "topic", "audience_ids": "audiences", "venue_id": "venue"}
_LONGEST = 2000  # of a cell that is shown
_MOST_SESSIONS = 12


class Differ:
    """Writes the lines of one import, and their common digest."""

    def __init__(self, words: Vocabulary) -> None:
        self._words: Mapping[str, Mapping[int, str]] = {
            "topic_id": _by_id(words.topics),
            "audience_ids": _by_id(words.audiences),
            "venue_id": _by_id(words.venues),
        }
        self._digest = sha256()

    @property
    def digest(self) -> str:
        return self._digest.hexdigest()

    def lines(self, change: CourseChange) -> Iterator[str]:
        """The course, then each of its runs, each as JSON."""
        draft = change.draft
        title = str(change.values.get("title_vi") or draft.values.get("title_vi") or "")
        title = title or (change.course.title_vi if change.course else "")
        course = {"course_key": draft.external_id, "title": title, "course_id": change.row_id}
        action = Action.NEW if change.course is None else _action(is_same=change.is_same)
        cells = self._cells(change.course, change.values)
        cells += [[STATUS, _status(change.course), "published"]] if change.publishes else []
        if change.revives and change.known is not None:
            cells.append([STATUS, _status(change.course), change.known.was])
        yield self._line(action, cells, "", **course)
        for run in change.runs:
            key = run.draft.external_id
            action = Action.NEW if run.run is None else _action(is_same=run.is_empty)
            told = {"run_key": key, "run_id": run.row_id}
            yield self._line(action, self._run_cells(run), _moments(run), **course, **told)
        for key, gone in change.missing_runs:
            people = gone.seats_taken + gone.waiting + gone.reserved
            told = {"run_key": key, "run_id": gone.id, "people": people}
            yield self._line(Action.MISSING, [], "", **course, **told)

    def missing(self, key: str, course: Course, people: int) -> str:
        """A course that the source has no more."""
        told = {"course_key": key, "title": course.title_vi, "course_id": course.id}
        return self._line(Action.MISSING, [], "", **told, people=people)

    def _line(self, action: Action, cells: Cells, more: str, **told: Any) -> str:
        line = {"action": action.value, "diff": cells, **told}
        content = json.dumps(line, ensure_ascii=False)
        if action is not Action.UNCHANGED:
            self._digest.update(f"{content}{more}\n".encode())
        return content

    def _run_cells(self, change: RunChange) -> Cells:
        cells = self._cells(change.run, change.values)
        cells += [[STATUS, "cancelled", "planned"]] if change.revives else []
        moved = [session.starts_at for session, _ends in change.moved]
        told = (
            (SESSIONS_NEW, list(change.new_sessions)),
            (SESSIONS_MOVED, moved),
            (SESSIONS_OFF, [session.starts_at for session in change.cancelled]),
        )
        return cells + [[name, "", _days(starts)] for name, starts in told if starts]

    def _cells(self, row: Course | Run | None, values: Values) -> Cells:
        cells = [
            [_NAMES.get(name, name), self._before(row, name), self._shown(name, value)]
            for name, value in values.items()
        ]
        return [cell for cell in cells if cell[1] != cell[2]]

    def _before(self, row: Course | Run | None, name: str) -> str:
        if row is None:
            return ""
        if name == "audience_ids" and isinstance(row, Course):
            return self._shown(name, {each.id for each in row.audiences})
        return self._shown(name, getattr(row, name))

    def _shown(self, name: str, value: Any) -> str:
        if name in self._words:
            ids = sorted(value) if name == "audience_ids" else [value]
            return "; ".join(self._words[name].get(each, "") for each in ids)
        if isinstance(value, date):
            return f"{value:%d/%m/%Y}"
        if isinstance(value, bool):
            return "x" if value else ""
        return "" if value is None else _text(value)[:_LONGEST]


def _text(value: Any) -> str:
    return value.value if isinstance(value, StrEnum) else str(value)


def _by_id(words: Mapping[str, int]) -> Mapping[int, str]:
    return {words[word]: word for word in slugs(words)}


def _action(*, is_same: bool) -> Action:
    return Action.UNCHANGED if is_same else Action.CHANGED


def _status(course: Course | None) -> str:
    return course.status.value if course else ""


def _days(starts: list[datetime]) -> str:
    shown = ", ".join(
        f"{clock.local(each):%d/%m/%Y %H:%M}" for each in sorted(starts)[:_MOST_SESSIONS]
    )
    return f"{shown} … ({len(starts)})" if len(starts) > _MOST_SESSIONS else shown


def _moments(change: RunChange) -> str:
    """All hours, for the digest alone."""
    told = [*change.new_sessions.items(), *((s.starts_at, end) for s, end in change.moved)]
    told += [(session.starts_at, session.ends_at) for session in change.cancelled]
    return str([(start.isoformat(), end.isoformat()) for start, end in told])
