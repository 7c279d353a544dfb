"""The catalogue as provider staff see it: also drafts, and how full the runs are."""

from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, raiseload, selectinload

from app.catalogue import queries
from app.catalogue.models import Course, CourseStatus, Run
from app.catalogue.run_view import RunView
from app.core.db import db

_ENGLISH = ("title_en", "summary_en", "learn_en", "for_whom_en", "bring_en")


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """What the list is narrowed to; the address bar is its only source."""

    q: str = ""
    status: CourseStatus | None = None

    def select(self, provider_id: int) -> Select[Course]:
        mine = select(Course).where(Course.provider_id == provider_id)
        if self.status is not None:
            mine = mine.where(Course.status == self.status)
        if self.q:
            titles = (Course.title_vi, Course.title_en)
            mine = mine.where(or_(*(title.icontains(self.q, autoescape=True) for title in titles)))
        newest = mine.order_by(Course.created_at.desc(), Course.id.desc())
        return newest.options(joinedload(Course.topic), raiseload("*"))


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One line of the list."""

    course: Course
    run: Run | None  # the one residents can join next

    @property
    def filled(self) -> str:
        """12/15, or 12 when the number of places is not limited."""
        if self.run is None:
            return ""
        taken = str(self.run.seats_taken)
        return taken if self.run.capacity is None else f"{taken}/{self.run.capacity}"

    @property
    def english(self) -> int:
        """How many of the five texts are there in English."""
        return sum(bool(getattr(self.course, name)) for name in _ENGLISH)


def rows(courses: list[Course]) -> list[CourseRow]:
    """The courses with their next run; one statement."""
    runs = queries.next_runs([course.id for course in courses])
    return [CourseRow(course, runs.get(course.id)) for course in courses]


def runs_of(course_id: int) -> list[RunView]:
    """Every run of a course for those who plan it, the latest first."""
    every = select(Run).where(Run.course_id == course_id)
    with_sessions = every.options(selectinload(Run.sessions), joinedload(Run.venue))
    latest = with_sessions.order_by(Run.starts_on.desc(), Run.id.desc())
    return [RunView(run, run.sessions) for run in db.session.scalars(latest)]


def other_courses(course: Course) -> list[Course]:
    """The other courses of its provider, by title."""
    mine = select(Course).where(Course.provider_id == course.provider_id, Course.id != course.id)
    by_title = mine.order_by(Course.title_vi, Course.id)
    return list(db.session.scalars(by_title.options(raiseload("*"))))
