"""The words of an installation that a file may use, and the courses a feed brought before."""

from collections.abc import Iterable

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from app.catalogue.models import Audience, Course, Run, Topic
from app.core import vi
from app.core.db import db
from app.feeds.errors import NoSuchProvider
from app.feeds.values import Vocabulary
from app.places.models import Venue
from app.providers.models import Provider, Site


def provider(slug: str) -> Provider:
    """The provider with this slug.

    Raises:
        NoSuchProvider: nobody has it.
    """
    found = db.session.scalar(select(Provider).where(Provider.slug == slug))
    if found is None:
        raise NoSuchProvider
    return found


def vocabulary(of: Provider) -> Vocabulary:
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


def known_courses(provider_id: int, external_ids: Iterable[str]) -> dict[str, Course]:
    """Those of the courses that are here already, with their runs, sessions and audiences."""
    query = select(Course).where(
        Course.provider_id == provider_id, Course.external_id.in_(list(external_ids))
    )
    whole = selectinload(Course.runs).selectinload(Run.sessions), selectinload(Course.audiences)
    return {
        course.external_id or "": course for course in db.session.scalars(query.options(*whole))
    }


def missing_courses(provider_id: int, in_file: frozenset[str]) -> tuple[list[str], int]:
    """External ids of imported courses that the file no longer has, and how many have learners."""
    people = func.count(Run.id).filter(or_(Run.seats_taken > 0, Run.waiting > 0))
    query = (
        select(Course.external_id, people)
        .outerjoin(Run)
        .where(Course.provider_id == provider_id, Course.external_id.is_not(None))
        .group_by(Course.external_id)
        .order_by(Course.external_id)
    )
    gone = [row for row in db.session.execute(query).all() if row[0] not in in_file]
    return [str(row[0]) for row in gone], sum(row[1] > 0 for row in gone)
