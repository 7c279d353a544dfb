"""Where "near me" is: a ward that is named, or the browser's position within a kilometre.

The browser rounds a position before it sends it. Whatever arrives is rounded again before anything
else sees it, and nothing keeps it: what is remembered of such a question names the ward instead.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from app.core import clock, config
from app.core.i18n import Bilingual, gettext, ngettext
from app.core.kept import kept
from app.places import queries as places
from app.search.forms import Point, position

_TEN_MINUTES = 600.0
_KM_PER_DEGREE = 111.2
_FARTHEST_KM = 100.0


class _Ward(NamedTuple):
    code: str
    name: Bilingual
    middle: Point


@dataclass(frozen=True, slots=True)
class Around:
    """A place that was asked for: its point, its words, and the code of its ward."""

    point: Point
    text: str
    ward: str
    is_position: bool = False


def around(place: str) -> Around | None:
    """What this place is; nothing when nobody knows it, or it is far from the city."""
    point = position(place)
    if point:
        return _around_position(point)
    unit = places.unit(place) if place.isdigit() else None
    unit = unit or next(iter(places.find_wards(place, limit=1)), None)
    if unit is None or unit.latitude is None or unit.longitude is None:
        return None
    return Around((unit.latitude, unit.longitude), unit.full_name.text(), unit.code)


def away(kilometres: float | None) -> str:
    """How far that is as the crow flies; from a ward's middle or a rounded position, so about."""
    if kilometres is None:
        return ""
    if kilometres < 1:
        return gettext("less than 1 km away")
    return ngettext("about %(num)s km away", "about %(num)s km away", round(kilometres))


def _around_position(point: Point) -> Around | None:
    nearest = min(_wards(), key=lambda ward: _km(ward.middle, point), default=None)
    if nearest is None or _km(nearest.middle, point) > _FARTHEST_KM:
        return None
    text = gettext("you, around %(ward)s", ward=nearest.name.text())
    return Around(point, text, nearest.code, is_position=True)


def _wards() -> list[_Ward]:
    """The wards of the city whose middle is known."""
    what = "middles of wards", config.current().city_code, clock.today()
    return kept(what, _TEN_MINUTES, _middles)


def _middles() -> list[_Ward]:
    return [
        _Ward(ward.code, ward.full_name, (ward.latitude, ward.longitude))
        for ward in places.wards()
        if ward.latitude is not None and ward.longitude is not None
    ]


def _km(here: Point, there: Point) -> float:
    """Near enough within a city: the earth as a plane."""
    width = math.cos(math.radians((here[0] + there[0]) / 2))
    return _KM_PER_DEGREE * math.hypot(here[0] - there[0], (here[1] - there[1]) * width)
