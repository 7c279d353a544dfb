"""Boards that follow what changed are those that all would be, made anew."""

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import delete, select, update

from app.accounts.events import PersonChanged
from app.accounts.models import Person
from app.accounts.operations import erasure, merges
from app.core import config, jobs
from app.core.db import db, transaction
from app.enrolment.models import Attendance, AttendanceStatus
from app.indicators.boards import prepared
from app.indicators.measures.results import Attendance as Visits
from app.indicators.measures.results import Rules
from app.indicators.models import Measure, MeasureVersion, PreparedFigures
from app.indicators.operations import definitions
from app.participation import operations, rollups, store
from app.places.models import Extent, Population, UnitChange
from tests.factories import (
    CityFactory,
    CourseFactory,
    PersonFactory,
    ResidenceFactory,
    RunFactory,
    WardFactory,
)
from tests.participation.conftest import meet, seat

pytestmark = pytest.mark.on_any_database

NOW = "2026-11-22T05:00:00Z"
EARLY, SPRING, AUTUMN = date(2025, 1, 2), date(2026, 3, 2), date(2026, 9, 7)
CODES = ("2026-H2", "2026-H1", "2026")


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


def _run(course):
    return RunFactory(course=course, capacity=None, venue=None, seats_taken=24)


class Town:
    """Three wards, one course in two half-years, people of both and of none."""

    def __init__(self) -> None:
        self.city = CityFactory()
        self.wards = [
            WardFactory(name_vi=name, latitude=10.7, longitude=106.7) for name in ("A", "B", "C")
        ]
        for unit in (self.city, *self.wards):
            self.population(unit, 900)
        course = CourseFactory()
        self.runs = [_run(course) for _ in range(3)]
        self.people = []
        for run, day in zip(self.runs, (date(2025, 10, 6), SPRING, AUTUMN), strict=True):
            seats = [seat(run, EARLY, self.person(at)) for at in range(24)]
            self.people += [each.person for each in seats]
            meet(run, day, present=seats[2:], absent=seats[:2], headcount=4)
            meet(run, day + timedelta(days=30), present=seats[:20])
        db.session.commit()

    def person(self, at: int):
        sex = ("female", "male")[at % 2]
        person = PersonFactory.build(sex=sex, born_on=date(1950 + 2 * at, 3, 4))
        ResidenceFactory.build(person=person, unit=self.wards[at % 7 % 3], valid_from=EARLY)
        return person

    @staticmethod
    def population(unit, persons: int) -> None:
        db.session.add(
            Population(
                unit_id=unit.id, year=2025, sex=None, age_from=0, age_to=None, persons=persons,
                source="Cục Thống kê", vintage="2025",
            )
        )  # fmt: skip

    @property
    def autumn(self) -> list[int]:
        return [each.id for each in self.runs[2].sessions]


def late_attendance(town):
    """A register of months ago is taken today."""
    spring = meet(town.runs[1], date(2026, 4, 20), headcount=9)
    operations.rewrite([spring.id])


def correction(town):
    absent = AttendanceStatus.ABSENT.value
    mine = Attendance.session_id.in_(town.autumn)
    with transaction() as session:
        session.execute(update(Attendance).where(mine).values(status=absent))
    operations.rewrite(town.autumn)


def merged(town):
    merges.merge(town.people[30].id, town.people[60].id, None, "")
    run_all()


def erased(town):
    erasure.erase(town.people[31].id, None, "")
    run_all()


def corrected_person(town):
    """Another birth and sex, in the periods that are over too."""
    with transaction() as session:
        mine = Person.id == town.people[30].id
        session.execute(update(Person).where(mine).values(sex="male", born_on=date(2012, 1, 1)))
        jobs.emit(PersonChanged(town.people[30].id))
    run_all()


def newcomer(town):
    run = town.runs[2]
    place = seat(run, EARLY, town.person(40))
    db.session.commit()
    operations.rewrite([meet(run, date(2026, 11, 9), present=[place]).id])


def definition(_town):
    """Persons are counted from 30 years of age."""
    newest = select(MeasureVersion).join(MeasureVersion.measure).where(Measure.code == "N2")
    row = db.session.scalars(newest).one()
    text = definitions.text_of(row)
    where = replace(text.formula.counted.where, ages=(30, None))
    count = replace(text.formula.counted, where=where)
    text = replace(text, formula=replace(text.formula, counted=count))
    definitions.revise("N2", text, "by age", None, based_on=row.number)


def rules(_town):
    definitions.decide(Rules(attendance=Visits.COURSE), None)


def population(_town):
    with transaction() as session:
        session.execute(update(Population).values(persons=Population.persons + 500))


def settings(_town):
    """Fewer than 9 people are few."""


def territory(town):
    """The third ward went into the first."""
    with transaction() as session:
        ended = date(2026, 6, 30)
        third = session.merge(town.wards[2])
        third.valid_to = ended
        session.add(
            UnitChange(
                old_id=third.id, new_id=town.wards[0].id, extent=Extent.WHOLE,
                on=ended + timedelta(days=1),
            )
        )  # fmt: skip


CHANGES = (
    late_attendance, correction, merged, erased, corrected_person, newcomer, definition, rules,
    population, settings, territory,
)  # fmt: skip


def run_all() -> None:
    """What the worker does for the facts."""
    others = delete(jobs.Job).where(jobs.Job.handler.not_like("participation.jobs.%"))
    is_busy = True
    while is_busy:
        with transaction() as session:
            session.execute(others)
        is_busy = jobs.work_once()
    db.session.rollback()


def refreshed(**how) -> dict[str, str]:
    """Every board as its bytes, and how each period was made."""
    db.session.rollback()
    store.refresh(store.folder(config.current()))
    prepared.prepare(*CODES, **how)
    db.session.rollback()
    kept = select(PreparedFigures.key, PreparedFigures.content)
    rows = db.session.execute(kept.order_by(PreparedFigures.key)).all()
    return {key: json.dumps(content, sort_keys=True) for key, content in rows}


def test_what_follows_a_change_is_what_all_made_anew_is(app, monkeypatch):
    where = store.folder(config.current())
    for folder in ("shelf", rollups.FOLDER):
        shutil.rmtree(where / folder, ignore_errors=True)
    definitions.ensure_measures()
    town = Town()
    operations.rebuild()
    before = refreshed()
    assert refreshed() == before, "nothing changed"
    for change in CHANGES:
        change(town)
        if change is settings:
            few = replace(config.current(), small_cell_below=9)
            monkeypatch.setattr(config, "current", lambda few=few: few)
        followed = refreshed()
        assert followed != before, change.__name__
        assert followed == refreshed(everything=True), change.__name__
        before = followed
    erasure._file().unlink(missing_ok=True)
