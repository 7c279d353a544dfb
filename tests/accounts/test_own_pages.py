"""The pages of one's own profile, groups and family, as a browser sends them."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from app.accounts import operations, queries
from app.accounts.models import Bond, GroupsAnswer, Guardianship, OneTimeCode, PriorityGroup
from app.accounts.operations import Child
from app.core import clock, config
from app.core.db import db
from app.places.models import Sex
from tests.client import read
from tests.factories import AccountFactory, PersonFactory, ResidenceFactory, WardFactory

PHONE = "+84912345678"
BORN = clock.today().year - 10
CHILD = {
    "full_name": "Phạm Gia Bảo",
    "birth-day": "2",
    "birth-month": "1",
    "birth-year": str(BORN),
    "sex": "male",
    "bond": "parent",
}
LAN = {
    "full_name": "Nguyễn Thị Lan",
    "phone": "0900 111 222",
    "birth-year": "1958",
    "sex": "female",
    "outside": "y",
}
PAGES = ("/me", "/me/profile", "/me/groups", "/me/family", "/me/national-id", "/my-place/claim")


def resident(phone=PHONE):
    person = PersonFactory(phone=phone, born_on=date(1990, 3, 14))
    ResidenceFactory(person=person, unit=WardFactory(name_vi="Bến Thành"))
    return AccountFactory(
        person=person, display_name=person.full_name, phone=phone, phone_proven_at=clock.now()
    )


def filled(page):
    """What the page's last form would send as it is."""
    form = page.select("main form")[-1]
    sent = {}
    for field in form.select("input, select"):
        kind = field.get("type")
        if kind in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        chosen = field.select_one("option[selected]")
        value = chosen["value"] if chosen else field.get("value", "")
        sent[field["name"]] = "" if field.name == "select" and not chosen else value
    return sent


def sent_code():
    """The six digits in the only text message about a code."""
    (code_id,) = db.session.scalars(select(OneTimeCode.id)).all()
    text = config.current().data_dir / "outbox" / f"sms-code-{code_id}.txt"
    return re.search(r"\b\d{6}\b", text.read_text("utf-8"))[0]


def add(account, **odd):
    born = date(BORN, 1, 2)
    child = Child(full_name="Phạm Gia Bảo", born_in=BORN, born_on=born, **odd)
    return operations.add_child(account.person_id, child, Bond.PARENT, account.id)


@pytest.mark.parametrize("path", PAGES)
def test_an_account_without_a_person_has_no_such_pages(client, path):
    client.sign_in(AccountFactory())
    assert client.get(f"/vi{path}").status_code == (302 if path == "/me" else 404)


def test_a_child_is_added_with_the_parents_ward(client):
    me = resident()
    client.sign_in(me)
    page = client.page("/vi/me/family/add")
    assert page.select_one("input[name=ward]")["value"] == "Phường Bến Thành"
    assert not page.select("input[checked]")
    client.send("/vi/me/family/add", {**filled(page), **CHILD})
    (child,) = queries.dependants(me.person_id)
    assert child.sex is Sex.MALE
    assert queries.homes([child.id])[child.id].unit.name_vi == "Bến Thành"
    assert "Phạm Gia Bảo" in client.page("/vi/me/family").text
    client.send("/vi/me/family/add", {**filled(page), **CHILD, "birth-year": "2001"}, status=422)


def test_a_parent_corrects_a_child_and_a_stranger_finds_nothing(client, app):
    me, stranger = resident(), resident("+84987654321")
    bond = add(me)
    address = f"/vi/me/family/{bond.id}"
    client.sign_in(me)
    page = client.page(address)
    client.send(address, {**filled(page), "full_name": "Phạm Gia Bình"})
    db.session.refresh(bond.dependant)
    assert bond.dependant.full_name == "Phạm Gia Bình"
    other = app.test_client().sign_in(stranger)
    for path in ("", "/end"):
        missing = other.page(f"/vi/me/family/999{path}", status=404).main
        assert str(other.page(f"{address}{path}", status=404).main) == str(missing)
    other.send(f"{address}/invite", {}, status=404, page="/vi/me/family/add")
    other.send(f"{address}/end", {}, status=404, page="/vi/me/family/add")
    assert queries.acts_for(me.person_id, bond.dependant_id)


def test_the_father_joins_by_the_code_that_is_shown_to_the_mother(client, app):
    mother, father = resident(), resident("+84987654321")
    bond = add(mother)
    client.sign_in(mother)
    shown = read(
        client.send(f"/vi/me/family/{bond.id}/invite", {}, status=200, page="/vi/me/family")
    )
    code = shown.select_one(".ref").text
    his = app.test_client().sign_in(father)
    typed = {"code": f"{code[:5]} {code[5:]}".lower(), "born_in": str(BORN), "bond": "parent"}
    his.send("/vi/me/family/join", {**typed, "born_in": str(BORN - 1)}, status=422)
    his.send("/vi/me/family/join", typed)
    assert [p.id for p in queries.dependants(father.person_id)] == [bond.dependant_id]
    assert father.person.full_name in client.page("/vi/me/family").text


def test_an_elder_agrees_by_a_code_on_her_own_phone(client, run_jobs):
    me = resident()
    client.sign_in(me)
    asked = read(client.send("/vi/me/family/help", {**LAN, "ward": ""}, status=200))
    assert queries.dependants(me.person_id) == []
    run_jobs()
    code = sent_code()
    sent = {**filled(asked), "step": "agree"}
    wrong = str((int(code) + 1) % 10**6).zfill(6)
    client.send(
        "/vi/me/family/help", {**sent, "code": wrong}, status=422, page="/vi/me/family/join"
    )
    client.send("/vi/me/family/help", {**sent, "code": code}, page="/vi/me/family/join")
    (helped,) = queries.dependants(me.person_id)
    assert (helped.full_name, helped.phone) == ("Nguyễn Thị Lan", "+84900111222")


def test_a_code_for_one_phone_is_no_agreement_of_another(client, run_jobs):
    me = resident()
    client.sign_in(me)
    asked = read(client.send("/vi/me/family/help", LAN, status=200))
    run_jobs()
    code = sent_code()
    sent = {**filled(asked), "step": "agree", "code": code, "phone": "0900 111 333"}
    client.send("/vi/me/family/help", sent, status=422, page="/vi/me/family/join")
    assert queries.dependants(me.person_id) == []


def test_whoever_shares_the_helpers_proven_phone_agrees_by_it(client):
    me = resident()
    client.sign_in(me)
    client.send("/vi/me/family/help", {**LAN, "phone": PHONE})
    bond = db.session.scalars(select(Guardianship)).one()
    assert (bond.bond, bond.dependant.phone) == (Bond.HELPER, PHONE)
    client.send(f"/vi/me/family/{bond.id}/end", {})
    assert queries.dependants(me.person_id) == []


def test_the_profile_is_corrected_and_an_older_page_is_refused(client):
    me = resident()
    client.sign_in(me)
    page = client.page("/vi/me/profile")
    sent = filled(page)
    moved = {**sent, "since": "1/2/2026", "kind": "temporary", "outside": "y"}
    client.send("/vi/me/profile", {**moved, "full_name": "Nguyễn Thị Mới"})
    lived = queries.residences(me.person_id)
    now = (lived[0].unit_id, lived[0].kind.value, lived[0].valid_from)
    assert now == (None, "temporary", date(2026, 2, 1))
    db.session.refresh(me)
    assert me.display_name == me.person.full_name == "Nguyễn Thị Mới"
    kept = read(client.send("/vi/me/profile", {**sent, "full_name": "Bản cũ"}, status=422))
    assert kept.select_one("input[name=full_name]")["value"] == "Bản cũ"
    assert me.person.full_name == "Nguyễn Thị Mới"


def test_groups_are_ticked_agreed_and_taken_back_with_one_button(client):
    me = resident()
    client.sign_in(me)
    assert not client.page("/vi/me/groups").select("input[checked]")
    client.send("/vi/me/groups", {"groups": "poor", "answer": "give"}, status=422)
    client.send("/vi/me/groups", {"groups": "poor", "answer": "give", "agree": "y"})
    assert [row.group for row in queries.groups(me.person_id)] == [PriorityGroup.POOR]
    client.send("/vi/me/groups", {"answer": "decline"})
    assert queries.groups(me.person_id) == []
    db.session.refresh(me.person)
    assert me.person.groups_answer is GroupsAnswer.DECLINED


def test_the_identification_number_is_never_shown_again(client):
    me = resident()
    client.sign_in(me)
    client.send("/vi/me/national-id", {"national_id": "12", "answer": "give"}, status=422)
    client.send("/vi/me/national-id", {"national_id": "079190012345", "answer": "give"})
    page = client.page("/vi/me/national-id")
    assert "079190012345" not in str(page)
    assert not page.select("input[name=national_id]")
    client.send("/vi/me/national-id", {"answer": "forget"})
    assert client.page("/vi/me/national-id").select("input[name=national_id]")
