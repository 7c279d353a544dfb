"""Many questions over one set of files: the same answers, and none that is out of date."""

import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from app.accounts.models import Person
from app.accounts.operations import residences
from app.core.db import db, transaction
from app.participation import operations, periods, queries, rollups, sittings, store
from app.participation.dimensions import Dimension
from app.participation.filters import Filter, Residents
from app.participation.queries import NotReady, Question
from app.participation.shelf import KEPT, Shelf
from tests.factories import PersonFactory, ResidenceFactory, RunFactory, WardFactory
from tests.participation.conftest import crowd, meet, seat

MARCH, APRIL, EARLY = date(2026, 3, 2), date(2026, 4, 6), date(2026, 1, 2)
YEAR = Question(periods.parse("2026"), spaces=False)
HALF = Question(periods.parse("2026-H1"), spaces=False)


@pytest.fixture
def made(where):
    """`made()` writes facts and files; `made([session])` those of these sessions again."""
    for folder in ("shelf", rollups.FOLDER):
        shutil.rmtree(where / folder, ignore_errors=True)

    def make(changed=()):
        db.session.rollback()
        operations.rewrite(changed) if changed else operations.rebuild()
        store.refresh(where)
        db.session.rollback()

    return make


@pytest.fixture
def count(where, monkeypatch):
    """`count(question)` in a sitting of its own: the cells, and how often it had to count."""

    def ask(*questions, **how):
        counted = []
        with monkeypatch.context() as patch:
            cells_of = queries.cells_of
            patch.setattr(queries, "cells_of", lambda *given: counted.append(1) or cells_of(*given))
            with sittings.begun(where, Shelf(where / "shelf", **how)) as sitting:
                tables = [sitting.count(each) for each in questions]
        return [each.cells for each in tables], len(counted)

    return ask


def alike(where, *questions):
    """Sittings, with what is kept and without, answer as the facts do."""
    plain = [queries.count(where, each).cells for each in questions]
    for how in ({"reads": False}, {}):
        with sittings.begun(where, Shelf(where / "shelf", **how)) as sitting:
            assert [sitting.count(each).cells for each in questions] == plain
            assert sitting.count(questions[0]).as_of == store.read(where).as_of


@pytest.fixture
def city(app):
    """Two wards, several months, absent and unnamed people, one who moves."""
    wards = [WardFactory() for _ in range(2)]
    for at, day in enumerate((date(2025, 12, 30), MARCH, APRIL, date(2026, 7, 1))):
        run = RunFactory(capacity=None)
        seats = [
            seat(run, EARLY - timedelta(days=30), PersonFactory.build(sex=sex, born_on=born))
            for sex in ("female", "male", "not_stated")
            for born in (date(1950, 1, 1), date(2001, 5, 5), None)
        ]
        for person, unit in zip(seats[:6], wards * 3, strict=True):
            ResidenceFactory(person=person.person, unit=unit, valid_from=date(2025, 1, 2))
        meet(run, day, present=seats[at:], absent=seats[:at], headcount=3 * at)
        meet(run, day + timedelta(days=40), present=seats[:4], headcount=2)
    return wards


@pytest.mark.on_any_database
@pytest.mark.parametrize("name", ["2026", "2026-H1", "2025-2026", "2026-03-05/2026-04-20"])
def test_a_sitting_answers_as_the_facts_do(city, made, where, name):
    made()
    asked = Question(periods.parse(name), spaces=False)
    by = [(), *((each,) for each in Dimension), (Dimension.WARD, Dimension.MONTH)]
    by += [(Dimension.GROUP, Dimension.TOPIC), (Dimension.PROVIDER, Dimension.AGE_BAND)]
    ward = str(city[0].id)
    filters = [
        Filter(residents=Residents.CITY), Filter(units=frozenset({city[0].id})),
        Filter(sexes=frozenset({"female"}), ages=(15, None)), Filter(min_weekly_minutes=1),
        Filter(modes=frozenset({"in_person"}), fees=frozenset({"free"}), job_related=False),
        Filter(groups_known=True), Filter(campaign="none"), Filter(cla=("1",), fields=("0",)),
    ]  # fmt: skip
    lines = ((city[0].id, city[1].id),)
    on_map = replace(asked, by=(Dimension.WARD,), lines=lines)
    questions = [replace(asked, by=each) for each in by]
    questions += [replace(asked, where=each) for each in filters]
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    questions += [on_map, replace(asked, by_course=True), replace(asked, spaces=True)]
    questions += [replace(asked, as_known=long_ago)]
    alike(where, *questions)
    assert (ward,) not in queries.count(where, on_map).cells


@pytest.mark.on_any_database
def test_what_has_not_changed_is_not_counted_again(city, made, count):
    made()
    first = count(YEAR, HALF)
    assert first[1] == 2
    assert count(YEAR, HALF) == (first[0], 0)
    assert count(YEAR, HALF, reads=False) == (first[0], 2), "or when nothing kept is believed"
    late = meet(RunFactory(capacity=None), date(2026, 8, 3), headcount=7)
    made([late.id])
    cells, counted = count(YEAR, HALF)
    assert counted == 1, "the half-year before has the same facts"
    assert cells[1] == first[0][1]
    assert cells[0][()].unnamed == first[0][0][()].unnamed + 7


def test_who_moves_after_the_reference_date_changes_nothing(city, made, where, count):
    with time_machine.travel("2026-11-22T05:00:00Z", tick=False):
        run, ward, moved = RunFactory(capacity=None), WardFactory(), date(2026, 8, 1)
        person = PersonFactory()
        ResidenceFactory(person=person, unit=city[0], valid_from=date(2025, 1, 2))
        meet(run, MARCH, present=[seat(run, EARLY, person)])
        made()
        asked = [replace(each, by=(Dimension.WARD,)) for each in (YEAR, HALF)]
        before = count(*asked)[0]
        with transaction() as session:
            residences.move(session, session.get_one(Person, person.id), ward.id, moved)
        operations.follow_persons([person.id])
        db.session.rollback()
        store.refresh(where)
        after, counted = count(*asked)
    assert counted == 1
    assert after[1] == before[1]
    assert after[0][str(ward.id),].persons == 1


def test_a_broken_answer_is_counted_again_and_old_ones_go(app, made, where, count):
    crowd(3)
    made()
    right, _ = count(YEAR)
    (kept,) = (where / "shelf").iterdir()
    assert (where / "shelf").stat().st_mode & 0o077 == 0, "for the worker alone"
    kept.write_bytes(kept.read_bytes()[:-3])
    assert count(YEAR) == (right, 1)
    old = (store.read(where).as_of - KEPT - timedelta(hours=1)).timestamp()
    os.utime(kept, (old, old))
    (where / "shelf" / "x.json.1234.part").write_text("")
    os.utime(where / "shelf" / "x.json.1234.part", (old, old))
    Shelf(where / "shelf").sweep()
    assert list((where / "shelf").iterdir()) == []


def test_a_month_is_rolled_up_once_and_goes_with_its_file(app, made, where, count):
    run = crowd(2, MARCH)
    crowd(1, APRIL)
    made()
    count(YEAR)
    folder = where / rollups.FOLDER
    first = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    made([meet(run, MARCH + timedelta(days=1), headcount=5).id])
    assert count(YEAR)[0][0][()].attendances == 8
    now = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert len(set(first.items()) & set(now.items())) == len(first) == 2
    for file in where.glob("facts-2026-03-*"):
        if file.name != store.read(where).months["2026-03"].file:
            file.unlink()
    made([meet(run, MARCH + timedelta(days=2), headcount=1).id])
    assert count(YEAR)[0][0][()].attendances == 9
    gone = first.keys() - {each.name for each in folder.iterdir()}
    assert [each for each in gone if "2026-03" in each] == list(gone) != []


def test_nothing_is_asked_before_the_first_files(tmp_path):
    with pytest.raises(NotReady), sittings.begun(tmp_path, Shelf(tmp_path)):
        pass
