"""The repeat rule of a timetable: weekdays, hours and how many times from a first day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.catalogue.errors import NoMeetings, TooManyMeetings, WrongDates
from app.core import clock
from app.core.i18n import lazy as _

MOST_MEETINGS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Tuesday and Thursday, 18:30 to 20:30, eight times from the first of December."""

    first_day: date
    begins: time
    ends: time
    meetings: int = 1
    weekdays: frozenset[int] = frozenset()  # Monday is 0; none: the weekday of the first day

    def check(self) -> None:
        """Refuse a rule that gives no timetable.

        Raises:
            WrongDates: the end is not after the beginning.
            NoMeetings, TooManyMeetings: not between 1 and 200 sessions.
        """
        if self.ends <= self.begins:
            raise WrongDates(_("The end must be later than the beginning."), field="ends")
        if self.meetings < 1:
            raise NoMeetings
        if self.meetings > MOST_MEETINGS:
            raise TooManyMeetings

    def days(self) -> list[date]:
        """The days on which the run meets."""
        return [day for day, _number in zip(self._fitting(), range(self.meetings), strict=False)]

    def times(self) -> list[tuple[datetime, datetime]]:
        """Beginning and end of each meeting, on the city's clock."""
        return [(clock.at(day, self.begins), clock.at(day, self.ends)) for day in self.days()]

    def _fitting(self) -> Iterator[date]:
        wanted = self.weekdays or {self.first_day.weekday()}
        day = self.first_day
        while True:
            if day.weekday() in wanted:
                yield day
            day += timedelta(days=1)
