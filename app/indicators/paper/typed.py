"""The lines of the page as they were typed, and what is understood of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core import clock
from app.core.fields import read_day
from app.core.formats import number, read_whole
from app.core.i18n import current_language, gettext
from app.core.vi import clean
from app.indicators.forms.boxes import read_number
from app.indicators.models.paper import MOST_PEOPLE
from app.indicators.paper.errors import Problem
from app.participation.periods import Period

LINES = 10
LONGEST = 16 * 60
BOXES = ("centre", "activity", "day", "hours", "people", "women", "older")
ANSWERS = ("topic", "again")
LONGEST_NAME = 200
_SHORT_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})", re.ASCII)
_CLOCKED = re.compile(r"(\d{1,2})\s*(?::|h|g|giờ)\s*(\d{1,2})?", re.IGNORECASE)
_MOST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Count:
    """Who came to one session, and for how long; None where the sheet says nothing."""

    day: date
    minutes: int
    headcount: int
    women: int | None = None
    older: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One session as the sheet tells it.

    Attributes:
        again: the reader has said that it is another session of the same day.
        topic_id: the subject of an activity that is new.
    """

    line: int
    provider_id: int
    activity: str
    count: Count
    again: bool = False
    topic_id: int | None = None


@dataclass(slots=True)
class Line:
    """What stands in the boxes of one line, as it was typed."""

    number: int
    typed: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """A centre alone is no line: it is chosen before anything is known."""
        return not any(self.typed[name] for name in BOXES[1:])

    def wrong(self, name: str) -> str:
        """What is wrong with a box, in words."""
        return next((each.message for each in self.problems if each.field == name), "")


def blank(centre: str = "") -> list[Line]:
    """The page before anything is typed."""
    nothing = dict.fromkeys((*BOXES, *ANSWERS), "")
    return [Line(n, nothing | ({"centre": centre} if n == 1 else {})) for n in range(1, LINES + 1)]


def sent(form: Mapping[str, str]) -> list[Line]:
    """The lines of a form."""
    return [
        Line(n, {name: clean(form.get(f"{name}-{n}", "")) for name in (*BOXES, *ANSWERS)})
        for n in range(1, LINES + 1)
    ]


def entries(
    lines: Sequence[Line], period: Period, centres: Mapping[str, int]
) -> tuple[list[Entry], list[Problem]]:
    """What the lines say; an empty centre, activity or length is that of the line above."""
    above: dict[str, str] = {}
    found: list[Entry] = []
    problems: list[Problem] = []
    for line in lines:
        for name in ("centre", "activity", "hours"):
            above[name] = line.typed[name] or above.get(name, "")
        if line.is_empty:
            continue
        read = _Reading(line, above, period, centres)
        entry, wrong = read.entry()
        problems += wrong
        if entry is not None:
            found.append(entry)
    return found, problems


class _Reading:
    """Of one line, box by box."""

    def __init__(
        self, line: Line, above: Mapping[str, str], period: Period, centres: Mapping[str, int]
    ) -> None:
        self._typed: dict[str, str] = {**line.typed, **above}
        self._line, self._period, self._centres = line.number, period, centres
        self._wrong: list[Problem] = []

    def entry(self) -> tuple[Entry | None, list[Problem]]:
        provider_id = self._centres.get(self._typed["centre"])
        if provider_id is None:
            self._refuse("centre", gettext("Choose the centre."))
        activity = self._activity()
        day, minutes = self._day(), self._minutes()
        headcount = self._count("people")
        if headcount is None and not self._is_wrong("people"):
            self._refuse("people", gettext("Write how many people came."))
        women, older = self._count("women"), self._count("older")
        if self._wrong:
            return None, self._wrong
        topic = read_whole(self._typed["topic"], _MOST_ID)
        again = bool(self._typed["again"])
        count = Count(day or date.min, minutes or 0, headcount or 0, women, older)
        return Entry(self._line, provider_id or 0, activity, count, again, topic), []

    def _activity(self) -> str:
        activity = self._typed["activity"]
        if not activity:
            self._refuse("activity", gettext("Write the name of the activity."))
        if len(activity) > LONGEST_NAME:
            self._refuse("activity", gettext("Write at most %(max)d characters.", max=LONGEST_NAME))
        return activity

    def _day(self) -> date | None:
        found = read_sheet_day(self._typed["day"], self._period)
        if found is None:
            self._refuse("day", gettext("Write the day, for example 25/11 or 25/11/2026."))
        return found

    def _minutes(self) -> int | None:
        found = read_hours(self._typed["hours"])
        if found is None:
            example = gettext("Write how many hours it took, for example 2 or 1:30.")
            self._refuse("hours", example)
        return found

    def _count(self, name: str) -> int | None:
        text = self._typed[name]
        if not text:
            return None
        least = 1 if name == "people" else 0
        found = read_count(text)
        if found is None or found < least:
            self._refuse(
                name,
                gettext(
                    "Write a whole number from %(least)s to %(most)s.",
                    least=number(least), most=number(MOST_PEOPLE),
                ),
            )  # fmt: skip
            return None
        return found

    def _is_wrong(self, name: str) -> bool:
        return any(each.field == name for each in self._wrong)

    def _refuse(self, name: str, message: str) -> None:
        self._wrong.append(Problem(self._line, name, message))


def read_count(text: str) -> int | None:
    """A whole number of people, also none."""
    return 0 if text == "0" else read_whole(text, MOST_PEOPLE)


def read_sheet_day(text: str, period: Period) -> date | None:
    """A date; without a year that one of the period's which is not to come."""
    if found := _SHORT_DAY.fullmatch(text.strip()):
        day, month = map(int, found.groups())
        possible = list(_in_years(day, month, period))
        return next((each for each in possible if each <= clock.today()), None) or next(
            iter(possible), None
        )
    return read_day(text.strip())


def _in_years(day: int, month: int, period: Period) -> Iterator[date]:
    """In the years of the period, the latest first; also where the period has no such day."""
    others = []
    for year in range(period.last.year, period.first.year - 1, -1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if period.first <= found <= period.last:
            yield found
        else:
            others.append(found)
    yield from others


def read_hours(text: str) -> int | None:
    """Minutes of 2, 1,5, 1:30 or 1h30."""
    if found := _CLOCKED.fullmatch(text.strip()):
        minutes = int(found[1]) * 60 + int(found[2] or 0)
    else:
        hours = read_number(text.strip(), current_language())
        minutes = round(hours * 60) if hours is not None else 0
    return minutes if 0 < minutes <= LONGEST else None


def hours_typed(minutes: int) -> str:
    """As it stands in a box: 2 or 1:30."""
    whole, rest = divmod(minutes, 60)
    return f"{whole}:{rest:02}" if rest else str(whole)


def day_typed(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def last_day(period: Period) -> date:
    """The last day that can be entered now."""
    return min(period.last, clock.today())
