"""Who may act for whom: children and their parents, grown people and those who help them."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts import operations, policy, queries
from app.accounts.contacts import Contact, ContactKind
from app.accounts.errors import (
    ChildMustAgree,
    InFamilyAlready,
    NoSuchInvitation,
    NotGrownUp,
    NotYourself,
    TooOldForAChild,
    WrongCode,
)
from app.accounts.models import Bond, CodePurpose, Guardianship, Person
from app.accounts.operations import Agreement, Child, Guest
from app.core import clock
from app.core.access import Actor
from app.core.db import db
from app.core.errors import TooManyAttempts
from tests.codes import code_sent_to
from tests.factories import AccountFactory, PersonFactory

PHONE = "+84912345678"
BAO = Child(full_name="Phạm Gia Bảo", born_in=2016, born_on=date(2016, 3, 14))
LAN = Guest(full_name="Nguyễn Thị Lan", born_in=1958, phone="+84900111222")


@pytest.fixture(autouse=True)
def _today(app):
    with time_machine.travel("2026-11-20T05:00:00Z", tick=False):
        yield


def parent(phone=PHONE, **odd):
    return AccountFactory(
        person=PersonFactory(phone=phone), phone=phone, phone_proven_at=clock.now(), **odd
    )


def add(account, child=BAO):
    return operations.add_child(account.person_id, child, Bond.PARENT, account.id)


def accept(account, code, born_in=2016, address="127.0.0.1"):
    return operations.accept_invitation(
        account.person_id, code, born_in, Bond.PARENT, address=address, by_id=account.id
    )


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def names(account):
    return [person.full_name for person in queries.dependants(account.person_id)]


def test_a_child_has_no_phone_of_its_own_and_is_found_again_by_a_form_on_paper():
    mother = parent()
    child = add(mother).dependant
    guest = Guest(full_name="phạm gia bảo", phone=PHONE, born_in=2016, born_on=BAO.born_on)
    assert operations.person_for_guest(guest).id == child.id
    assert names(mother) == ["Phạm Gia Bảo"]


def test_a_child_known_from_an_earlier_form_is_the_same_child():
    guest = Guest(full_name="Phạm Gia Bảo", phone=PHONE, born_in=2016, born_on=BAO.born_on)
    known = operations.person_for_guest(guest).id
    assert add(parent()).dependant_id == known


def test_a_phone_that_nobody_proved_finds_no_child():
    guest = Guest(full_name="Phạm Gia Bảo", phone=PHONE, born_in=2016, born_on=BAO.born_on)
    known = operations.person_for_guest(guest).id
    pretender = AccountFactory(person=PersonFactory(phone=PHONE), phone=PHONE)
    made = add(pretender)
    assert made.dependant_id != known
    assert made.dependant.phone is None


def test_the_same_child_added_twice_at_once_is_one_child(at_once):
    mother = AccountFactory(person=PersonFactory())
    person_id, by_id = mother.person_id, mother.id
    before = count(Person)
    at_once([lambda: operations.add_child(person_id, BAO, Bond.PARENT, by_id).id] * 4)
    assert (count(Person), count(Guardianship)) == (before + 1, 1)


def test_the_father_joins_the_same_child_by_a_code():
    mother, father = parent(), parent("+84987654321")
    child_id = add(mother).dependant_id
    code = operations.invite_parent(child_id, mother.id)
    accept(father, code.lower())
    assert [p.id for p in queries.dependants(father.person_id)] == [child_id]
    assert len(queries.bonds_over([child_id])) == 2


def test_a_code_is_good_for_one_and_for_seven_days_and_the_newest_only():
    mother, father, other = parent(), parent("+84987654321"), parent("+84987654322")
    child_id = add(mother).dependant_id
    old = operations.invite_parent(child_id, mother.id)
    code = operations.invite_parent(child_id, mother.id)
    with pytest.raises(NoSuchInvitation):
        accept(father, old)
    accept(father, code)
    with pytest.raises(NoSuchInvitation):
        accept(other, code)
    late = operations.invite_parent(child_id, mother.id)
    later = time_machine.travel(clock.now() + timedelta(days=7, seconds=1))
    with later, pytest.raises(NoSuchInvitation):
        accept(other, late)


def test_three_wrong_years_end_an_invitation():
    mother, father = parent(), parent("+84987654321")
    code = operations.invite_parent(add(mother).dependant_id, mother.id)
    for year in (2015, 2017, 2014):
        with pytest.raises(NoSuchInvitation):
            accept(father, code, year)
    with pytest.raises(NoSuchInvitation):
        accept(father, code)


def test_guessing_codes_is_slow():
    father = parent()
    for n in range(10):
        with pytest.raises(NoSuchInvitation):
            accept(father, f"ABCDE1234{n}")
    with pytest.raises(TooManyAttempts):
        accept(father, "ABCDE12345")


def test_whoever_no_longer_acts_for_a_child_has_invited_nobody():
    mother, father = parent(), parent("+84987654321")
    bond = add(mother)
    code = operations.invite_parent(bond.dependant_id, mother.id)
    operations.end_bond(bond.id, mother.id)
    with pytest.raises(NoSuchInvitation):
        accept(father, code)


@pytest.mark.parametrize(
    ("child", "fits"),
    [
        (Child(full_name="A", born_in=2010, born_on=date(2010, 11, 21)), True),
        (Child(full_name="A", born_in=2010, born_on=date(2010, 11, 20)), False),
        (Child(full_name="A", born_in=2011), True),
        (Child(full_name="A", born_in=2010), False),
    ],
)
def test_only_children_under_sixteen_are_added(child, fits):
    if fits:
        assert add(parent(), child).stands
    else:
        with pytest.raises(TooOldForAChild):
            add(parent(), child)


def test_parents_stand_for_a_child_until_it_is_grown_up_and_nobody_need_do_anything():
    mother = parent()
    bond = add(mother)
    child = bond.dependant
    actor = Actor(person_id=mother.person_id)
    assert bond.last_day == date(2034, 3, 13)
    for day, counts in (("2034-03-13T05:00:00Z", True), ("2034-03-14T05:00:00Z", False)):
        with time_machine.travel(day, tick=False):
            assert queries.acts_for(mother.person_id, child.id) is counts
            assert policy.acts_for(actor, child) is counts
            assert bool(names(mother)) is counts


def test_a_grown_person_agrees_and_either_side_ends_it():
    helper = parent()
    bond = operations.add_helper(helper.person_id, LAN, Agreement.CODE, helper.id)
    assert bond.agreed_at is not None
    assert names(helper) == ["Nguyễn Thị Lan"]
    lan = Actor(person_id=bond.dependant_id)
    assert policy.may_end(lan, bond)
    operations.end_bond(bond.id, None)
    assert names(helper) == []
    assert not policy.may_end(lan, bond)


def test_without_agreement_nobody_helps():
    helper = parent()
    bond = operations.add_helper(helper.person_id, LAN, Agreement.CODE, helper.id)
    bond.agreed_at = None
    db.session.commit()
    assert not bond.stands
    assert names(helper) == []


def test_a_code_on_anothers_phone_helps_only_whoever_asked_for_it():
    helper, stranger = parent(), AccountFactory()
    elder = Contact(ContactKind.PHONE, LAN.phone)
    asked = {"language": "vi", "account_id": helper.id}
    handle = operations.ask_code(CodePurpose.FAMILY, elder, "127.0.0.1", **asked)
    code = code_sent_to(elder)
    with pytest.raises(WrongCode):
        operations.check_family_code(elder, handle, code, address="127.0.0.1", by_id=stranger.id)


def test_staff_record_that_an_elder_agreed_on_paper():
    helper, elder = parent(), PersonFactory(born_on=date(1950, 1, 1))
    bond = operations.record_helper(helper.person_id, elder.id, AccountFactory().id)
    assert bond.stands
    with pytest.raises(InFamilyAlready):
        operations.record_helper(helper.person_id, elder.id, AccountFactory().id)


def test_nobody_helps_a_child_or_themselves():
    helper = parent()
    child = Guest(full_name="Phạm Gia Bảo", born_in=2016, phone=PHONE)
    with pytest.raises(NotGrownUp):
        operations.add_helper(helper.person_id, child, Agreement.CODE, helper.id)
    with pytest.raises(NotYourself):
        operations.record_helper(helper.person_id, helper.person_id, helper.id)


def test_a_child_cannot_end_the_bond_and_a_parent_of_another_cannot_either():
    bond = add(parent())
    assert not policy.may_end(Actor(person_id=bond.dependant_id), bond)
    assert not policy.may_end(Actor(person_id=parent("+84987654321").person_id), bond)


@pytest.mark.parametrize(
    ("born", "said", "kept"),
    [(date(2019, 11, 20), True, True), (date(2019, 11, 21), None, None)],
)
def test_from_seven_a_child_agrees_as_well(born, said, kept):
    mother = parent()
    child = add(mother, Child(full_name="Mai", born_in=2019, born_on=born)).dependant
    words = {"language": "vi", "by_id": mother.id}
    consent = operations.consent_for_child(
        mother.person_id, child.id, "group-statistics", child_agreed=said, **words
    )
    assert (consent.child_agreed, consent.given_by_id) == (kept, mother.person_id)


def test_what_a_child_of_seven_refuses_is_refused():
    mother = parent()
    child = add(mother).dependant
    for said in (False, None):
        with pytest.raises(ChildMustAgree):
            operations.consent_for_child(
                mother.person_id, child.id, "group-statistics", child_agreed=said,
                language="vi", by_id=mother.id,
            )  # fmt: skip
