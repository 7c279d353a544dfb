"""What the index knows about each course and resource, read from the database."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.catalogue import queries as catalogue
from app.catalogue.models import (
    ClassSession,
    Course,
    Run,
    RunState,
    RunStatus,
    SessionStatus,
)
from app.core import clock
from app.core.db import db
from app.places.models import AdminUnit, UnitChange, Venue
from app.providers.models import Provider
from app.resources import queries as resource_queries
from app.resources.models import Resource
from app.search import levels
from app.search.documents import Document
from app.search.filters import at_weekend

_CHUNK = 200
_NOON, _EVENING, _SATURDAY = time(12), time(17), 5
_JOINABLE = (RunState.OPEN, RunState.QUEUE)
_TO_OPEN = (RunState.EARLY, RunState.NOT_YET)
_WHOLE_COURSE = (
    joinedload(Course.provider).joinedload(Provider.unit),
    joinedload(Course.topic),
    selectinload(Course.audiences),
)


def documents() -> Iterator[Document]:
    """Everything residents can find, a chunk of rows at a time."""
    yield from _in_chunks(catalogue.published().with_only_columns(Course.id), courses)
    yield from _in_chunks(resource_queries.published().with_only_columns(Resource.id), resources)


def _in_chunks(
    query: Select[int], read: Callable[[Sequence[int]], list[Document]]
) -> Iterator[Document]:
    ids = list(db.session.scalars(query))
    for start in range(0, len(ids), _CHUNK):
        yield from read(ids[start : start + _CHUNK])


def courses(course_ids: Sequence[int]) -> list[Document]:
    """Documents of those that are published and have a run that is not over; five statements."""
    wanted = catalogue.published().where(Course.id.in_(course_ids))
    found = list(db.session.scalars(wanted.options(*_WHOLE_COURSE)))
    runs = _coming_runs([course.id for course in found])
    days = _days([run.id for of_course in runs.values() for run in of_course])
    units = {run.venue.unit for of_course in runs.values() for run in of_course if run.venue}
    former = former_names(units | {course.provider.unit for course in found})
    return [_course(course, runs[course.id], days, former) for course in found if runs[course.id]]


def resources(resource_ids: Sequence[int]) -> list[Document]:
    """Documents of those that are published."""
    wanted = resource_queries.published().where(Resource.id.in_(resource_ids))
    return [
        Document(
            id=f"resource-{found.id}",
            title_vi=found.title_vi,
            title_en=found.title_en,
            tags=(found.topic.name_vi, found.topic.name_en),
            provider_name=found.provider.name_vi,
            summary_vi=found.summary_vi,
            summary_en=found.summary_en,
            topic=(found.topic.slug,),
            level=levels.of_titles(found.title_vi, found.title_en),
            language=tuple(found.languages.split()),
            provider=found.provider.slug,
            free=True,
            open=True,
            newest=int(found.created_at.timestamp()),
        )
        for found in db.session.scalars(
            wanted.options(joinedload(Resource.provider), joinedload(Resource.topic))
        )
    ]


def former_names(units: Iterable[AdminUnit]) -> dict[int, str]:
    """By unit id: the wards and districts it was made of, as people still call them."""
    old, district = aliased(AdminUnit), aliased(AdminUnit)
    names = (
        select(UnitChange.new_id, old.full_name_vi, district.full_name_vi)
        .join(old, UnitChange.old_id == old.id)
        .outerjoin(district, old.parent_id == district.id)
        .where(UnitChange.new_id.in_([unit.id for unit in units]))
    )
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for new_id, ward, of_district in db.session.execute(names):
        found[new_id].update({ward: None, of_district or "": None})
    return {unit_id: " · ".join(filter(None, words)) for unit_id, words in found.items()}


def _coming_runs(course_ids: Sequence[int]) -> dict[int, list[Run]]:
    coming = select(Run).where(
        Run.course_id.in_(course_ids),
        Run.status == RunStatus.PLANNED,
        Run.ends_on >= clock.today(),
    )
    found: dict[int, list[Run]] = defaultdict(list)
    for run in db.session.scalars(coming.options(joinedload(Run.venue).joinedload(Venue.unit))):
        found[run.course_id].append(run)
    return found


def _days(run_ids: Sequence[int]) -> dict[int, set[str]]:
    """By run: the parts of the day and week in which it meets."""
    meetings = select(ClassSession.run_id, ClassSession.starts_at).where(
        ClassSession.run_id.in_(run_ids), ClassSession.status == SessionStatus.PLANNED
    )
    found: dict[int, set[str]] = defaultdict(set)
    for run_id, starts_at in db.session.execute(meetings):
        found[run_id] |= part_of_week(starts_at)
    return found


def part_of_week(moment: datetime) -> set[str]:
    """`morning`, `afternoon` or `evening`; at a weekend that, and both in one."""
    here = clock.local(moment)
    part = (
        "morning" if here.time() < _NOON else "afternoon" if here.time() < _EVENING else "evening"
    )
    return {part, "weekend", at_weekend(part)} if here.weekday() >= _SATURDAY else {part}


def _course(
    course: Course, runs: list[Run], days: dict[int, set[str]], former: dict[int, str]
) -> Document:
    units = [run.venue.unit for run in runs if run.venue]
    joinable = [run for run in runs if run.state in _JOINABLE]
    return Document(
        id=f"course-{course.id}",
        title_vi=course.title_vi,
        title_en=course.title_en,
        tags=(course.topic.name_vi, course.topic.name_en, *_audience_names(course)),
        provider_name=f"{course.provider.name_vi} {course.provider.name_en}".strip(),
        place=_place(units, former),
        summary_vi=course.summary_vi,
        summary_en=course.summary_en,
        body="\n".join(filter(None, (course.learn_vi, course.learn_en, course.for_whom_vi))),
        topic=(course.topic.slug,),
        ward=tuple(sorted({unit.code for unit in units})),
        when=tuple(sorted(set().union(*(days[run.id] for run in runs)))),
        mode=tuple(sorted({run.mode.value for run in runs})),
        audience=tuple(sorted(audience.slug for audience in course.audiences)),
        level=levels.of_titles(course.title_vi, course.title_en),
        language=tuple(sorted({run.language for run in runs})),
        provider=course.provider.slug,
        free=any(run.fee == 0 for run in runs),
        open=bool(joinable),
        full=bool(joinable) and all(run.state is RunState.QUEUE for run in joinable),
        soonest=_soonest(joinable or [run for run in runs if run.state in _TO_OPEN]),
        newest=int((course.published_at or course.created_at).timestamp()),
        geo=_points(runs),
    )


def _audience_names(course: Course) -> list[str]:
    return [name for audience in course.audiences for name in (audience.name_vi, audience.name_en)]


def _place(units: Sequence[AdminUnit], former: dict[int, str]) -> str:
    names = dict.fromkeys(
        name
        for unit in units
        for name in (unit.full_name_vi, unit.full_name_en, former.get(unit.id, ""))
    )
    return " · ".join(filter(None, names))


def _points(runs: Sequence[Run]) -> tuple[tuple[float, float], ...]:
    return tuple(
        sorted(
            {
                (run.venue.latitude, run.venue.longitude)
                for run in runs
                if run.venue and run.venue.latitude is not None and run.venue.longitude is not None
            }
        )
    )


def _soonest(runs: Sequence[Run]) -> int | None:
    """The first day one can still start on; nothing when all runs are closed: those come last."""
    return min((_epoch_day(run.starts_on) for run in runs), default=None)


def _epoch_day(day: date) -> int:
    return (datetime.combine(day, time(), UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        days=1
    )
