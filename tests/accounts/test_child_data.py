"""Parents hold a child's rights over its data until it is grown up, and read nobody else's."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import select, update

from app.accounts import operations
from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import (
    Bond,
    DataRequest,
    LoginSession,
    Person,
    RequestKind,
    RequestOutcome,
)
from app.accounts.operations import Agreement, Child, Guest, erasure
from app.accounts.operations import requests as desk
from app.accounts.queries.shared_contacts import left_behind
from app.core import clock
from app.core.db import db
from app.enrolment import operations as places
from app.notices.models import Message
from tests.factories import AccountFactory, GrantFactory, PersonFactory, RunFactory

PHONE, HIS_PHONE = "+84912345678", "+84987654321"
EMAIL = "me.bao@example.vn"
BAO = Child(full_name="Phạm Gia Bảo", born_in=2016, born_on=date(2016, 3, 14))
LAN = Guest(full_name="Nguyễn Thị Lan", born_in=1958, phone=PHONE)


@pytest.fixture(autouse=True)
def _today(app):
    with time_machine.travel("2026-11-20T05:00:00Z", tick=False):
        yield
    erasure._file().unlink(missing_ok=True)


def parent(phone=PHONE, email=None, name="Trần Thị Mẹ"):
    person = PersonFactory(full_name=name, phone=phone, email=email)
    return AccountFactory(person=person, phone=phone, phone_proven_at=clock.now())


@pytest.fixture
def mother(app):
    return parent(email=EMAIL)


@pytest.fixture
def father(app):
    return parent(HIS_PHONE, name="Phạm Văn Cha")


@pytest.fixture
def bond(mother):
    return operations.add_child(mother.person_id, BAO, Bond.PARENT, mother.id)


@pytest.fixture
def his(bond, mother, father):
    """The father's own bond to the same child."""
    code = operations.invite_parent(bond.dependant_id, mother.id)
    return operations.accept_invitation(
        father.person_id, code, 2016, Bond.PARENT, address="127.0.0.1", by_id=father.id
    )


def signed_in(client, account):
    client.sign_in(account)
    db.session.execute(update(LoginSession).values(confirmed_at=clock.now()))
    db.session.commit()
    return client


def sent_to():
    return sorted(db.session.scalars(select(Message.to)))


def test_a_parent_reads_and_takes_away_the_child_s_data_and_nobody_else_s(
    client, his, mother, father, run_jobs
):
    child_id, run = his.dependant_id, RunFactory()
    places.enrol(child_id, run.id)
    desk.receive_request(RequestKind.SEE, person_id=child_id, wish="lời cho con")
    desk.receive_request(RequestKind.SEE, person_id=mother.person_id, wish="lời của mẹ")
    run_jobs()
    assert {PHONE, EMAIL, HIS_PHONE} <= set(sent_to())
    address = f"/vi/me/family/{his.id}/data"
    browser = signed_in(client, father)
    assert address in str(browser.page("/vi/me/family"))
    page = str(browser.page(address))
    copies = [browser.get(f"{address}/copy.{kind}") for kind in ("json", "csv")]
    assert all("du-lieu-cua-con" in each.headers["Content-Disposition"] for each in copies)
    own_ones = ("Trần Thị Mẹ", "Phạm Văn Cha", EMAIL, "lời của mẹ", PHONE, PHONE[-6:], HIS_PHONE)
    spoken = ("345 678", "654 321")
    for text in (
        page.partition("<main")[2].partition("</main")[0],
        *(each.text for each in copies),
    ):
        assert "Phạm Gia Bảo" in text
        assert "lời cho con" in text
        assert not [each for each in (*own_ones, *spoken) if each in text]
    assert "Đã tạo bản sao dữ liệu" in browser.page(address).text


def test_the_child_s_copy_asks_to_show_again_who_one_is(client, bond, mother):
    browser = signed_in(client, mother)
    db.session.execute(update(LoginSession).values(confirmed_at=None))
    db.session.commit()
    away = browser.get(f"/vi/me/family/{bond.id}/data/copy.json")
    assert "confirm" in away.location


def test_helpers_former_parents_and_parents_of_the_grown_up_find_nothing(client, bond, mother):
    helped = operations.add_helper(mother.person_id, LAN, Agreement.SHARED_PHONE, mother.id)
    asked = desk.receive_request(RequestKind.SEE, person_id=bond.dependant_id)
    browser = signed_in(client, mother)

    def answers(bond_id):
        pages = ("data", "data/copy.csv", "requests/new", f"asked/{asked.code}")
        return {browser.get(f"/vi/me/family/{bond_id}/{page}").status_code for page in pages}

    assert answers(helped.id) == {404}
    assert answers(bond.id) == {200}
    child = db.session.get(Person, bond.dependant_id)
    child.born_on = date(2008, 11, 20)
    db.session.commit()
    assert answers(bond.id) == {404}
    child.born_on = date(2008, 11, 21)
    db.session.commit()
    assert answers(bond.id) == {200}
    own = AccountFactory(person=child)  # from sixteen on: then it looks after its data itself
    assert answers(bond.id) == {404}
    assert f"/me/family/{bond.id}/data" not in browser.get("/vi/me/family").text
    db.session.delete(own)
    db.session.commit()
    assert answers(bond.id) == {200}
    operations.end_bond(bond.id, mother.id)
    assert answers(bond.id) == {404}


def test_a_parent_asks_for_a_child_sees_the_days_and_takes_it_back(client, bond, mother):
    browser, home = signed_in(client, mother), f"/vi/me/family/{bond.id}"
    form = {"kind": "delete", "wish": "Con không học nữa"}
    browser.send(f"{home}/requests/new", {}, status=422)
    address = browser.send(f"{home}/requests/new", form).location
    row = db.session.scalars(select(DataRequest)).one()
    assert (row.person_id, row.recorded_by_id) == (bond.dependant_id, mother.id)
    told = browser.page(address).text
    assert f"Đã nhận yêu cầu {row.code}" in told
    assert f"{row.act_by:%d/%m/%Y}" in told
    assert "Xóa dữ liệu của con" in told
    assert f"asked/{row.code}" in str(browser.page(f"{home}/data"))
    browser.page(f"/vi/me/data/requests/{row.code}", status=404)
    desk_page = signed_in(client.application.test_client(), GrantFactory().account)
    shown = desk_page.page(f"/vi/staff/requests/{row.code}").text
    assert "Trần Thị Mẹ, 0912 345 678 (đã gửi yêu cầu này)" in shown
    assert "Hãy hỏi từng người trước khi xóa dữ liệu của con" in shown
    browser.send(f"{home}/asked/{row.code}/take-back", page=address)
    db.session.rollback()
    assert db.session.scalar(select(DataRequest.outcome)) is RequestOutcome.TAKEN_BACK


def test_requests_for_a_child_are_so_many_a_day(client, bond, mother):
    browser, address = signed_in(client, mother), f"/vi/me/family/{bond.id}/requests/new"
    for _ in range(10):
        browser.send(address, {"kind": "see"})
    browser.send(address, {"kind": "see"}, status=429)


def test_news_of_a_child_s_request_reaches_both_parents(bond, his, mother, father, run_jobs):
    asked = desk.receive_request(
        RequestKind.SEE, person_id=bond.dependant_id, recorded_by_id=father.id
    )
    run_jobs()
    assert sent_to() == sorted([PHONE, EMAIL, HIS_PHONE])
    desk.close_request(asked.id, RequestOutcome.DONE, "Xong.", GrantFactory().account_id)
    run_jobs()
    assert sent_to() == sorted([PHONE, EMAIL, HIS_PHONE] * 2)


def test_a_child_s_data_are_set_aside_and_not_counted_by_one_click(client, bond, mother):
    browser, address = signed_in(client, mother), f"/vi/me/family/{bond.id}/data"
    for wish, name, is_set in (
        ("restrict", "restricted_at", True),
        ("release", "restricted_at", False),
        ("object", "objected_at", True),
        ("count", "objected_at", False),
    ):
        browser.send(f"{address}/{wish}", page=address)
        db.session.rollback()
        child = db.session.get(Person, bond.dependant_id)
        assert bool(getattr(child, name)) is is_set


def test_an_erased_parent_leaves_no_phone_with_a_child(bond, his, mother, father, run_jobs):
    child_id = bond.dependant_id
    helped = operations.add_helper(mother.person_id, LAN, Agreement.SHARED_PHONE, mother.id)
    grown_id = helped.dependant_id
    desk.receive_request(RequestKind.SEE, person_id=child_id)
    run_jobs()
    erasure.erase(mother.person_id, mother.id)
    db.session.rollback()
    child, grown = db.session.get(Person, child_id), db.session.get(Person, grown_id)
    assert (child.phone, child.guest_key) == (None, None)
    assert (grown.phone, bool(grown.guest_key)) == (PHONE, True)
    assert sent_to() == [HIS_PHONE]


def test_a_parent_s_new_phone_is_the_child_s_and_goes_with_the_parent(bond, mother):
    child_id, new = bond.dependant_id, "+84911000222"
    clerk = GrantFactory().account_id
    operations.replace_contact(mother.id, Contact(ContactKind.PHONE, new), clerk, "đã xem thẻ")
    db.session.rollback()
    assert db.session.get(Person, child_id).phone == new
    guest = Guest(full_name=BAO.full_name, phone=new, born_in=2016, born_on=BAO.born_on)
    assert operations.person_for_guest(guest).id == child_id
    erasure.erase(mother.person_id, mother.id)
    db.session.rollback()
    assert db.session.get(Person, child_id).phone is None


def test_a_phone_that_another_parent_has_too_stays_with_the_child(bond, his, mother, father):
    child_id = bond.dependant_id
    db.session.get(Person, father.person_id).phone = PHONE
    db.session.commit()
    assert dict(left_behind(mother.person_id)) == {child_id: {EMAIL, mother.email} - {None}}
    erasure.erase(mother.person_id, mother.id)
    db.session.rollback()
    assert db.session.get(Person, child_id).phone == PHONE
