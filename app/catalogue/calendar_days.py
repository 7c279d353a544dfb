"""Days on which classes do not meet: public holidays, the city's days and the provider's own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import holidays
from sqlalchemy import or_, select

from app.catalogue.planning_models import CalendarDay
from app.core.db import db
from app.core.i18n import Bilingual

_COUNTRY = "VN"


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody said about a day."""

    has_classes: bool
    name: Bilingual


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days of a provider: its own word goes before the city's, that before the law's."""

    words: Mapping[date, Word] = field(default_factory=dict)
    with_holidays: bool = True

    def why_off(self, day: date) -> Bilingual | None:
        """The name of what keeps classes from meeting, or None on an ordinary day."""
        said = self.words.get(day)
        if said is not None:
            return None if said.has_classes else said.name
        return public_holidays(day.year).get(day) if self.with_holidays else None


EVERY_DAY = Calendar(with_holidays=False)


@lru_cache(maxsize=16)
def public_holidays(year: int) -> Mapping[date, Bilingual]:
    """The public holidays of Vietnam, lunar ones and days off in lieu too, as the law has them.

    What the government moves by a decision of the year is entered as a day of the city.
    """
    vi, en = (
        holidays.country_holidays(_COUNTRY, years=year, language=language)
        for language in ("vi", "en_US")
    )
    return {day: Bilingual(name, en.get(day, "")) for day, name in vi.items()}


def calendar_of(provider_id: int) -> Calendar:
    """What the city and this provider have said about days."""
    said = select(CalendarDay).where(
        or_(CalendarDay.provider_id.is_(None), CalendarDay.provider_id == provider_id)
    )
    rows = sorted(db.session.scalars(said), key=lambda row: row.provider_id is not None)
    return Calendar({row.day: Word(row.has_classes, row.name) for row in rows})


def days_of(provider_id: int | None, since: date) -> list[CalendarDay]:
    """The days of a provider, or of the city, that are not over."""
    owner = CalendarDay.provider_id
    mine = owner.is_(None) if provider_id is None else owner == provider_id
    coming = select(CalendarDay).where(mine, CalendarDay.day >= since)
    return list(db.session.scalars(coming.order_by(CalendarDay.day)))
