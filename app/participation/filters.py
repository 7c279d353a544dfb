"""Whom and what a question is about, as conditions over the files of `store`.

Conditions are put together from the constants here alone; what somebody typed is always a
parameter.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from app.participation.groups import bits_of
from app.participation.periods import Period, year_before

_WEEK = 7
Condition = tuple[str, dict[str, Any]]
"""SQL and the parameters in it."""


class Residents(StrEnum):
    """Who counts as living in the city."""

    ANY = "any"  # everybody, wherever they live
    CITY = "city"  # whoever lives in a unit of the city
    PERMANENT = "permanent"  # of these, whose residence is registered as permanent


@dataclass(frozen=True, slots=True)
class Filter:
    """Whom and what to count; a field left empty leaves nothing out.

    A person matches by what holds on the period's reference date, a session by what it was on its
    day. People whom nobody named match no condition on persons.
    """

    ages: tuple[int, int | None] | None = None  # full years, both ends included
    sexes: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()  # in any of them
    groups_known: bool = False  # only people who said, or of whom a list says, something
    residents: Residents = Residents.ANY
    units: frozenset[int] = frozenset()  # of residence, by their ids
    employment: frozenset[str] = frozenset()
    cla: tuple[str, ...] = ()  # prefixes
    fields: tuple[str, ...] = ()  # prefixes of ISCED-F
    job_related: bool | None = None
    modes: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    provider_types: frozenset[str] = frozenset()
    provider_ids: frozenset[int] = frozenset()
    fees: frozenset[str] = frozenset()  # of `models.FeeKind`
    campaign: str = ""
    min_weekly_minutes: int | None = None
    """Only people who attended so much a week on average over the period, of what matches."""

    @property
    def is_about_persons(self) -> bool:
        """Whether it asks anything of people, so that those without a name are left out."""
        return self.min_weekly_minutes is not None or any(
            getattr(self, each.name) != each.default
            for each in fields(self)
            if each.name in _OF_PERSON
        )


_OF_PERSON = frozenset({
    "ages", "sexes", "groups", "groups_known", "residents", "units", "employment"
})  # fmt: skip


def of_sessions(where: Filter) -> Iterator[Condition]:
    """On the rows of facts."""
    for column, name in (
        ("mode", "modes"), ("topic", "topics"), ("provider_type", "provider_types"),
        ("provider_id", "provider_ids"), ("fee", "fees"),
    ):  # fmt: skip
        yield from _one_of(column, name, getattr(where, name))
    for column, name, prefixes in (("cla", "cla", where.cla), ("isced_f", "field", where.fields)):
        names = [f"{name}_{at}" for at in range(len(prefixes))]
        if prefixes:
            either = " OR ".join(f"starts_with({column}, ${each})" for each in names)
            yield f"({either})", dict(zip(names, prefixes, strict=True))
    if where.job_related is not None:
        yield "job_related = $job_related", {"job_related": where.job_related}
    if where.campaign:
        yield "campaign = $campaign", {"campaign": where.campaign}


def of_persons(where: Filter, day: date) -> Iterator[Condition]:
    """On the states of learners on this day."""
    if where.ages is not None:
        low, high = where.ages
        yield "born_on <= $born_by", {"born_by": year_before(day, low)}
        if high is not None:
            yield "born_on > $born_after", {"born_after": year_before(day, high + 1)}
    yield from _one_of("sex", "sexes", where.sexes)
    yield from _one_of("unit_id", "units", where.units)
    yield from _one_of("employment", "employment", where.employment)
    if where.groups:
        yield "groups & $groups <> 0", {"groups": bits_of(where.groups)}
    if where.groups_known:
        yield "(answered OR groups <> 0)", {}
    if where.residents is not Residents.ANY:
        yield "unit_id > 0", {}
    if where.residents is Residents.PERMANENT:
        yield "residence = 'permanent'", {}


def least_minutes(where: Filter, period: Period) -> float | None:
    """How long somebody must have attended in the whole period to be counted."""
    if where.min_weekly_minutes is None:
        return None
    days = (period.last - period.first).days + 1
    return where.min_weekly_minutes * days / _WEEK


def _one_of(column: str, name: str, values: Iterable[Any]) -> Iterator[Condition]:
    if listed := sorted(values):
        yield f"list_contains(${name}, {column})", {name: listed}
