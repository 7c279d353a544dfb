"""Meetings made from a weekly pattern; days without classes are left out, and said why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.catalogue.calendar_days import Calendar
from app.core import clock
from app.core.i18n import Bilingual

MOST_MEETINGS = 200
LONGEST = timedelta(days=3 * 366)
_DAY, _WEEK = timedelta(days=1), 7


@dataclass(frozen=True, slots=True)
class Slot:
    """One meeting of the week; a venue or room of its own where it is not that of the run."""

    weekday: int
    begins: time
    ends: time
    venue_id: int | None = None
    room_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One meeting that is to be."""

    starts_at: datetime
    ends_at: datetime
    venue_id: int | None = None
    room_id: int | None = None

    @property
    def day(self) -> date:
        return clock.local(self.starts_at).date()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A day that fits the pattern and is left out; `why` None: those who plan the run said so."""

    day: date
    why: Bilingual | None


@dataclass(frozen=True, slots=True)
class Timetable:
    """What a pattern gives."""

    meetings: Sequence[Planned]
    skipped: Sequence[Skipped] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """The meetings of a week, from a first day, so many times or until a day.

    Attributes:
        skip, add: days on which the run does not meet, and meets whatever the calendar says.
    """

    first_day: date
    slots: Sequence[Slot]
    meetings: int | None = None
    until: date | None = None
    every_weeks: int = 1
    skip: frozenset[date] = frozenset()
    add: frozenset[date] = frozenset()

    def on(self, day: date) -> list[Slot]:
        """The meetings of this day, as if no day were ever off."""
        weeks = (_monday(day) - _monday(self.first_day)).days // _WEEK
        fits = weeks % self.every_weeks == 0
        found = [slot for slot in self.slots if fits and slot.weekday == day.weekday()]
        found.sort(key=lambda slot: slot.begins)
        return found or ([self.slots[0]] if day in self.add else [])

    def why_off(self, day: date, calendar: Calendar) -> Skipped | None:
        if day in self.add:
            return None
        if day in self.skip:
            return Skipped(day, None)
        why = calendar.why_off(day)
        return None if why is None else Skipped(day, why)


def generate(pattern: Pattern, calendar: Calendar) -> Timetable:
    """The meetings of a pattern; a meeting that falls out is held later, as the last one.

    With neither a number nor a last day, or when all days are off, it ends after three years.
    """
    made: list[Planned] = []
    skipped: list[Skipped] = []
    most = MOST_MEETINGS + 1 if pattern.meetings is None else pattern.meetings
    for day in _days(pattern):
        if len(made) >= most:
            break
        slots = pattern.on(day)
        off = pattern.why_off(day, calendar) if slots else None
        if off is not None:
            skipped.append(off)
        else:
            made += [planned(day, slot) for slot in slots][: most - len(made)]
    return Timetable(made, skipped)


def planned(day: date, slot: Slot) -> Planned:
    """A meeting of the week on one day."""
    return Planned(
        starts_at=clock.at(day, slot.begins), ends_at=clock.at(day, slot.ends),
        venue_id=slot.venue_id, room_id=slot.room_id,
    )  # fmt: skip


def _days(pattern: Pattern) -> Iterator[date]:
    day = pattern.first_day
    last = day + LONGEST if pattern.until is None else pattern.until
    while day <= last:
        yield day
        day += _DAY


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
