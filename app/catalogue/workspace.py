"""The catalogue as provider staff see it: also drafts, and how full the runs are."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, raiseload, selectinload

from app.catalogue import queries
from app.catalogue.models import Course, CourseStatus, Run
from app.catalogue.revision_models import CourseRelease, CourseRevision, ReleaseState
from app.catalogue.run_view import RunView
from app.core.db import db
from app.core.vi import clean

_ENGLISH = ("title_en", "summary_en", "learn_en", "for_whom_en", "bring_en")
PENDING = "pending"
MARKS = (PENDING, *(state.value for state in ReleaseState))
"""What the list can be narrowed to besides the status of courses."""


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """What the list is narrowed to; the address bar is its only source."""

    q: str = ""
    state: str = ""  # of `CourseStatus` or `MARKS`

    @classmethod
    def read(cls, address: Mapping[str, str]) -> "CourseFilter":
        """What was asked; anything unknown is ignored."""
        state = address.get("status", "")
        known = state in set(CourseStatus) or state in MARKS
        return cls(clean(address.get("q", ""))[:100], state if known else "")

    def select(self, provider_id: int) -> Select[Course]:
        mine = select(Course).where(Course.provider_id == provider_id, Course.on_paper.is_(False))
        if self.state in set(CourseStatus):
            mine = mine.where(Course.status == CourseStatus(self.state))
        elif self.state == PENDING:
            mine = mine.join(CourseRevision, CourseRevision.course_id == Course.id)
        elif self.state:
            mine = mine.join(CourseRelease, CourseRelease.course_id == Course.id)
            mine = mine.where(CourseRelease.state == ReleaseState(self.state))
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
    is_pending: bool = False  # changes wait to be published
    release: ReleaseState | None = None

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
    """The courses with their next run and what waits beside them; two statements."""
    ids = [course.id for course in courses]
    runs, marks = queries.next_runs(ids), _marks(ids)
    return [CourseRow(course, runs.get(course.id), *marks[course.id]) for course in courses]


def _marks(ids: list[int]) -> dict[int, tuple[bool, ReleaseState | None]]:
    wanted = (
        select(Course.id, CourseRevision.id, CourseRelease.state)
        .outerjoin(CourseRevision, CourseRevision.course_id == Course.id)
        .outerjoin(CourseRelease, CourseRelease.course_id == Course.id)
        .where(Course.id.in_(ids))
    )
    return {
        course_id: (revision_id is not None, state)
        for course_id, revision_id, state in db.session.execute(wanted)
    }


def runs_of(course_id: int) -> list[RunView]:
    """Every run of a course for those who plan it, the latest first."""
    every = select(Run).where(Run.course_id == course_id)
    with_sessions = every.options(selectinload(Run.sessions), joinedload(Run.venue))
    latest = with_sessions.order_by(Run.starts_on.desc(), Run.id.desc())
    return [RunView(run, run.sessions) for run in db.session.scalars(latest)]


def other_courses(course: Course) -> list[Course]:
    """The other courses of its provider, by title."""
    mine = select(Course).where(Course.provider_id == course.provider_id, Course.id != course.id)
    mine = mine.where(Course.on_paper.is_(False))
    by_title = mine.order_by(Course.title_vi, Course.id)
    return list(db.session.scalars(by_title.options(raiseload("*"))))
