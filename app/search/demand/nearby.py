"""The wards around a provider."""

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

from sqlalchemy import select

from app.catalogue.models import Course, Run
from app.core.db import db
from app.places import queries as places
from app.places.models import AdminUnit, Venue
from app.providers.models import Provider

KILOMETRES = 5.0
_EARTH = 6371.0
Point = tuple[float, float]


def wards_of(provider_id: int) -> Sequence[AdminUnit]:
    """Those it is in or teaches in, and those whose middle is near; the near ones last."""
    venues = (
        select(Venue.unit_id)
        .join(Run, Run.venue_id == Venue.id)
        .join(Run.course)
        .where(Course.provider_id == provider_id)
        .distinct()
    )
    home = select(Provider.unit_id).where(Provider.id == provider_id)
    own = {*db.session.scalars(venues), *db.session.scalars(home)}
    wards = places.wards()
    middles = [_middle(ward) for ward in wards if ward.id in own]
    return sorted(
        (ward for ward in wards if ward.id in own or _is_near(_middle(ward), middles)),
        key=lambda ward: ward.id not in own,
    )


def _middle(ward: AdminUnit) -> Point | None:
    if ward.latitude is None or ward.longitude is None:
        return None
    return ward.latitude, ward.longitude


def _is_near(point: Point | None, middles: Sequence[Point | None]) -> bool:
    return point is not None and any(
        middle is not None and _distance(point, middle) <= KILOMETRES for middle in middles
    )


def _distance(first: Point, second: Point) -> float:
    (lat, lon), (lat2, lon2) = (tuple(map(radians, point)) for point in (first, second))
    half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * _EARTH * asin(sqrt(half))
