"""The city as all boards of one making know it: its wards, its maps, its measures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from app.indicators.boards import tile_map
from app.indicators.measures import denominators, engine
from app.indicators.measures.results import Definition
from app.participation.statements import Lines
from app.participation.territory import Atlas, Change, Unit
from app.places import queries as places
from app.places.models import AdminUnit, Extent

SHOWN = ("N1", "N2", "N3", "N4", "R1", "Q1")
"""The measures on the tiles, in this order; those that fit the period."""


@dataclass(frozen=True)
class City:
    """What all boards of one making share; `spots` are the squares of wards on the map.

    `mark` changes with the territory and with what is known of its population.
    """

    unit: AdminUnit
    wards: Mapping[int, AdminUnit]
    atlas: Atlas
    today: date
    spots: Mapping[str, tuple[int, int]]
    definitions: Sequence[Definition]
    mark: str = ""

    @cached_property
    def provinces(self) -> list[int]:
        """The former provinces of today's wards, several where a merger made the city."""
        return sorted(self.atlas.provinces_of(self.wards))

    @property
    def breaks(self) -> tuple[date, ...]:
        """When the city itself became another territory."""
        return (self.unit.valid_from,) if len(self.provinces) > 1 else ()

    @cached_property
    def of_today(self) -> Lines:
        moves = self.atlas.moves(self.today)
        return tuple((unit, line) for unit, line in moves if line in self.wards)

    @cached_property
    def of_before(self) -> Lines:
        """The map of the day before the first of today's wards began."""
        first = min((ward.valid_from for ward in self.wards.values()), default=self.today)
        moves = self.atlas.moves(first - timedelta(days=1))
        return tuple((unit, line) for unit, line in moves if unit in self.wards)

    @cached_property
    def of_provinces(self) -> Lines:
        return self.atlas.moves_to_former(self.provinces)


def city_of(unit: AdminUnit, wards: Iterable[AdminUnit], today: date) -> City:
    """The city as it is on this day; five statements."""
    known = {ward.id: ward for ward in wards}
    spots = [
        tile_map.Spot(str(ward.id), ward.latitude, ward.longitude)
        for ward in known.values()
        if ward.latitude is not None and ward.longitude is not None
    ]
    changes = [Change(old, new, how is Extent.WHOLE, on) for old, new, how, on in places.changes()]
    lives = [Unit(*row) for row in places.lives()]
    mark = repr((lives, changes, denominators.mark()))
    by_code = {each.code: each for each in engine.in_force()}
    definitions = [by_code[code] for code in SHOWN if code in by_code]
    return City(
        unit, known, Atlas(lives, changes), today, tile_map.lay_out(spots).cells, definitions, mark
    )  # fmt: skip
