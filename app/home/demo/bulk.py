"""A city of any size for trying how the product bears it: invented rows, streamed into the tables.

Everything follows from the numbers of the rows, so the same call adds the same city. What the
database can write by itself (who came to which meeting) never passes through Python. A part at a
time is committed: a call that was killed leaves whole rows, and figures to be counted anew.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, case, func, insert, literal, select

from app.accounts.models import Person, Residence
from app.catalogue.models import ClassSession, Course, CourseStatus, Mode, Run, Topic
from app.core import clock
from app.core.archive import restart_numbers
from app.core.db import Base, db, transaction
from app.core.keys import CODE_ALPHABET
from app.enrolment.models import (
    Attendance,
    AttendanceStatus,
    Channel,
    Enrolment,
    EnrolmentState,
    Register,
)
from app.home.demo import texts
from app.places import queries as places
from app.places.models import Sex
from app.providers.models import Provider, ProviderType

MEETINGS = 6
"""Of each run, a week between two; so many attendances stand behind one enrolment."""
COURSES_OF_A_PROVIDER, PLACES_OF_A_RUN = 35, 25
_PART = 20_000
_FIRST_DAY, _DAYS = -690, 750  # runs begin so many days from now, over so many days
_LEAVES_ONE_OF, _ABSENT_OF_TEN, _UNNAMED_ONE_OF = 12, 2, 20
_ALL_MODES = (Mode.IN_PERSON, Mode.IN_PERSON, Mode.ONLINE, Mode.BLENDED)
Progress = Callable[[int], None]
Rows = Iterator[dict[str, Any]]


class TooFewPeople(Exception):
    """Nobody has two places in one run, so a run cannot have more places than there are people."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is added."""

    courses: int
    persons: int
    enrolments: int

    @property
    def runs(self) -> int:
        return max(self.courses, self.enrolments // PLACES_OF_A_RUN)

    @property
    def providers(self) -> int:
        return max(1, self.courses // COURSES_OF_A_PROVIDER)

    @property
    def steps(self) -> int:
        """What `progress` is told of in the end."""
        rows = self.providers + self.courses + self.runs * (1 + MEETINGS)
        return rows + 2 * self.persons + self.enrolments * (1 + MEETINGS)

    def places_of(self, run: int) -> int:
        """How many enrolments the run of this number has."""
        return self.enrolments // self.runs + (run < self.enrolments % self.runs)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The first id of each kind of row that is added."""

    provider: int
    course: int
    run: int
    session: int
    person: int
    residence: int
    enrolment: int

    @classmethod
    def after_those_here(cls) -> "_Numbers":
        models = (Provider, Course, Run, ClassSession, Person, Residence, Enrolment)
        return cls(*((db.session.scalar(select(func.max(m.id))) or 0) + 1 for m in models))


def add(size: Size, progress: Progress = lambda _done: None) -> None:
    """Add a city of this size to what is here.

    Args:
        progress: told from time to time how many more rows there are.

    Raises:
        TooFewPeople: for the places in one run.
    """
    if size.places_of(0) > size.persons:
        raise TooFewPeople
    first = _Numbers.after_those_here()
    wards = [unit.id for unit in places.wards()]
    _pour(Provider, _providers(size, first, wards), progress)
    _pour(Course, _courses(size, first), progress)
    _pour(Run, _runs(size, first), progress)
    _pour(ClassSession, _sessions(size, first), progress)
    _pour(Person, _persons(size, first), progress)
    _pour(Residence, _residences(size, first, wards), progress)
    _pour(Enrolment, _enrolments(size, first), progress)
    _hold(size, first, progress)
    with transaction() as session:
        restart_numbers(session)


def _pour(target: type[Base], rows: Rows, progress: Progress) -> None:
    table = cast("Table", target.__table__)
    while part := list(islice(rows, _PART)):
        with transaction() as session:
            session.execute(insert(table), part)
        progress(len(part))


def _providers(size: Size, first: _Numbers, wards: Sequence[int]) -> Rows:
    types = db.session.scalars(select(ProviderType.id).order_by(ProviderType.id)).all()
    for n in range(size.providers):
        number = first.provider + n
        yield {
            "id": number, "slug": f"don-vi-{number}", "name_vi": f"Trung tâm minh họa số {number}",
            "name_en": f"Demo centre no. {number}", "type_id": types[n % len(types)],
            "unit_id": wards[n % len(wards)],
        }  # fmt: skip


def _courses(size: Size, first: _Numbers) -> Rows:
    topics = dict(db.session.execute(select(Topic.slug, Topic.id)).all())
    known, published = texts.courses(), clock.now() - timedelta(days=700)
    for n in range(size.courses):
        text, centre = known[n % len(known)], first.provider + n % size.providers
        words = dict(text.words)
        words["title_vi"] = f"{words['title_vi']} ({n})"
        yield {
            "id": first.course + n, "provider_id": centre, "topic_id": topics[text.topic],
            "isced_f": text.isced, "cla": text.cla, "job_related": text.job_related,
            "status": CourseStatus.PUBLISHED, "published_at": published, **words,
        }  # fmt: skip


def _begins(run: int) -> date:
    return clock.today() + timedelta(days=_FIRST_DAY + run * 37 % _DAYS)


def _runs(size: Size, first: _Numbers) -> Rows:
    fees = [text.fee for text in texts.courses()]
    for n in range(size.runs):
        begins, wanted = _begins(n), size.places_of(n)
        yield {
            "id": first.run + n, "course_id": first.course + n % size.courses,
            "starts_on": begins, "ends_on": begins + timedelta(weeks=MEETINGS - 1),
            "enrol_from": begins - timedelta(days=45), "enrol_until": begins - timedelta(days=1),
            "capacity": wanted + n % 7, "waiting_capacity": 20,
            "seats_taken": sum(not _leaves(k) for k in range(wanted)),
            "fee": fees[n % size.courses % len(fees)], "mode": _ALL_MODES[n % len(_ALL_MODES)],
        }  # fmt: skip


def _sessions(size: Size, first: _Numbers) -> Rows:
    for n in range(size.runs):
        for week in range(MEETINGS):
            begin = clock.at(_begins(n) + timedelta(weeks=week), time(8 + n % 12))
            yield {
                "id": first.session + n * MEETINGS + week, "run_id": first.run + n,
                "starts_at": begin, "ends_at": begin + timedelta(minutes=(90, 120, 180)[n % 3]),
            }  # fmt: skip


def _persons(size: Size, first: _Numbers) -> Rows:
    names = texts.names()
    families = [family for family, _ in names["families"]]
    today = clock.today()
    for n in range(size.persons):
        sex = Sex.NOT_STATED if n % 25 == 0 else (Sex.FEMALE, Sex.MALE)[n % 2]
        kind = "male" if sex is Sex.MALE else "female"
        given, middle = names[kind], names[f"{kind}_middle"]
        full_name = (
            f"{families[n % len(families)]} {middle[n // 7 % len(middle)]} "
            f"{given[n // 11 % len(given)]}"
        )
        born = today - timedelta(days=6 * 365 + n * 997 % (80 * 365))
        yield {
            "id": first.person + n, **_keys(full_name), "sex": sex,
            "born_on": None if n % 4 == 0 else born, "born_in": born.year,
            "phone": f"+849{n % 100_000_000:08}",
        }  # fmt: skip


@lru_cache(maxsize=100_000)
def _keys(full_name: str) -> dict[str, str]:
    return Person.names(full_name)


def _residences(size: Size, first: _Numbers, wards: Sequence[int]) -> Rows:
    """Everybody has lived since their birth in one ward."""
    since = date(2010, 1, 1)
    for n in range(size.persons):
        yield {
            "id": first.residence + n, "person_id": first.person + n,
            "unit_id": wards[n * 31 // 7 % len(wards)], "valid_from": since,
        }  # fmt: skip


def _enrolments(size: Size, first: _Numbers) -> Rows:
    """Neighbours in number learn together; a person meets no course twice for a long while."""
    number, now = first.enrolment, clock.now()
    for run in range(size.runs):
        begins = clock.at(_begins(run), time(8))
        joined = min(begins - timedelta(days=20), now - timedelta(hours=1))
        left = min(begins + timedelta(days=10), now)
        wanted = size.places_of(run)
        block = run * wanted + run // size.courses * 5 * wanted
        for k in range(wanted):
            leaves = _leaves(k)
            yield {
                "id": number, "code": _code(number), "run_id": first.run + run,
                "person_id": first.person + (block + k) % size.persons,
                "state": EnrolmentState.WITHDRAWN if leaves else EnrolmentState.ENROLLED,
                "channel": Channel.WEB, "joined_at": joined, "seated_at": joined,
                "ended_at": left if leaves else None,
            }  # fmt: skip
            number += 1


def _leaves(place: int) -> bool:
    return place % _LEAVES_ONE_OF == _LEAVES_ONE_OF - 1


def _code(number: int) -> str:
    """Ten characters that no other number has."""
    digits = []
    for _ in range(10):
        number, digit = divmod(number, 32)
        digits.append(CODE_ALPHABET[digit])
    return "".join(digits)


def _hold(size: Size, first: _Numbers, progress: Progress) -> None:
    """The registers of all meetings that are over, a part of the runs at a time."""
    of_a_run = max(1, size.enrolments // size.runs) * MEETINGS
    at_once = max(1, 10 * _PART // of_a_run)
    last = first.run + size.runs
    for start in range(first.run, last, at_once):
        runs = range(start, min(start + at_once, last))
        with transaction() as session:
            for table, rows in (_registers(runs), _attendances(runs)):
                names = [column.name for column in rows.selected_columns]
                session.execute(insert(table).from_select(names, rows))
        progress(len(runs) * of_a_run)


def _over(runs: range) -> Iterable[ColumnElement[bool]]:
    ended: datetime = clock.now() - timedelta(days=1)
    return (
        ClassSession.run_id >= runs.start,
        ClassSession.run_id < runs.stop,
        ClassSession.ends_at < ended,
    )


def _registers(runs: range) -> tuple[Table, Select[Any]]:
    unnamed = case((ClassSession.id % _UNNAMED_ONE_OF == 0, 3), else_=0)
    rows = select(
        ClassSession.id.label("session_id"),
        unnamed.label("headcount"),
        ClassSession.ends_at.label("taken_at"),
        literal(1).label("version"),
    )
    return cast("Table", Register.__table__), rows.where(*_over(runs))


def _attendances(runs: range) -> tuple[Table, Select[Any]]:
    """Everybody who still had the place on the day is on the list."""
    came = (Enrolment.id * 7 + ClassSession.id * 13) % 10 >= _ABSENT_OF_TEN
    status = Attendance.status.type
    rows = select(
        ClassSession.id.label("session_id"),
        Enrolment.id.label("enrolment_id"),
        case(
            (came, literal(AttendanceStatus.PRESENT, status)),
            else_=literal(AttendanceStatus.ABSENT, status),
        ).label("status"),
        ClassSession.ends_at.label("recorded_at"),
    )
    rows = rows.join(Enrolment, Enrolment.run_id == ClassSession.run_id)
    still = (Enrolment.ended_at.is_(None)) | (Enrolment.ended_at > ClassSession.starts_at)
    return cast("Table", Attendance.__table__), rows.where(*_over(runs), still)
