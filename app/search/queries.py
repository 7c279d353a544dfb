"""What the results page shows beside the cards."""

from collections.abc import Mapping

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.catalogue.models import Audience, CourseStatus, Topic
from app.core import clock, config
from app.core.db import db
from app.core.i18n import Bilingual
from app.core.kept import kept
from app.places import queries as places
from app.providers.models import Provider
from app.resources.models import Resource
from app.search import placenames
from app.search.placenames import Level, Named, Places

_TEN_MINUTES = 600.0

Labels = Mapping[str, Mapping[str, Bilingual]]


def labels() -> Labels:
    """Names of every topic, audience, ward and provider, by filter and code, in their order."""
    return {
        "topic": _names(select(Topic.slug, Topic.name_vi, Topic.name_en).order_by(Topic.position)),
        "audience": _names(
            select(Audience.slug, Audience.name_vi, Audience.name_en).order_by(Audience.position)
        ),
        "ward": places.ward_names(),
        "provider": _names(select(Provider.slug, Provider.name_vi, Provider.name_en)),
    }


def place_names() -> Places:
    """What wards of the city are called, now and by the units they were made of."""
    what = "place names", config.current().city_code, clock.today()
    return kept(what, _TEN_MINUTES, _place_names)


def _place_names() -> Places:
    now = [Named(name.vi, code, Level.WARD) for code, name in places.ward_names().items()]
    former = places.former_names()
    old = [Named(ward, code, Level.OLD_WARD) for code, ward, _, _ in former]
    home = places.city()
    wide = [
        Named(name, code, Level.WIDE)
        for code, _, *above in former
        for name in above
        if name and not (home and name == home.full_name_vi)
    ]
    return placenames.places([*now, *old, *wide])


def resource_rows(ids: list[int]) -> dict[int, Resource]:
    """Published resources by id, with provider and topic; one statement."""
    if not ids:
        return {}
    wanted = select(Resource).where(Resource.id.in_(ids), Resource.status == CourseStatus.PUBLISHED)
    rows = db.session.scalars(
        wanted.options(joinedload(Resource.provider), joinedload(Resource.topic))
    )
    return {row.id: row for row in rows}


def _names(query: Select[str, str, str]) -> dict[str, Bilingual]:
    return {
        code: Bilingual(name_vi, name_en) for code, name_vi, name_en in db.session.execute(query)
    }
