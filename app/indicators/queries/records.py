"""Numbers that no fact holds: completed courses, certificates, answers and resources."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, distinct, exists, func, or_, select, type_coerce
from sqlalchemy.types import String

from app.catalogue.models import Course, CourseStatus, Run, RunStatus, Topic
from app.core.db import db
from app.enrolment.certificates.models import Certificate
from app.enrolment.feedback.models import FeedbackAnswer, FeedbackRound
from app.enrolment.models import CAME, Attendance, Enrolment, EnrolmentState
from app.participation.dimensions import Dimension
from app.participation.periods import Period
from app.participation.queries import Filter, Key
from app.providers.models import Provider, ProviderType
from app.resources.models import Resource

_COUNTS_NOWHERE = (EnrolmentState.VOID, EnrolmentState.WAITING)
_Query = Select[*tuple[Any, ...]]
_NARROW = 3


def ended_places(
    period: Period,
    by: tuple[Dimension, ...],
    where: Filter,
    provider_id: int | None,
    *,
    only_completed: bool,
) -> dict[Key, tuple[int, int]]:
    """Places used in runs that ended in the period, and the persons: by cell, with all totals.

    A place used is one with an attendance, or completed without any, as a self-paced one is. A
    chain of moves from run to run is one place.
    """
    place = func.coalesce(Enrolment.began_as_id, Enrolment.id)
    numbers = func.count(distinct(place)), func.count(distinct(Enrolment.person_id))
    completed = Enrolment.state == EnrolmentState.COMPLETED
    came = exists().where(Attendance.enrolment_id == Enrolment.id, Attendance.status.in_(CAME))
    used = completed if only_completed else or_(completed, came)
    columns = _columns(Course.isced_f) | {Dimension.MODE: type_coerce(Run.mode, String)}
    found: dict[Key, tuple[int, int]] = {}
    for chosen in _subsets(by):
        query: _Query = select(*(columns[each] for each in chosen), *numbers)
        query = query.select_from(Enrolment).join(Run, Run.id == Enrolment.run_id)
        query = _at_provider(query.join(Course, Course.id == Run.course_id), Course)
        query = query.where(
            Run.ends_on.between(period.first, period.last),
            Run.status != RunStatus.CANCELLED,
            Enrolment.state.not_in(_COUNTS_NOWHERE),
            used,
            *_passing(where, provider_id, Course.isced_f),
            *_course_passing(where),
        )
        counted = _cells(query, by, chosen)
        found |= {key: (places, persons) for key, (places, persons) in counted.items()}
    return found


def answers(period: Period, where: Filter, provider_id: int | None, *, at_least: int = 0) -> int:
    """What learners said of runs that ended in the period, in rounds that are over.

    Args:
        at_least: only answers as satisfied as this.
    """
    query: _Query = select(func.count(FeedbackAnswer.id)).select_from(FeedbackAnswer)
    query = query.join(FeedbackRound, FeedbackRound.run_id == FeedbackAnswer.run_id)
    query = query.join(Run, Run.id == FeedbackAnswer.run_id).join(
        Course, Course.id == Run.course_id
    )
    query = _at_provider(query, Course).where(
        Run.ends_on.between(period.first, period.last),
        FeedbackRound.closed_at.is_not(None),
        FeedbackAnswer.satisfaction >= at_least,
        *_passing(where, provider_id, Course.isced_f),
        *_course_passing(where),
    )
    return db.session.scalar(query) or 0


def certificates(
    period: Period, by: tuple[Dimension, ...], where: Filter, provider_id: int | None
) -> dict[Key, tuple[int, int]]:
    """Valid certificates first issued in the period, and the persons: by cell, with all totals."""
    numbers = func.count(Certificate.id), func.count(distinct(Enrolment.person_id))
    columns = _columns(Course.isced_f) | {Dimension.MODE: type_coerce(Run.mode, String)}
    found: dict[Key, tuple[int, int]] = {}
    for chosen in _subsets(by):
        query: _Query = select(*(columns[each] for each in chosen), *numbers)
        query = query.select_from(Certificate)
        query = query.join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        query = query.join(Run, Run.id == Enrolment.run_id).join(Course, Course.id == Run.course_id)
        query = _at_provider(query, Course).where(
            Certificate.earned_on.between(period.first, period.last),
            Certificate.revoked_at.is_(None),
            Enrolment.state != EnrolmentState.VOID,
            *_passing(where, provider_id, Course.isced_f),
            *_course_passing(where),
        )
        counted = _cells(query, by, chosen)
        found |= {key: (issued, persons) for key, (issued, persons) in counted.items()}
    return found


def good_resources(
    since: date,
    until: date,
    by: tuple[Dimension, ...],
    where: Filter,
    provider_id: int | None,
) -> dict[Key, int]:
    """Published resources that somebody reviewed in these days: by cell, with all totals.

    One resource in two languages is one.
    """
    columns = _columns(Topic.isced_f)
    found: dict[Key, int] = {}
    for chosen in _subsets(by):
        query: _Query = select(*(columns[each] for each in chosen), func.count(Resource.id))
        query = _at_provider(query.select_from(Resource), Resource)
        query = query.where(
            Resource.status == CourseStatus.PUBLISHED,
            Resource.reviewed_on.between(since, until),
            *_passing(where, provider_id, Topic.isced_f),
        )
        found |= {key: numbers[0] for key, numbers in _cells(query, by, chosen).items()}
    return found


def _columns(field: Any) -> dict[Dimension, Any]:
    return {
        Dimension.PROVIDER: Provider.id,
        Dimension.PROVIDER_TYPE: ProviderType.code,
        Dimension.TOPIC: Topic.slug,
        Dimension.FIELD: func.substr(field, 1, _NARROW),
    }


def _at_provider(query: _Query, of: type[Course] | type[Resource]) -> _Query:
    query = query.join(Topic, Topic.id == of.topic_id)
    query = query.join(Provider, Provider.id == of.provider_id)
    return query.join(ProviderType, ProviderType.id == Provider.type_id)


def _subsets(by: tuple[Dimension, ...]) -> Iterator[tuple[Dimension, ...]]:
    """Every cell and every total is counted by itself: persons cannot be added up."""
    for kept in product((True, False), repeat=len(by)):
        yield tuple(each for each, keep in zip(by, kept, strict=True) if keep)


def _cells(
    query: _Query, by: tuple[Dimension, ...], chosen: tuple[Dimension, ...]
) -> dict[Key, tuple[int, ...]]:
    width = len(chosen)
    rows = db.session.execute(query.group_by(*list(query.selected_columns)[:width]))
    return {
        tuple(str(row[chosen.index(each)]) if each in chosen else None for each in by): tuple(
            map(int, row[width:])
        )
        for row in rows
        if any(row[width:])
    }


def _passing(where: Filter, provider_id: int | None, field: Any) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if provider_id is not None:
        found.append(Provider.id == provider_id)
    if where.provider_ids:
        found.append(Provider.id.in_(where.provider_ids))
    if where.provider_types:
        found.append(ProviderType.code.in_(where.provider_types))
    if where.topics:
        found.append(Topic.slug.in_(where.topics))
    if where.fields:
        found.append(or_(*(field.startswith(each) for each in where.fields)))
    return found


def _course_passing(where: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if where.cla:
        found.append(or_(*(Course.cla.startswith(each) for each in where.cla)))
    if where.job_related is not None:
        found.append(Course.job_related.is_(where.job_related))
    if where.modes:
        found.append(Run.mode.in_(where.modes))
    return found
