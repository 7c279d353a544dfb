"""Courses of one provider that may be one: found by their folded titles, decided by city staff."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Select, select, update
from sqlalchemy.orm import joinedload

from app.catalogue.city_models import CourseLikeness
from app.catalogue.errors import NotTogether
from app.catalogue.events import CourseChanged
from app.catalogue.models import Course, CourseStatus, Run
from app.core import audit, clock, jobs
from app.core.db import db, inserting, transaction
from app.core.vi import fold
from app.providers.errors import DecidedAlready
from app.providers.likeness import Pair, pairs
from app.providers.models import LikenessState

_ALIVE = (CourseStatus.DRAFT, CourseStatus.PUBLISHED)


def look(provider_id: int) -> int:
    """Compare the courses of one provider, subject by subject; how many new suspicions.

    What staff have decided stays decided; what is not alike any more is forgotten.
    """
    found = dict(_pairs(provider_id))
    with transaction() as session:
        new = 0
        for (first, second), alike in found.items():
            made = inserting(CourseLikeness).values(
                first_id=first, second_id=second, score=alike, state=LikenessState.OPEN,
                found_at=clock.now(),
            )  # fmt: skip
            kept = made.on_conflict_do_nothing(index_elements=["first_id", "second_id"])
            new += session.scalar(kept.returning(CourseLikeness.id)) is not None
        mine = _open().join(CourseLikeness.first).where(Course.provider_id == provider_id)
        for each in session.scalars(mine).all():
            if (each.first_id, each.second_id) not in found:
                session.delete(each)
        return new


def open_pairs() -> Select[CourseLikeness]:
    """What nobody has decided about, the likeliest first."""
    both = [
        joinedload(side).joinedload(Course.provider)
        for side in (CourseLikeness.first, CourseLikeness.second)
    ]
    return _open().order_by(CourseLikeness.score.desc(), CourseLikeness.id).options(*both)


def pair(likeness_id: int) -> CourseLikeness | None:
    return db.session.get(CourseLikeness, likeness_id)


def providers_with_courses() -> list[int]:
    alive = select(Course.provider_id).where(Course.status.in_(_ALIVE)).distinct()
    return list(db.session.scalars(alive.order_by(Course.provider_id)))


def found_different(likeness_id: int, by_id: int) -> None:
    """Somebody looked: these are two, for ever.

    Raises:
        DecidedAlready: somebody else was quicker.
    """
    with transaction():
        likeness = _decide(likeness_id, LikenessState.DIFFERENT, by_id)
        audit.record("course.found_different", "course", likeness.first_id, by_id,
                     other=likeness.second_id)  # fmt: skip


def merge(likeness_id: int, kept_id: int, by_id: int) -> None:
    """The classes of one go to the other, and its address leads there; figures stay as they are.

    Raises:
        DecidedAlready: somebody else was quicker.
        NotTogether: they are not of one provider any more, or one is held back.
    """
    with transaction() as session:
        likeness = _decide(likeness_id, LikenessState.MERGED, by_id)
        both = (likeness.first_id, likeness.second_id)
        if kept_id not in both:
            raise NotTogether
        gone_id = both[0] if kept_id == both[1] else both[1]
        locked = select(Course).where(Course.id.in_(both)).order_by(Course.id)
        rows = {each.id: each for each in session.scalars(locked.with_for_update())}
        kept, gone = rows[kept_id], rows[gone_id]
        if kept.provider_id != gone.provider_id or gone.status not in _ALIVE:
            raise NotTogether
        _move_runs(gone_id, kept_id)
        gone.status, gone.merged_into_id = CourseStatus.WITHDRAWN, kept_id
        audit.record("course.merged", "course", kept_id, by_id, gone=gone_id)
        for course_id in both:
            jobs.emit(CourseChanged(course_id))


def _move_runs(gone_id: int, kept_id: int) -> None:
    """What names a run in files stays unique."""
    session = db.session()
    known = set(session.scalars(select(Run.external_id).where(Run.course_id == kept_id)))
    for run in session.scalars(select(Run).where(Run.course_id == gone_id)).all():
        if run.external_id in known - {None}:
            run.external_id = None
    session.flush()
    moved = update(Run).where(Run.course_id == gone_id).values(course_id=kept_id)
    session.execute(moved, execution_options={"synchronize_session": False})
    session.expire_all()


def _decide(likeness_id: int, state: LikenessState, by_id: int) -> CourseLikeness:
    likeness = db.session.get(CourseLikeness, likeness_id, with_for_update=True)
    if likeness is None or likeness.state is not LikenessState.OPEN:
        raise DecidedAlready
    likeness.state = state
    likeness.decided_at, likeness.decided_by_id = clock.now(), by_id
    return likeness


def _open() -> Select[CourseLikeness]:
    return select(CourseLikeness).where(CourseLikeness.state == LikenessState.OPEN)


def _pairs(provider_id: int) -> Iterator[tuple[Pair, int]]:
    by_topic: dict[int, dict[int, str]] = defaultdict(dict)
    mine = select(Course.id, Course.topic_id, Course.title_vi).where(
        Course.provider_id == provider_id, Course.status.in_(_ALIVE)
    )
    for course_id, topic_id, title in db.session.execute(mine):
        by_topic[topic_id][course_id] = fold(title)
    for titles in by_topic.values():
        yield from pairs(titles)
