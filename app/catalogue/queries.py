"""Reading the catalogue."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, load_only, raiseload, selectinload

from app.catalogue import meetings
from app.catalogue.access_words import access_words
from app.catalogue.badges import seat_badge
from app.catalogue.cards import MODES, CourseCard, course_slug
from app.catalogue.models import (
    Audience,
    ClassSession,
    Course,
    CourseStatus,
    Mode,
    Run,
    RunState,
    RunStatus,
    SessionStatus,
    Topic,
)
from app.catalogue.run_view import RunView
from app.core import clock
from app.core.db import db
from app.places.models import AdminUnit, Venue
from app.providers.models import Provider

_TO_JOIN = (
    RunState.OPEN,
    RunState.QUEUE,
    RunState.EARLY,
    RunState.NOT_YET,
    RunState.FULL,
    RunState.CLOSED,
    RunState.CANCELLED,
)


def published() -> Select[Course]:
    """Every course that residents can see."""
    return select(Course).where(Course.status == CourseStatus.PUBLISHED)


def topics() -> list[Topic]:
    return list(db.session.scalars(select(Topic).order_by(Topic.position, Topic.id)))


def topic(slug: str) -> Topic | None:
    return db.session.scalar(select(Topic).where(Topic.slug == slug))


def audiences() -> list[Audience]:
    return list(db.session.scalars(select(Audience).order_by(Audience.position, Audience.id)))


def cards(course_ids: Sequence[int]) -> list[CourseCard]:
    """A card for each public course, in this order; three statements however many there are."""
    if not course_ids:
        return []
    wanted = published().where(Course.id.in_(course_ids)).options(*_CARD_COLUMNS)
    courses = {course.id: course for course in db.session.scalars(wanted)}
    runs = next_runs(courses)
    sessions = planned_sessions([run.id for run in runs.values()])
    return [_card(courses[id_], runs.get(id_), sessions) for id_ in course_ids if id_ in courses]


_CARD_COLUMNS = (
    load_only(
        Course.title_vi, Course.title_en, Course.summary_vi, Course.summary_en, Course.version
    ),
    joinedload(Course.provider).load_only(Provider.name_vi, Provider.name_en),
    joinedload(Course.provider)
    .joinedload(Provider.unit)
    .load_only(AdminUnit.full_name_vi, AdminUnit.full_name_en),
    joinedload(Course.topic).load_only(Topic.name_vi, Topic.name_en),
    raiseload("*"),
)


def next_runs(course_ids: Iterable[int]) -> dict[int, Run]:
    """For each course the run to show when there is room for one."""
    return {id_: next_to_join(runs) for id_, runs in _coming_runs(course_ids).items()}


def next_to_join(runs: Sequence[Run]) -> Run:
    """The one run to show: joinable before full, full before closed, then the earliest."""
    return min(runs, key=_joinable_first)


def _joinable_first(run: Run) -> tuple[int, date, int]:
    return _TO_JOIN.index(run.state), run.starts_on, run.id


def _coming_runs(course_ids: Iterable[int]) -> dict[int, list[Run]]:
    """Planned runs that are not over, by course."""
    coming = select(Run).where(
        Run.course_id.in_(course_ids), Run.status == RunStatus.PLANNED, Run.ends_on >= clock.today()
    )
    found: dict[int, list[Run]] = defaultdict(list)
    for run in db.session.scalars(coming.options(joinedload(Run.venue).joinedload(Venue.unit))):
        found[run.course_id].append(run)
    return found


COURSE_PAGE = (
    joinedload(Course.provider).joinedload(Provider.type),
    joinedload(Course.provider).joinedload(Provider.unit),
    joinedload(Course.topic),
    selectinload(Course.audiences),
)
"""What a course page needs besides its runs; two statements with the course."""


def course_page(course_id: int) -> list[RunView]:
    """The runs of a course that are not over, the one to join first, with all their sessions."""
    coming = select(Run).where(Run.course_id == course_id, Run.ends_on >= clock.today())
    found = coming.options(
        joinedload(Run.venue).joinedload(Venue.unit),
        joinedload(Run.room),
        selectinload(Run.sessions).options(
            joinedload(ClassSession.venue), joinedload(ClassSession.room)
        ),
    )
    runs = sorted(db.session.scalars(found), key=_joinable_first)
    return [RunView(run, run.sessions) for run in runs]


def newest_of(provider_id: int) -> Select[int]:
    """The public courses of a provider, the newest first."""
    mine = select(Course.id).where(
        Course.status == CourseStatus.PUBLISHED, Course.provider_id == provider_id
    )
    return mine.order_by(Course.published_at.desc(), Course.id.desc())


def planned_sessions(run_ids: Sequence[int]) -> dict[int, list[ClassSession]]:
    """The meetings that are to take place, by run, in order of time."""
    found: dict[int, list[ClassSession]] = defaultdict(list)
    if not run_ids:
        return found
    planned = select(ClassSession).where(
        ClassSession.run_id.in_(run_ids), ClassSession.status == SessionStatus.PLANNED
    )
    for session in db.session.scalars(planned.order_by(ClassSession.starts_at)):
        found[session.run_id].append(session)
    return found


def _card(course: Course, run: Run | None, sessions: dict[int, list[ClassSession]]) -> CourseCard:
    card = CourseCard(
        id=course.id,
        slug=course_slug(course),
        title=course.title,
        summary=course.summary,
        provider=course.provider.name,
        topic=course.topic.name,
        ward=course.provider.unit.full_name,
    )
    return replace(card, **_about_run(run, sessions[run.id])) if run else card


def _first_day(run: Run, held: list[ClassSession]) -> date | None:
    """None at one's own pace: everybody begins on the day they enrol."""
    if held:
        return clock.local(held[0].starts_at).date()
    return None if run.mode is Mode.SELF_PACED else run.starts_on


def _times(run: Run) -> str:
    return meetings.sentence(run, ()) if run.mode is Mode.SELF_PACED else ""


def _about_run(run: Run, held: list[ClassSession]) -> dict[str, Any]:
    return {
        "ward": run.venue.unit.full_name if run.venue else None,
        "run_id": run.id,
        "state": run.state,
        "first_day": _first_day(run, held),
        "times": meetings.times(held) if held else _times(run),
        "fee": run.fee,
        "mode": str(MODES[run.mode]),
        "badge": seat_badge(run),
        "access": access_words(run.venue) if run.venue else (),
    }
