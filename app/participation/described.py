"""What is kept of a session in the words of a page, and the choices for a correction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.catalogue import queries as catalogue
from app.core.db import db
from app.core.i18n import Bilingual, gettext, ngettext
from app.core.i18n import lazy as _
from app.participation import labels
from app.participation.isced import NARROW_FIELDS
from app.participation.models import KeptSession
from app.places import queries as places
from app.places.models import AdminUnit, Venue
from app.providers import queries as providers
from app.providers.words import CLA

Pairs = list[tuple[str, str]]
NAMES: Mapping[str, str] = {
    "topic": _("Subject"),
    "isced_f": _("Field (ISCED-F)"),
    "cla": _("Kind of learning"),
    "job_related": _("Job-related"),
    "provider_type": _("Kind of provider"),
    "mode": _("How it was held"),
    "place": _("Where it was held"),
    "minutes": _("Length in minutes"),
}
"""What can be corrected on the page, in its order."""
OF_SELF_STUDY = tuple(name for name in NAMES if name not in ("mode", "place", "minutes"))
YES, NO = "yes", "no"
_NOWHERE = ""
_NARROW = 3
"""Digits of a narrow field; courses may say a detailed one."""
_VENUE, _UNIT = "venue", "unit"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The texts for the values of every column; places as far as these rows name them."""

    texts: Mapping[str, Mapping[str, str]]
    venues: Mapping[int, Venue]
    units: Mapping[int, AdminUnit]

    @classmethod
    def of(cls, rows: Iterable[KeptSession]) -> "Vocabulary":
        listed = list(rows)
        venues = select(Venue).where(Venue.id.in_({row.venue_id for row in listed} - {None}))
        units = select(AdminUnit).where(
            AdminUnit.id.in_({row.venue_unit_id for row in listed} - {None})
        )
        return cls(
            _texts(),
            {venue.id: venue for venue in db.session.scalars(venues)},
            {unit.id: unit for unit in db.session.scalars(units)},
        )

    def text(self, name: str, row: KeptSession) -> str:
        """What a row says of this; a code that has left its list stands for itself."""
        if name == "place":
            return self._place(row)
        if name == "minutes":
            return ngettext("%(num)s minute", "%(num)s minutes", row.minutes)
        value, texts = chosen(name, row), self.texts[name]
        if name == "isced_f" and value not in texts:
            return f"{value} {NARROW_FIELDS.get(value[:_NARROW], '')}".strip()
        return texts.get(value, value)

    def choices(self, name: str, row: KeptSession) -> Pairs:
        """Everything it can be, also what it is now where that has left the list."""
        if name == "place":
            return self._places(row)
        listed, now = self.texts[name], chosen(name, row)
        return [*listed.items(), *([] if now in listed else [(now, self.text(name, row))])]

    def _place(self, row: KeptSession) -> str:
        unit = self.units.get(row.venue_unit_id or 0)
        where = str(unit.full_name) if unit else gettext("No place")
        venue = self.venues.get(row.venue_id or 0)
        return _together(venue, where) if venue else where

    def _places(self, row: KeptSession) -> Pairs:
        """The provider's own venues, then any place in a ward or commune of that day."""
        known = {
            _venue_value(venue.id, venue.unit_id): _together(venue, str(venue.unit.full_name))
            for venue in providers.venues(row.provider_id)
        }
        elsewhere = {
            _unit_value(unit.id): gettext("Elsewhere in %(unit)s", unit=unit.full_name)
            for unit in places.wards(row.day)
        }
        now = {chosen("place", row): self._place(row)}
        return [*({_NOWHERE: gettext("No place")} | now | known | elsewhere).items()]


def chosen(name: str, row: KeptSession) -> str:
    """The value of a choice that stands for what the row says."""
    if name == "job_related":
        return YES if row.job_related else NO
    if name != "place":
        return str(getattr(row, name))
    if row.venue_unit_id is None:
        return _NOWHERE
    at = row.venue_id
    return _unit_value(row.venue_unit_id) if at is None else _venue_value(at, row.venue_unit_id)


def columns(name: str, value: str) -> Mapping[str, Any]:
    """What this choice says in the columns of a row."""
    if name == "job_related":
        return {"job_related": value == YES}
    if name == "minutes":
        return {"minutes": int(value)}
    if name != "place":
        return {name: value}
    kind, *keys = value.split("-")
    venue = int(keys[1]) if kind == _VENUE else None
    return {"venue_id": venue, "venue_unit_id": int(keys[0]) if keys else None}


def _venue_value(venue_id: int, unit_id: int) -> str:
    return f"{_VENUE}-{unit_id}-{venue_id}"


def _unit_value(unit_id: int) -> str:
    return f"{_UNIT}-{unit_id}"


def _together(venue: Venue, where: str) -> str:
    return f"{venue.name}, {where}"


def _texts() -> Mapping[str, Mapping[str, str]]:
    fields: Mapping[str, Bilingual] = NARROW_FIELDS
    return {
        "topic": {topic.slug: str(topic.name) for topic in catalogue.topics()},
        "isced_f": {code: f"{code} {name}" for code, name in fields.items()},
        "cla": {code: f"{code} {text}" for code, text in CLA.items()},
        "job_related": {YES: gettext("Yes"), NO: gettext("No")},
        "provider_type": {each.code: str(each.name) for each in providers.all_types()},
        "mode": {mode.value: str(label) for mode, label in labels.MODES.items()},
    }
