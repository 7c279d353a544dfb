"""What happened in the catalogue."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CourseChanged:
    """The public view of a course differs from a moment ago."""

    course_id: int


@dataclass(frozen=True, slots=True)
class RunChanged:
    """The dates, places, meetings or rules of a run differ from a moment ago."""

    run_id: int


@dataclass(frozen=True, slots=True)
class RunCancelled:
    """A run does not take place, or does not go on."""

    run_id: int


@dataclass(frozen=True, slots=True)
class SessionCancelled:
    """One meeting of a run does not take place."""

    session_id: int


@dataclass(frozen=True, slots=True)
class SessionsMoved:
    """Meetings of a run are on another day, at other hours or at another place.

    One change is one event, and one letter for each person.

    Attributes:
        kind: "times" or "place".
        sequences: of each session after this change, in the order of `session_ids`: a later
            change makes this news old.
        was: what held before, in the order of `session_ids`: `starts_at` and `ends_at` as ISO 8601
            in UTC, `venue_id` of the place where the session was.
    """

    run_id: int
    session_ids: list[int]
    sequences: list[int]
    kind: str
    was: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class RunGoesAhead:
    """Staff said that the run takes place, whoever has enrolled by now."""

    run_id: int


@dataclass(frozen=True, slots=True)
class ReleaseDue:
    """The hour has come at which somebody wanted a course to be published."""

    course_id: int


@dataclass(frozen=True, slots=True)
class CourseTakedownMoved:
    """The city took a course out of sight, or let it go again; its provider hears of it."""

    takedown_id: int
    lifted: bool


@dataclass(frozen=True, slots=True)
class RunCopied:
    """A run was made from another: what belongs to its plan and not to its people goes along."""

    run_id: int
    source_id: int


@dataclass(frozen=True, slots=True)
class TermReplaced:
    """What bore one subject or audience bears another from now on, or the same by another name.

    Attributes:
        kind: of `catalogue.wordlists`.
    """

    kind: str
    term_id: int
    heir_id: int


@dataclass(frozen=True, slots=True)
class DoublesDue:
    """It is time to see which courses of these providers may be one."""

    provider_ids: list[int]
