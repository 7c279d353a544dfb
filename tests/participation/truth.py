"""A city kept in plain Python lists, and the slowest possible count over it.

Nothing here reads the database: what was done is written down here as well, and counted by loops.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import product

BANDS = ((0, 14), (15, 24), (25, 34), (35, 44), (45, 54), (55, 59), (60, 64), (65, 200))
NAMES = ["0-14", "15-24", "25-34", "35-44", "45-54", "55-59", "60-64", "65+"]
UNKNOWN, OUTSIDE = "not_stated", "outside"
OF_PERSON = {"sex", "age_band", "ward", "group"}


@dataclass
class Human:
    """`born` is 1 July where only the year is known; a home without a unit lies outside."""

    id: int
    sex: str
    born: date | None
    homes: list[tuple[date, date | None, int | None]] = field(default_factory=list)
    groups: list[tuple[date, date | None, str]] = field(default_factory=list)
    merged_into: int | None = None

    def values(self, dimension: str, day: date) -> list[str]:
        """The values on that day; more than one only for groups."""
        return {
            "sex": lambda: [self.sex],
            "age_band": lambda: [self._band(day)],
            "ward": lambda: [self._ward(day)],
            "group": lambda: [g for a, b, g in self.groups if _holds(a, b, day)] or [UNKNOWN],
        }[dimension]()

    def _band(self, day: date) -> str:
        if self.born is None:
            return UNKNOWN
        before = (day.month, day.day) < (self.born.month, self.born.day)
        age = day.year - self.born.year - before
        return next(n for n, (a, b) in zip(NAMES, BANDS, strict=True) if a <= age <= b)

    def _ward(self, day: date) -> str:
        lived = [unit for a, b, unit in self.homes if _holds(a, b, day)]
        if not lived:
            return UNKNOWN
        return OUTSIDE if lived[-1] is None else str(lived[-1])


@dataclass
class Place:
    id: int
    person_id: int
    run: int
    seated_at: datetime
    fee: str = "free"
    ended_at: datetime | None = None

    def held(self, meeting: "Meeting") -> bool:
        still = self.ended_at is None or self.ended_at > meeting.begin
        return self.seated_at <= meeting.end and still


@dataclass
class Meeting:
    """`said` is what the session was on the day its register was first taken."""

    id: int
    run: int
    day: date
    begin: datetime
    end: datetime
    said: dict[str, str] | None = None
    present: set[int] = field(default_factory=set)
    unnamed: int = 0

    @property
    def minutes(self) -> int:
        return int((self.end - self.begin).total_seconds() // 60)


@dataclass
class Truth:
    humans: dict[int, Human] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    meetings: dict[int, Meeting] = field(default_factory=dict)

    def who(self, person_id: int) -> Human:
        human = self.humans[person_id]
        return human if human.merged_into is None else self.who(human.merged_into)

    def count(self, first: date, last: date, by: tuple[str, ...]) -> dict[tuple, tuple]:
        """Persons, holders, enrolments, named, unnamed and minutes of each cell and total."""
        cells = defaultdict(_Cell)
        for meeting in self.meetings.values():
            if meeting.said is not None and first <= meeting.day <= last:
                for human, place, came in self._rows(meeting):
                    for key in self._keys(by, meeting, human, last, place.fee):
                        cells[key].add(meeting, human, place, came=came)
                if meeting.unnamed:
                    for key in self._keys(by, meeting, None, last):
                        cells[key].add_unnamed(meeting)
        return {key: cell.figures() for key, cell in cells.items()}

    def _rows(self, meeting: Meeting) -> Iterator[tuple[Human, Place, bool]]:
        for place in self.places.values():
            came = place.id in meeting.present
            if place.run == meeting.run and (came or place.held(meeting)):
                yield self.who(place.person_id), place, came

    @staticmethod
    def _keys(by, meeting, human, day, fee=UNKNOWN):
        choices = []
        for name in by:
            if name == "fee":
                values = [fee]
            elif name not in OF_PERSON:
                values = [meeting.said[name]]
            else:
                values = human.values(name, day) if human else [UNKNOWN]
            choices.append([*values, None])
        return product(*choices)


class _Cell:
    def __init__(self):
        self.came, self.held, self.places = set(), set(), set()
        self.named = self.unnamed = self.minutes = 0

    def add(self, meeting, human, place, *, came):
        self.held.add(human.id)
        self.places.add((human.id, place.run))
        if came:
            self.came.add(human.id)
            self.named += 1
            self.minutes += meeting.minutes

    def add_unnamed(self, meeting):
        self.unnamed += meeting.unnamed
        self.minutes += meeting.unnamed * meeting.minutes

    def figures(self):
        return (
            len(self.came), len(self.held), len(self.places), self.named, self.unnamed,
            self.minutes,
        )  # fmt: skip


def _holds(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day <= last)
