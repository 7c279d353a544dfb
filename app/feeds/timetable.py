"""Weekday, lesson period and teaching weeks as the days and hours of sessions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from app.feeds.problems import Wrong

Meeting = tuple[date, time, time]
_WEEKS = frozenset("0123456789*-_. ")
_NO_LESSON = frozenset("*-_. ")


@dataclass(frozen=True, slots=True)
class Timetable:
    """A weekly timetable in four columns.

    `weeks` has one character a teaching week: a digit where the class meets, a star where not.
    `no_timetable` are the weekday cells of classes that have none; they last the whole term.
    """

    weekday: str
    first_period: str
    periods: str
    weeks: str
    first_monday: date
    weekdays: Mapping[str, int]
    hours: Mapping[str, tuple[time, time]]
    no_timetable: frozenset[str]
    last_day: date

    @property
    def whole_term(self) -> dict[str, str]:
        """First and last day of a class without a timetable, as cells of our columns."""
        days = {"starts_on": self.first_monday, "ends_on": self.last_day}
        return {name: day.isoformat() for name, day in days.items()}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Timetable":
        """The `[timetable]` part of a mapping file."""
        if told["first_monday"].weekday() != 0:
            message = f"first_monday = {told['first_monday']} is no Monday"
            raise ValueError(message)
        return cls(
            weekday=told["weekday"],
            first_period=told["first_period"],
            periods=told["periods"],
            weeks=told["weeks"],
            first_monday=told["first_monday"],
            weekdays={str(name): int(number) for name, number in told["weekdays"].items()},
            hours={str(name): (begin, end) for name, (begin, end) in told["hours"].items()},
            no_timetable=frozenset(map(str, told.get("no_timetable", ()))),
            last_day=told["last_day"],
        )

    def meetings(self, record: Mapping[str, str]) -> list[Meeting]:
        """The sessions of one row.

        Raises:
            Wrong: a cell means nothing in this timetable.
        """
        if record[self.weekday] in self.no_timetable:
            return []
        weekday = self._weekday(record[self.weekday])
        begin, end = self._hours(record[self.first_period], record[self.periods])
        first = self.first_monday + timedelta(days=weekday)
        weeks = self._weeks(record[self.weeks])
        return [(first + timedelta(weeks=week), begin, end) for week in weeks]

    def _weekday(self, cell: str) -> int:
        if cell not in self.weekdays:
            raise Wrong(code="not_a_weekday", value=cell)
        return self.weekdays[cell]

    def _hours(self, first: str, count: str) -> tuple[time, time]:
        last = str(int(first) + int(count) - 1) if first.isdecimal() and count.isdecimal() else ""
        if first not in self.hours or last not in self.hours:
            raise Wrong(code="not_a_period", value=f"{first} + {count}")
        return self.hours[first][0], self.hours[last][1]

    def _weeks(self, cell: str) -> list[int]:
        found = [week for week, mark in enumerate(cell) if mark not in _NO_LESSON]
        if not found or not _WEEKS.issuperset(cell):
            raise Wrong(code="not_weeks", value=cell)
        return found


def at_rest(meetings: list[Meeting]) -> list[list[str]]:
    """Meetings as text that JSON can hold."""
    return [[each.isoformat() for each in meeting] for meeting in meetings]


def awake(told: list[str]) -> Meeting:
    day, begin, end = told
    return date.fromisoformat(day), time.fromisoformat(begin), time.fromisoformat(end)
