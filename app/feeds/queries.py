"""The words of an installation that a file may use, and what a source brought before."""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from app.catalogue.models import Audience, ClassSession, Course, CourseStatus, Run, RunStatus, Topic
from app.core import clock, vi
from app.core.db import db
from app.feeds.compare import Known, Meeting
from app.feeds.errors import NoSuchProvider
from app.feeds.models import FeedLink, FeedSource, FieldLock
from app.feeds.values import Vocabulary
from app.places.models import Venue
from app.providers.models import Provider, Site

_WEB = ("http://", "https://")
_WHOLE = selectinload(Course.runs), selectinload(Course.audiences)


def provider(slug: str) -> Provider:
    """The provider with this slug.

    Raises:
        NoSuchProvider: nobody has it.
    """
    found = db.session.scalar(select(Provider).where(Provider.slug == slug))
    if found is None:
        raise NoSuchProvider
    return found


def vocabulary(of: Provider, other_topic: str = "") -> Vocabulary:
    """Subjects and audiences of the city, places of the provider; machine names come first."""
    topics = db.session.scalars(select(Topic).order_by(Topic.position)).all()
    audiences = db.session.scalars(select(Audience).order_by(Audience.position)).all()
    sites = db.session.execute(
        select(Site.code, Venue)
        .join(Venue, Site.venue_id == Venue.id)
        .where(Site.provider_id == of.id)
    ).all()
    return Vocabulary(
        topics=_folded((name, each.id) for each in topics for name in (each.slug, *_names(each))),
        isced={each.id: each.isced_f for each in topics},
        audiences=_folded(
            (name, each.id) for each in audiences for name in (each.slug, *_names(each))
        ),
        venues=_folded(
            (name, venue.id) for code, venue in sites for name in (code, *_names(venue))
        ),
        default_cla=of.type.default_cla,
        other_topic=next((each.id for each in topics if each.slug == other_topic), None),
    )


def _names(named: Topic | Audience | Venue) -> tuple[str, str]:
    return named.name_vi, named.name_en


def _folded(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The first one with a name keeps it."""
    found: dict[str, int] = {}
    for name, key in pairs:
        if name:
            found.setdefault(vi.fold(name), key)
    return found


def is_address(key: str) -> bool:
    """Whether a key names one thing over all sources."""
    return key.startswith(_WEB)


def known(source: FeedSource, keys: Collection[str]) -> dict[str, Known]:
    """Those of the courses that are here already, by their keys, with runs and locked fields."""
    links = _course_links(source, keys)
    ids = {link.course_id for link in links.values()}
    courses = {
        course.id: course
        for course in db.session.scalars(select(Course).where(Course.id.in_(ids)).options(*_WHOLE))
    }
    found = {
        key: Known(
            courses[link.course_id],
            was=_was(link, source),
            is_linked=link.source_id == source.id,
        )
        for key, link in links.items()
    }
    _add_unlinked(source, set(keys) - found.keys(), found)
    by_id = {each.course.id: each for each in found.values()}
    _add_runs(source, by_id)
    _add_sessions(by_id)
    for course_id, field in db.session.execute(
        select(FieldLock.course_id, FieldLock.field).where(FieldLock.course_id.in_(list(by_id)))
    ):
        by_id[course_id].locked |= {field}
    return found


def _course_links(source: FeedSource, keys: Collection[str]) -> dict[str, FeedLink]:
    """Of this source; and of any source of the provider, where the key is an address."""
    mine = select(FeedLink).where(
        FeedLink.source_id == source.id, FeedLink.run_key == "", FeedLink.course_key.in_(list(keys))
    )
    found = {link.course_key: link for link in db.session.scalars(mine)}
    elsewhere = [key for key in keys if is_address(key) and key not in found]
    if elsewhere:
        shared = select(FeedLink).join(Course, Course.id == FeedLink.course_id)
        shared = shared.where(FeedLink.uri.in_(elsewhere), Course.provider_id == source.provider_id)
        found |= {link.course_key: link for link in db.session.scalars(shared)}
    return found


def _was(link: FeedLink, source: FeedSource) -> str:
    return link.was if link.gone_at is not None and link.source_id == source.id else ""


def _add_unlinked(source: FeedSource, keys: set[str], found: dict[str, Known]) -> None:
    """Courses of the provider's own that bear a key and were never imported."""
    if not keys or source.is_fetched:
        return
    query = select(Course).where(
        Course.provider_id == source.provider_id, Course.external_id.in_(list(keys))
    )
    for course in db.session.scalars(query.options(*_WHOLE)):
        found[course.external_id or ""] = Known(course)


def _add_runs(source: FeedSource, by_id: dict[int, Known]) -> None:
    """By the keys of this source; else by those of another that shares the course."""
    links = select(FeedLink).where(
        FeedLink.course_id.in_(list(by_id)), FeedLink.run_id.is_not(None)
    )
    runs = {run.id: run for each in by_id.values() for run in each.course.runs}
    for link in db.session.scalars(links.order_by(FeedLink.id)):
        course, run = by_id[link.course_id], runs.get(link.run_id or 0)
        is_mine = link.source_id == source.id
        if run is None or (link.run_key in course.linked and not is_mine):
            continue
        course.runs[link.run_key] = run
        if is_mine:
            course.linked.add(link.run_key)
            course.gone_runs |= {link.run_key} if link.gone_at is not None else set()
    for course in by_id.values() if not source.is_fetched else ():
        for run in course.course.runs:
            if run.external_id and run.external_id not in course.runs:
                course.runs[run.external_id] = run


def _add_sessions(by_id: dict[int, Known]) -> None:
    """As plain rows: a timetable of a year has more of them than of anything else."""
    owners = {run.id: known for known in by_id.values() for run in known.runs.values()}
    query = select(
        ClassSession.id, ClassSession.run_id, ClassSession.starts_at, ClassSession.ends_at,
        ClassSession.status,
    ).where(ClassSession.run_id.in_(list(owners)))  # fmt: skip
    for row in db.session.execute(query.order_by(ClassSession.starts_at)):
        meeting = Meeting(*row)
        owners[meeting.run_id].sessions.setdefault(meeting.run_id, []).append(meeting)


def taken_elsewhere(provider_id: int, keys: Iterable[str]) -> set[str]:
    """Addresses that already name a course of another provider."""
    addresses = [key for key in keys if is_address(key)]
    if not addresses:
        return set()
    query = select(FeedLink.uri).join(Course, Course.id == FeedLink.course_id)
    query = query.where(FeedLink.uri.in_(addresses), Course.provider_id != provider_id)
    return {uri for uri in db.session.scalars(query) if uri}


def brought(source_id: int) -> Select[str, Course]:
    """Key and course of what a source brought that is still to be seen, in the order of keys."""
    query = select(FeedLink.course_key, Course).join(Course, Course.id == FeedLink.course_id)
    return query.where(
        FeedLink.source_id == source_id,
        FeedLink.run_key == "",
        FeedLink.gone_at.is_(None),
        Course.status != CourseStatus.WITHDRAWN,
    ).order_by(FeedLink.course_key)


def missing_courses(source_id: int, in_file: Container[str]) -> Iterator[tuple[str, Course, int]]:
    """What the file has no more and no other source has: key, course, and how many people."""
    other = aliased(FeedLink)
    elsewhere = exists().where(
        other.course_id == FeedLink.course_id,
        other.source_id != source_id,
        other.gone_at.is_(None),
    )
    gone = [
        (key, course_id)
        for key, course_id in db.session.execute(
            brought(source_id).where(~elsewhere).with_only_columns(FeedLink.course_key, Course.id)
        )
        if key not in in_file
    ]
    for at in range(0, len(gone), 500):
        keys = {course_id: key for key, course_id in gone[at : at + 500]}
        people = _people(list(keys))
        for course in db.session.scalars(
            select(Course).where(Course.id.in_(list(keys))).order_by(Course.id)
        ):
            yield keys[course.id], course, people[course.id]


def _people(course_ids: list[int]) -> dict[int, int]:
    """How many have a place, wait, or have one kept for them, by course."""
    number = func.sum(Run.seats_taken + Run.waiting + Run.reserved)
    query = select(Run.course_id, number).where(Run.course_id.in_(course_ids))
    found = db.session.execute(query.group_by(Run.course_id))
    return defaultdict(int, {course_id: int(people or 0) for course_id, people in found})


def live(source_id: int) -> tuple[int, int]:
    """How many courses, and runs to come, a source has in the catalogue."""
    courses = db.session.scalar(
        select(func.count()).select_from(brought(source_id).order_by(None).subquery())
    )
    runs = db.session.scalar(
        select(func.count(FeedLink.id))
        .join(Run, Run.id == FeedLink.run_id)
        .where(
            FeedLink.source_id == source_id,
            FeedLink.gone_at.is_(None),
            Run.status == RunStatus.PLANNED,
            Run.ends_on >= clock.today(),
        )
    )
    return courses or 0, runs or 0


def has_people(course_id: int) -> bool:
    busy = or_(Run.seats_taken > 0, Run.waiting > 0, Run.reserved > 0)
    return bool(db.session.scalar(select(exists().where(Run.course_id == course_id, busy))))
