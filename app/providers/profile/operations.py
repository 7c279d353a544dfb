"""Changing what a provider says of itself, and its places."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import update

from app.core import audit
from app.core.db import transaction
from app.core.errors import ChangedMeanwhile
from app.core.i18n import Bilingual
from app.core.vi import clean, clean_lines
from app.places.models import Venue
from app.providers.errors import SharedPlace, UnsafeWebsite
from app.providers.models import Provider, Site
from app.providers.queries import is_shared

_SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileFields:
    """What residents read on the page of a provider."""

    about: Bilingual
    phone: str | None
    email: str
    website: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceFields:
    """A building or room, and how people get in."""

    name: Bilingual
    unit_id: int
    address: str
    bus_lines: str
    step_free: bool
    hearing_loop: bool


def edit_profile(provider_id: int, fields: ProfileFields, version: int, by_id: int) -> None:
    """Replace what it says; nobody's change is overwritten unseen.

    Raises:
        ChangedMeanwhile: somebody saved another version first.
        UnsafeWebsite: not a web address.
    """
    seen = update(Provider).where(Provider.id == provider_id, Provider.version == version)
    values = {
        "about_vi": clean_lines(fields.about.vi), "about_en": clean_lines(fields.about.en),
        "phone": fields.phone, "email": clean(fields.email), "website": _safe(fields.website),
        "address": clean(fields.address), "version": Provider.version + 1,
    }  # fmt: skip
    with transaction() as session:
        if session.scalar(seen.values(**values).returning(Provider.id)) is None:
            raise ChangedMeanwhile
        audit.record("provider.edited", "provider", provider_id, by_id)


def add_place(provider_id: int, fields: PlaceFields, by_id: int) -> int:
    """A place of its own; the number of the venue."""
    with transaction() as session:
        venue = Venue()
        _fill(venue, fields)
        session.add(venue)
        session.flush()  # gives the number the site refers to
        session.add(Site(provider_id=provider_id, venue_id=venue.id))
        audit.record("provider.place_set", "provider", provider_id, by_id, venue=venue.id)
        return venue.id


def edit_place(provider_id: int, site_id: int, fields: PlaceFields, by_id: int) -> None:
    """Correct a place that is its own alone.

    Raises:
        SharedPlace: others teach there too.
    """
    with transaction() as session:
        site = session.get_one(Site, site_id)
        if is_shared(site):
            raise SharedPlace
        _fill(site.venue, fields)
        audit.record("provider.place_set", "provider", provider_id, by_id, venue=site.venue_id)


def remove_place(provider_id: int, site_id: int, by_id: int) -> None:
    """It is not named on its page any more; classes that are held there stay there."""
    with transaction() as session:
        site = session.get_one(Site, site_id)
        audit.record("provider.place_set", "provider", provider_id, by_id, venue=site.venue_id)
        session.delete(site)


def _fill(venue: Venue, fields: PlaceFields) -> None:
    if venue.id is not None and (venue.unit_id, venue.address) != (fields.unit_id, fields.address):
        venue.latitude = venue.longitude = None  # it is elsewhere now
    venue.name_vi, venue.name_en = clean(fields.name.vi), clean(fields.name.en)
    venue.unit_id, venue.address = fields.unit_id, clean(fields.address)
    venue.bus_lines = clean(fields.bus_lines)
    venue.step_free, venue.hearing_loop = fields.step_free, fields.hearing_loop


def _safe(website: str) -> str:
    """Only what a browser opens as a page; without a scheme it is a secure one."""
    text = clean(website)
    if not text:
        return ""
    whole = text if "//" in text else f"https://{text}"
    try:
        parts = urlsplit(whole)
    except ValueError as error:
        raise UnsafeWebsite from error
    if parts.scheme not in _SCHEMES or "." not in parts.netloc or "@" in parts.netloc:
        raise UnsafeWebsite
    if any(c.isspace() for c in whole):
        raise UnsafeWebsite
    return whole
