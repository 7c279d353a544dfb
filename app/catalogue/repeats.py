"""The repeat rule of a timetable: weekdays, hours and how many times from a first day."""

from dataclasses import dataclass
from datetime import date, datetime, time

from app.catalogue.calendar_days import EVERY_DAY, Calendar
from app.catalogue.errors import NoMeetings, TooManyMeetings, WrongDates
from app.catalogue.generator import LONGEST, MOST_MEETINGS, Pattern, Slot, Timetable, generate
from app.core.i18n import lazy as _

__all__ = ["MOST_MEETINGS", "Repeat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat:
    """Tuesday and Thursday, 18:30 to 20:30, eight times from the first of December.

    Attributes:
        meetings: how many; None: until the day `until`.
        weekdays: Monday is 0; none: the weekday of the first day.
        skip, add: days on which this run does not meet, and meets whatever the calendar says.
    """

    first_day: date
    begins: time
    ends: time
    meetings: int | None = 1
    until: date | None = None
    weekdays: frozenset[int] = frozenset()
    every_weeks: int = 1
    skip: frozenset[date] = frozenset()
    add: frozenset[date] = frozenset()

    def check(self) -> None:
        """Refuse a rule that gives no timetable.

        Raises:
            WrongDates: the end is not after the beginning.
            NoMeetings, TooManyMeetings: not between 1 and 200 sessions.
        """
        if self.ends <= self.begins:
            raise WrongDates(_("The end must be later than the beginning."), field="ends")
        if self.until is not None and self.until < self.first_day:
            raise WrongDates(_("The last day must not be before the first day."), field="until")
        if self.until is not None and self.until - self.first_day > LONGEST:
            raise WrongDates(_("A run lasts at most three years."), field="until")
        if (self.meetings is None and self.until is None) or self.meetings == 0:
            raise NoMeetings
        if self.meetings is not None and self.meetings > MOST_MEETINGS:
            raise TooManyMeetings

    def timetable(self, calendar: Calendar) -> Timetable:
        """The meetings, and the days that were left out.

        Raises:
            as `check`; NoMeetings also when every day is left out.
        """
        self.check()
        weekdays = self.weekdays or {self.first_day.weekday()}
        slots = tuple(Slot(weekday, self.begins, self.ends) for weekday in sorted(weekdays))
        pattern = Pattern(
            first_day=self.first_day, slots=slots, meetings=self.meetings, until=self.until,
            every_weeks=self.every_weeks, skip=self.skip, add=self.add,
        )  # fmt: skip
        made = generate(pattern, calendar)
        if not made.meetings:
            raise NoMeetings
        if len(made.meetings) > MOST_MEETINGS:
            raise TooManyMeetings
        return made

    def days(self) -> list[date]:
        """The days on which the run meets, holidays or not."""
        return [meeting.day for meeting in self.timetable(EVERY_DAY).meetings]

    def times(self) -> list[tuple[datetime, datetime]]:
        """Beginning and end of each meeting, on the city's clock, holidays or not."""
        return [(each.starts_at, each.ends_at) for each in self.timetable(EVERY_DAY).meetings]
