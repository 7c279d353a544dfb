"""The same name, birth date and phone are the same person, and each person is counted once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import time_machine
from sqlalchemy import func, select

from app.accounts.models import Person, Residence
from app.accounts.operations import Guest, person_for_guest
from app.core import clock
from app.core.db import db
from app.places.models import Sex
from tests.factories import AccountFactory, WardFactory

HOA = {"full_name": "Nguyễn Thị Hoà", "phone": "+84912345678", "born_in": 1960}


def _count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_same_details_in_another_spelling_are_the_same_person(app):
    first = person_for_guest(Guest(**HOA)).id
    spelled = "nguyễn  thị hòa"  # NFD, older tone place, other capitals
    assert person_for_guest(Guest(**HOA | {"full_name": spelled})).id == first


def test_another_tone_year_or_phone_is_another_person(app):
    odd = [{"full_name": "Nguyễn Thị Hóa"}, {"born_in": 1961}, {"phone": "+84912345679"}]
    ids = {person_for_guest(Guest(**HOA | change)).id for change in [{}, *odd]}
    assert len(ids) == 4


def test_ten_forms_at_once_make_one_person(app):
    unit_id = WardFactory().id
    db.session.rollback()

    def send(_):
        with app.app_context():
            return person_for_guest(Guest(**HOA, unit_id=unit_id)).id

    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(send, range(10)))
    assert len(ids) == 1
    assert (_count(Person), _count(Residence)) == (1, 1)


def test_a_new_ward_closes_the_old_one_on_the_day_before(app):
    old, new = WardFactory().id, WardFactory().id
    with time_machine.travel(clock.now() - timedelta(days=30)):
        moved_in = clock.today()
        person_for_guest(Guest(**HOA, unit_id=old))
    person = person_for_guest(Guest(**HOA, unit_id=new))
    today = clock.today()
    lived = [(r.unit_id, r.valid_from, r.valid_to) for r in person.residences]
    assert lived == [(old, moved_in, today - timedelta(days=1)), (new, today, None)]


def test_a_correction_on_the_same_day_replaces_the_ward(app):
    wrong, right = WardFactory().id, WardFactory().id
    person_for_guest(Guest(**HOA, unit_id=wrong))
    person = person_for_guest(Guest(**HOA, unit_id=right))
    assert [(r.unit_id, r.valid_to) for r in person.residences] == [(right, None)]


def test_prefer_not_to_say_leaves_what_was_stated(app):
    person_for_guest(Guest(**HOA, sex=Sex.FEMALE))
    assert person_for_guest(Guest(**HOA)).sex is Sex.FEMALE


def test_a_year_alone_is_kept_as_a_year(app):
    assert person_for_guest(Guest(**HOA)).born_on is None
    dated = person_for_guest(Guest(**HOA, born_on=date(1960, 3, 27)))
    assert (dated.born_on, dated.born_in) == (date(1960, 3, 27), 1960)


def test_the_database_holds_no_readable_guest_key(app):
    key = person_for_guest(Guest(**HOA)).guest_key
    assert len(key) == 64
    assert "912345678" not in key


def test_a_form_of_a_stranger_moves_nobody_who_has_an_account(app):
    old, new = WardFactory().id, WardFactory().id
    person = person_for_guest(Guest(**HOA, unit_id=old, sex=Sex.FEMALE))
    AccountFactory(person=person)
    again = person_for_guest(Guest(**HOA, unit_id=new, sex=Sex.MALE))
    assert (again.id, again.sex) == (person.id, Sex.FEMALE)
    assert [residence.unit_id for residence in again.residences] == [old]
