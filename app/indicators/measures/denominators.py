"""How many people live somewhere: official tables of the population, never a guess.

A table is used as it was published: ages that its bands cannot give exactly, units it does not have
and years it does not reach make no denominator, and `problems` says why.

The published figure of both sexes is used wherever no sex is asked for, though women and men
together may differ from it: projections round them separately.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from sqlalchemy import select

from app.core.db import db
from app.core.i18n import Bilingual
from app.places import models, queries
from app.places.models import AdminUnit, Sex, UnitLevel

Ages = tuple[int, int | None]
EVERY_AGE: Ages = (0, None)
_Edition = tuple[int, str]
"""A year and a vintage: figures of two editions are never mixed."""
_Bands = Mapping[Ages, int]


@dataclass(slots=True)
class _Table:
    """What one edition says of one unit, by sex (None: both) and band of ages."""

    source: str = ""
    newest: int = 0
    bands: dict[Sex | None, dict[Ages, int]] = field(default_factory=lambda: defaultdict(dict))


@dataclass
class Population:
    """The residents of the city and its units on a day: all of them, or a part (`whom`)."""

    day: date
    whom: str = ""
    sources: dict[Bilingual, None] = field(default_factory=dict)
    """What was used, in the order of use."""
    problems: dict[Bilingual, None] = field(default_factory=dict)
    """Why something could not be told, in the order of meeting it."""
    _known: dict[int, dict[_Edition, _Table]] = field(default_factory=dict)

    def of_city(self, ages: Ages | None, sexes: Collection[str]) -> int | None:
        """From the city's own table, else its wards', else its former provinces'."""
        for unit_ids, how in self._ways:
            if unit_ids and (edition := self._edition(unit_ids)):
                return self._sum(unit_ids, edition, ages, sexes, how)
        self.problems[_no_table(self.day, self.whom)] = None
        return None

    def of_units(
        self, unit_ids: Collection[int], ages: Ages | None, sexes: Collection[str]
    ) -> int | None:
        """Of all these units together."""
        chosen = sorted(unit_ids)
        self._load(chosen)
        if chosen and (edition := self._edition(chosen)):
            return self._sum(chosen, edition, ages, sexes, None)
        self.problems[_no_ward_table(self.day, self.whom)] = None
        return None

    def get_ready(self, unit_ids: Iterable[int]) -> None:
        """Read the tables of many units at once."""
        self._load(unit_ids)

    def wards_of_kind(self, kinds: Collection[str]) -> frozenset[int]:
        return frozenset(ward.id for ward in self._wards if ward.kind in kinds)

    @cached_property
    def _wards(self) -> list[AdminUnit]:
        return queries.wards(self.day)

    @cached_property
    def _ways(self) -> list[tuple[list[int], Bilingual | None]]:
        city = queries.city(self.day)
        if city is None:
            return []
        former = former_provinces(frozenset(ward.id for ward in self._wards))
        ways = [
            ([city.id], None),
            ([ward.id for ward in self._wards], _OF_WARDS),
            ([unit.id for unit in former], _of_provinces(former)),
        ]
        self._load(unit_id for unit_ids, _ in ways for unit_id in unit_ids)
        return ways

    def _load(self, unit_ids: Iterable[int]) -> None:
        wanted = [unit_id for unit_id in unit_ids if unit_id not in self._known]
        if not wanted:
            return
        for unit_id in wanted:
            self._known[unit_id] = {}
        of = models.Population
        rows = select(of).where(
            of.unit_id.in_(wanted), of.year <= self.day.year, of.whom == self.whom
        )
        for row in db.session.scalars(rows.order_by(of.id)):
            table = self._known[row.unit_id].setdefault((row.year, row.vintage), _Table())
            table.source, table.newest = row.source, row.id
            table.bands[row.sex][row.age_from, row.age_to] = row.persons

    def _edition(self, unit_ids: Collection[int]) -> _Edition | None:
        """The newest year that all these units have; of its editions the one imported last."""
        tables = [self._known[unit_id] for unit_id in unit_ids]
        common = set(tables[0]).intersection(*tables[1:])
        return max(
            common,
            key=lambda edition: (edition[0], max(t[edition].newest for t in tables)),
            default=None,
        )

    def _sum(
        self,
        unit_ids: Collection[int],
        edition: _Edition,
        ages: Ages | None,
        sexes: Collection[str],
        how: Bilingual | None,
    ) -> int | None:
        tables = [self._known[unit_id][edition] for unit_id in unit_ids]
        found = [_of_table(table, ages or EVERY_AGE, sexes) for table in tables]
        numbers = [number for number in found if number is not None]
        if len(numbers) < len(found):
            self.problems[_not_exactly(ages or EVERY_AGE, tables[0])] = None
            return None
        self.sources[_source(tables[0].source, edition, self.day, how)] = None
        return sum(numbers)


def mark() -> str:
    """Another one whenever any table of the population says something else."""
    of = models.Population
    columns = (
        of.id, of.unit_id, of.year, of.sex, of.age_from, of.age_to, of.persons, of.source,
        of.vintage, of.whom,
    )  # fmt: skip
    found = hashlib.sha256()
    for row in db.session.execute(select(*columns).order_by(of.id)):
        found.update(repr(tuple(row)).encode())
    return found.hexdigest()


def former_provinces(ward_ids: frozenset[int]) -> list[AdminUnit]:
    """The provinces before the reform that went into these wards, and into nothing else.

    Empty where that is not known of every ward, or a province was cut.
    """
    parents = {unit_id: parent for unit_id, _, _, parent in queries.lives()}
    levels = dict(db.session.execute(select(AdminUnit.id, AdminUnit.level)).all())
    into: dict[int, set[int]] = defaultdict(set)
    for old, new, _extent, _on in queries.changes():
        top: int | None = old
        while top is not None and levels[top] is not UnitLevel.PROVINCE:
            top = parents[top]
        if top is not None:
            into[top].add(new)
    ours = {province for province, wards in into.items() if wards & ward_ids}
    reached = {ward for province in ours for ward in into[province]}
    if not ward_ids or reached != ward_ids:
        return []
    chosen = select(AdminUnit).where(AdminUnit.id.in_(ours))
    return list(db.session.scalars(chosen.order_by(AdminUnit.code, AdminUnit.id)))


def _of_table(table: _Table, ages: Ages, sexes: Collection[str]) -> int | None:
    """The residents of these ages, from bands that give them exactly."""
    asked = sorted(sexes) if len(sexes) == 1 else []
    if asked:
        return _laid(table.bands.get(Sex(asked[0]), {}), ages)
    both = _laid(table.bands.get(None, {}), ages)
    if both is not None:
        return both
    parts = [_laid(table.bands.get(sex, {}), ages) for sex in (Sex.FEMALE, Sex.MALE)]
    return None if None in parts else sum(part for part in parts if part is not None)


def _laid(bands: _Bands, ages: Ages) -> int | None:
    """The sum of bands that lie end to end over these ages; the widest that fits comes first."""
    low, high = ages
    if (low, high) in bands:
        return bands[low, high]
    shorter = [last for first, last in bands if first == low and last is not None]
    for last in sorted((end for end in shorter if high is None or end < high), reverse=True):
        rest = _laid(bands, (last + 1, high))
        if rest is not None:
            return bands[low, last] + rest
    return None


_OF_WARDS = Bilingual("cộng các phường, xã, đặc khu", "the sum of all wards and communes")


def _of_provinces(former: list[AdminUnit]) -> Bilingual:
    names = ", ".join(unit.name_vi for unit in former)
    return Bilingual(
        f"cộng các tỉnh, thành phố trước ngày 01/7/2025: {names}",
        f"the sum of the provinces before 1 July 2025: {names}",
    )


def _source(source: str, edition: _Edition, day: date, how: Bilingual | None) -> Bilingual:
    year, vintage = edition
    vi = [f"Dân số năm {year}", f"{source} ({vintage})" if vintage else source]
    en = [f"Population of {year}", f"{source} ({vintage})" if vintage else source]
    if how:
        vi.append(how.vi)
        en.append(how.en)
    if year != day.year:
        vi.append(f"chưa có số liệu năm {day.year} nên dùng năm gần nhất trước đó")
        en.append(f"there is no table of {day.year}, so the nearest year before is used")
    return Bilingual("; ".join(vi) + ".", "; ".join(en) + ".")


def _no_table(day: date, whom: str) -> Bilingual:
    return Bilingual(
        f"Chưa có bảng dân số{_WHOM_VI if whom else ''} của thành phố cho năm {day.year} hoặc năm "
        "trước đó, nên không tính tỷ lệ.",
        f"There is no table of the city's population{_WHOM_EN if whom else ''} for {day.year} or "
        "an earlier year, so no rate is given.",
    )


def _no_ward_table(day: date, whom: str) -> Bilingual:
    return Bilingual(
        f"Chưa có bảng dân số{_WHOM_VI if whom else ''} theo phường, xã cho năm {day.year} hoặc "
        "năm trước đó, nên không tính tỷ lệ của phường, xã.",
        f"There is no table of the population{_WHOM_EN if whom else ''} by ward for {day.year} or "
        "an earlier year, so wards have no rate.",
    )


_WHOM_VI, _WHOM_EN = " của nhóm này", " of this group"


def _not_exactly(ages: Ages, table: _Table) -> Bilingual:
    asked = Bilingual(*(_written(ages, words) for words in ("tuổi trở lên", "and over")))
    bands = sorted({band for each in table.bands.values() for band in each}, key=_order)
    known_vi = ", ".join(_written(band, "tuổi trở lên") for band in bands)
    known_en = ", ".join(_written(band, "and over") for band in bands)
    return Bilingual(
        f"Bảng dân số không cho biết chính xác số người {asked.vi} (bảng có: {known_vi}), nên "
        "không tính tỷ lệ.",
        f"The table of the population does not give the ages {asked.en} exactly (it has: "
        f"{known_en}), so no rate is given.",
    )


def _order(band: Ages) -> tuple[int, int]:
    return band[0], 999 if band[1] is None else band[1]


def _written(ages: Ages, open_words: str) -> str:
    return f"{ages[0]} {open_words}" if ages[1] is None else f"{ages[0]}–{ages[1]}"
