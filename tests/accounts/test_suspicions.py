"""Who may be one human is found by small comparisons; households are not suspected."""

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.errors import AlreadyDecided, NotANationalId
from app.accounts.models import Person, Suspicion, SuspicionState
from app.accounts.operations import Guest, merges, person_for_guest, suspicions
from app.accounts.operations.national_ids import set_national_id
from app.core.audit import AuditEntry
from app.core.db import db
from tests.accounts.people import contents, make_person
from tests.factories import AccountFactory, PersonFactory

HOA = {"name": "Nguyễn Thị Hoà", "phone": "+84912345678", "born_on": date(1960, 3, 7)}
NUMBER = "079160001234"


def suspected(one, other) -> Suspicion | None:
    db.session.rollback()
    suspicions.look(other.id)
    return suspicions.find(db.session, one.id, other.id)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"phone": "+84900000001"}, ["name", "birth_date"]),
        ({"born_on": date(1960, 7, 3)}, ["name", "birth_swapped", "phone"]),
        ({"born_on": None, "born_in": 1960, "phone": "+84900000001"}, ["name", "birth_year"]),
        ({"name": "Nguyễn Thị Hoa"}, ["similar_name", "birth_date", "phone"]),
        ({"name": "Nguyen Thi Hoa"}, ["similar_name", "birth_date", "phone"]),
        ({"name": "Hoà Nguyễn Thị"}, ["similar_name", "birth_date", "phone"]),
        ({"born_on": date(1961, 3, 7)}, ["name", "phone"]),
        ({"phone": None}, ["name", "birth_date"]),
    ],
)
def test_a_typing_mistake_or_another_phone_is_suspected(app, changes, reasons):
    one, other = make_person(**HOA), make_person(**HOA | changes)
    found = suspected(one, other)
    assert found.reasons == reasons
    assert suspicions.ENOUGH <= found.score <= 100


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Trần Văn Minh", "born_on": date(1958, 1, 2)},  # husband
        {"name": "Trần Văn Minh"},  # born on the same day
        {"name": "Nguyễn Thị Hoa", "born_on": date(1992, 1, 2)},  # daughter
        {"name": "Nguyễn Thị Lan"},  # twin sister
        {"phone": "+84900000001", "born_on": date(1960, 11, 2)},  # namesake
    ],
)
def test_households_and_namesakes_are_not_suspected(app, changes):
    one, other = make_person(**HOA), make_person(**HOA | changes)
    assert suspected(one, other) is None


def test_the_same_identification_number_is_enough(app):
    one, other = make_person(**HOA), make_person("Lê Văn Tám", "+84900000001", date(1990, 1, 1))
    for person in (one, other):
        set_national_id(person.id, NUMBER, None)
    assert suspected(one, other).score == 100


def test_different_identification_numbers_are_two_people(app):
    one, other = make_person(**HOA), make_person(**HOA)
    set_national_id(one.id, NUMBER, None)
    set_national_id(other.id, "079160009999", None)
    assert suspected(one, other) is None
    assert merges.preview(one.id, other.id).obstacles


def test_a_new_guest_is_compared_by_the_worker(app, run_jobs):
    known = {"full_name": "Nguyễn Thị Hoà", "born_in": 1960, "born_on": date(1960, 3, 7)}
    ids = [person_for_guest(Guest(**known, phone=p)).id for p in ("+84911111111", "+84922222222")]
    run_jobs()
    found = db.session.scalars(select(Suspicion)).one()
    assert [found.first_id, found.second_id] == sorted(ids)


def test_different_stays_different_until_the_number_says_otherwise(app):
    one, other = make_person(**HOA), make_person(**HOA | {"phone": None})
    found = suspected(one, other)
    by_id = AccountFactory().id
    suspicions.decide_different(found.id, by_id, "đã gọi điện")
    with pytest.raises(AlreadyDecided):
        suspicions.decide_different(found.id, by_id, "")
    assert suspected(one, other).state is SuspicionState.DIFFERENT
    for person in (one, other):
        set_national_id(person.id, NUMBER, None)
    assert suspected(one, other).state is SuspicionState.OPEN


def test_a_corrected_name_ends_the_suspicion(app):
    one, other = make_person(**HOA), make_person(**HOA | {"phone": None})
    assert suspected(one, other)
    other.full_name, other.name_key = "Phạm Thị Xuân", "phạm thi xuân"
    db.session.commit()
    assert suspected(one, other) is None


def test_a_phone_of_a_whole_office_is_compared_within_bounds(app, at_most):
    PersonFactory.create_batch(suspicions.MOST + 20, phone="+84911111111", name_key="")
    one = make_person(phone="+84911111111")
    db.session.rollback()
    with at_most(12):
        suspicions.look(one.id)


@pytest.mark.parametrize("typed", ["07916000123", "0791600012345", "07916000123a", "000160001234"])
def test_what_is_no_identification_number_is_refused(app, typed):
    with pytest.raises(NotANationalId):
        set_national_id(make_person().id, typed, None)
    assert db.session.scalars(select(Person.national_id_hash)).all() == [None]


def test_of_the_identification_number_only_a_keyed_hash_is_kept(app, caplog):
    person = make_person(**HOA, sex="female")
    assert set_national_id(person.id, "079 160 001 234", None)
    assert not set_national_id(person.id, "079060001234", None)  # a man's
    assert "160001234" not in contents() + caplog.text
    assert len(person.national_id_hash) == 64
    assert {e.person_id for e in db.session.scalars(select(AuditEntry))} == {person.id}
