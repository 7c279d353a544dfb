"""What the results page shows beside the cards."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.catalogue import queries as catalogue
from app.catalogue.cards import CourseCard
from app.catalogue.models import Audience, Course, Topic
from app.core import clock, config
from app.core.db import db
from app.core.i18n import Bilingual
from app.core.kept import kept
from app.places import queries as places
from app.places.queries import Former
from app.providers.models import Provider, ProviderStatus
from app.resources import queries as resources
from app.resources.models import Resource
from app.search import placenames
from app.search.filters import Hit
from app.search.placenames import Level, Named, Places

_A_MINUTE, _TEN_MINUTES = 60.0, 600.0

Labels = Mapping[str, Mapping[str, Bilingual]]


class ProviderNames(Mapping[str, Bilingual]):
    """By slug, of those the public may know; read one by one, for a city has thousands."""

    def __init__(self) -> None:
        self._known: dict[str, Bilingual | None] = {}

    def __getitem__(self, slug: str) -> Bilingual:
        if slug not in self._known:
            self._known[slug] = _provider_name(slug)
        if (name := self._known[slug]) is None:
            raise KeyError(slug)
        return name

    def __iter__(self) -> Iterator[str]:
        return (slug for slug, name in self._known.items() if name is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)


def labels() -> Labels:
    """Names of topics, audiences, wards and providers, by filter and code, in their order."""
    return {
        "topic": _names(select(Topic.slug, Topic.name_vi, Topic.name_en).order_by(Topic.position)),
        "audience": _names(
            select(Audience.slug, Audience.name_vi, Audience.name_en).order_by(Audience.position)
        ),
        "ward": _ward_names(),
        "provider": ProviderNames(),
    }


def _ward_names() -> Mapping[str, Bilingual]:
    what = "ward names", config.current().city_code, clock.today()
    return kept(what, _A_MINUTE, places.ward_names)


def _provider_name(slug: str) -> Bilingual | None:
    seen = ProviderStatus.ACTIVE, ProviderStatus.CLOSED
    names = select(Provider.name_vi, Provider.name_en)
    row = db.session.execute(names.where(Provider.slug == slug, Provider.status.in_(seen))).first()
    return Bilingual(*row) if row else None


def place_names() -> Places:
    """What wards of the city are called, now and by the units they were made of."""
    what = "place names", config.current().city_code, clock.today()
    return kept(what, _TEN_MINUTES, _place_names)


def _place_names() -> Places:
    now = [Named(name.vi, code, Level.WARD, name.en) for code, name in places.ward_names().items()]
    former = places.former_names()
    old = [Named(each.ward.vi, each.code, Level.OLD_WARD, each.ward.en) for each in former]
    wide = [Named(name.vi, code, Level.WIDE, name.en) for code, name in wide_names(former)]
    return placenames.places([*now, *old, *wide])


def wide_names(former: Iterable[Former]) -> Iterator[tuple[str, Bilingual]]:
    """Wards of today with their old districts and provinces, but for the city itself."""
    home = places.city()
    return (
        (each.code, name)
        for each in former
        for name in (each.district, each.province)
        if name and not (home and name.vi == home.full_name_vi)
    )


def cards(hits: Sequence[Hit]) -> list[CourseCard | Resource]:
    """What the hits are now in the database, in their order; what is gone is left out."""
    of_courses = {c.id: c for c in catalogue.cards([h.key for h in hits if h.kind == "course"])}
    of_resources = resource_rows([h.key for h in hits if h.kind == "resource"])
    both = [(of_courses if h.kind == "course" else of_resources).get(h.key) for h in hits]
    return [card for card in both if card is not None]


def still_public(ids: Collection[str]) -> set[str]:
    """Those of these documents that residents may see now, whatever an index remembers."""
    hits = list(map(Hit, ids))
    found: set[str] = set()
    for kind, query, key in (
        ("course", catalogue.published(), Course.id),
        ("resource", resources.published(), Resource.id),
    ):
        if keys := [hit.key for hit in hits if hit.kind == kind]:
            rows = db.session.scalars(query.with_only_columns(key).where(key.in_(keys)))
            found.update(f"{kind}-{number}" for number in rows)
    return found


def resource_rows(ids: list[int]) -> dict[int, Resource]:
    """Published resources by id, with provider and topic; one statement."""
    if not ids:
        return {}
    wanted = resources.published().where(Resource.id.in_(ids))
    rows = db.session.scalars(
        wanted.options(joinedload(Resource.provider), joinedload(Resource.topic))
    )
    return {row.id: row for row in rows}


def _names(query: Select[str, str, str]) -> dict[str, Bilingual]:
    return {
        code: Bilingual(name_vi, name_en) for code, name_vi, name_en in db.session.execute(query)
    }
