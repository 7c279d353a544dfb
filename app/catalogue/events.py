"""What happened in the catalogue."""

from dataclasses import dataclass


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
