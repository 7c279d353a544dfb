"""Which addresses search engines should know, in which languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import load_only

from app.catalogue.models import Course, CourseStatus
from app.catalogue.queries import published
from app.core import clock
from app.core.db import db
from app.core.i18n import DEFAULT, LANGUAGES
from app.core.slugs import slug_of
from app.core.web import absolute
from app.resources.models import Resource

MOST = 20_000
"""Courses, and resources, in one file: each may stand for two addresses, 50,000 are allowed."""
_STATIC = ("/", "/courses", "/resources", "/help", "/accessibility", "/privacy")


@dataclass(frozen=True, slots=True)
class Entry:
    """One page in the languages it was written in; `addresses` by language."""

    addresses: dict[str, str]
    changed: date | None = None


def parts() -> int:
    """How many files the site needs."""
    public = CourseStatus.PUBLISHED
    courses = select(func.count()).where(Course.status == public)
    resources = select(func.count()).where(Resource.status == public)
    most = max(db.session.scalar(courses) or 0, db.session.scalar(resources) or 0)
    return max(1, -(-most // MOST))


def entries(part: int) -> Iterator[Entry]:
    """The pages of one file, counted from 1. What has no English text has no English address."""
    if part == 1:
        yield from (_entry(path, LANGUAGES) for path in _STATIC)
    for course in _courses(part):
        path, languages = (
            f"/courses/{course.id}-{slug_of(course.title_vi)}",
            _written(course.title_en),
        )
        published = clock.local(course.published_at).date() if course.published_at else None
        yield _entry(path, languages, published)
    for resource in _resources(part):
        slug = slug_of(resource.title_vi)
        yield _entry(f"/resources/{resource.id}-{slug}", _written(resource.title_en))


def _entry(path: str, languages: Sequence[str], changed: date | None = None) -> Entry:
    return Entry({each: absolute(f"/{each}{path}") for each in languages}, changed)


def _written(english: str) -> Sequence[str]:
    return LANGUAGES if english else (DEFAULT,)


def _courses(part: int) -> Sequence[Course]:
    columns = load_only(Course.title_vi, Course.title_en, Course.published_at)
    query = published().options(columns).order_by(Course.id)
    return db.session.scalars(query.limit(MOST).offset((part - 1) * MOST)).all()


def _resources(part: int) -> Sequence[Resource]:
    columns = load_only(Resource.title_vi, Resource.title_en)
    query = select(Resource).where(Resource.status == CourseStatus.PUBLISHED).options(columns)
    query = query.order_by(Resource.id)
    return db.session.scalars(query.limit(MOST).offset((part - 1) * MOST)).all()
