"""The files beside the database: whole, in step with it, and written no more than needed."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pyarrow.parquet as pq
import pytest
import time_machine
from sqlalchemy import select, update

from app.accounts.events import PersonChanged
from app.accounts.models import Person
from app.core import clock, jobs
from app.core.db import db, transaction
from app.participation import operations, periods, queries, store
from app.participation.dimensions import Dimension
from app.participation.marks import PAUSE
from app.participation.queries import Question
from tests.factories import RunFactory
from tests.participation.conftest import crowd, meet, seat

MARCH, APRIL = date(2026, 3, 2), date(2026, 4, 6)


@pytest.fixture
def where(tmp_path):
    return tmp_path / "facts"


def refreshed(where, **how):
    db.session.rollback()
    return store.refresh(where, **how)


def total(where, period="2026", by=()):
    return queries.count(where, Question(periods.parse(period), by)).total


def test_only_months_that_changed_are_written_again(app, where):
    march = crowd(2, MARCH)
    crowd(1, APRIL)
    operations.rebuild()
    first = refreshed(where)
    session = meet(march, MARCH + timedelta(days=1), headcount=5)
    operations.rewrite([session.id])
    second = refreshed(where)
    assert first.months.keys() == second.months.keys() == {"2026-03", "2026-04"}
    assert first.months["2026-04"] == second.months["2026-04"]
    assert first.months["2026-03"].file != second.months["2026-03"].file
    assert total(where).attendances == 8


def test_nothing_is_written_when_nothing_changed(app, where):
    crowd(2)
    operations.rebuild()
    assert refreshed(where) == refreshed(where)
    assert refreshed(where, everything=True) != refreshed(where, everything=True)


def test_the_set_that_was_replaced_can_still_be_read(app, where):
    crowd(2)
    operations.rebuild()
    old = refreshed(where)
    crowd(1)
    operations.rebuild()
    refreshed(where)
    refreshed(where, everything=True)
    assert old.files() <= {path.name for path in where.iterdir()}
    with time_machine.travel(clock.now() + store.KEPT * 2):
        new = refreshed(where, everything=True)
        left = {path.name for path in where.glob("*.parquet")}
    assert not old.files() & left
    assert new.files() <= left


def test_what_a_broken_writer_left_is_removed(app, where):
    where.mkdir()
    (where / "facts-2026-03-0.parquet.part").write_bytes(b"half a file")
    crowd(1)
    operations.rebuild()
    manifest = refreshed(where)
    left = {path.name for path in where.iterdir()}
    assert left == manifest.files() | {"manifest.json", "lock"}


def test_files_hold_numbers_and_no_names_or_phones(app, where):
    run = crowd(2)
    operations.rebuild()
    refreshed(where)
    raw = b"".join(path.read_bytes() for path in where.iterdir())
    people = db.session.query(Person).all()
    assert people
    for person in people:
        assert person.full_name.encode() not in raw
        assert person.phone.encode() not in raw
    columns = {name for path in where.glob("*.parquet") for name in pq.read_schema(path).names}
    assert run.id
    assert columns == {
        "meeting", "day", "minutes", "run_id", "provider_id", "provider_type", "topic", "isced_f",
        "cla", "mode", "job_related", "venue_id", "venue_unit_id", "campaign", "learner", "present",
        "headcount", "fee", "sex", "born_on", "unit_id", "residence", "groups", "answered",
        "employment", "valid_from", "valid_to", "known_from", "known_to",
    }  # fmt: skip


def test_a_corrected_person_is_counted_rightly_soon_after(app, run_jobs):
    where = store.folder(app.extensions["settings"])
    crowd(6, sex="female")
    operations.rebuild()
    refreshed(where, everything=True)
    with transaction() as session:
        session.execute(update(Person).values(sex="male"))
        for person_id in session.scalars(select(Person.id)):
            jobs.emit(PersonChanged(person_id))
    run_jobs()
    with time_machine.travel(clock.now() + PAUSE):
        run_jobs()
    sexes = queries.count(where, Question(periods.parse("2026"), (Dimension.SEX,))).cells
    assert sexes[("male",)].persons == 6
    assert ("female",) not in sexes


def test_registers_reach_the_files_by_way_of_the_worker(app, run_jobs):
    where = store.folder(app.extensions["settings"])
    refreshed(where)
    crowd(3)
    operations.rebuild()
    assert store.is_behind(where)
    with time_machine.travel(clock.now() + PAUSE):
        run_jobs()
    assert not store.is_behind(where)
    assert total(where).persons == 3


def test_two_writers_take_turns_and_both_leave_a_whole_set(app, where):
    crowd(2)
    operations.rebuild()
    db.session.rollback()

    def write(_number):
        with app.app_context():
            try:
                return store.refresh(where, everything=True).files()
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(write, range(8)))
    manifest = store.read(where)
    assert manifest.files() in written
    assert total(where).persons == 2


def test_a_reader_beside_a_writer_always_gets_an_answer(app, where):
    crowd(2)
    operations.rebuild()
    refreshed(where)

    def write():
        with app.app_context():
            for _ in range(12):
                store.refresh(where, everything=True)
            db.session.remove()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        answers = set()
        while not writing.done():
            answers.add(total(where).persons)
        writing.result()
    assert answers == {2}


def test_the_list_of_files_is_replaced_whole(app, where):
    crowd(1)
    operations.rebuild()
    refreshed(where)
    kept = json.loads((where / "manifest.json").read_text("utf-8"))
    assert set(kept) == {"as_of", "months", "learners"}
    assert store.read(where) == refreshed(where)


def test_a_month_that_lost_its_facts_is_empty(app, where):
    run = RunFactory()
    enrolment = seat(run, date(2026, 1, 2))
    session = meet(run, MARCH, present=[enrolment])
    operations.rebuild()
    refreshed(where)
    enrolment.state = "void"
    db.session.commit()
    operations.rewrite([session.id])
    assert refreshed(where).months.keys() == {"2026-03"}
    assert total(where).persons == 0
