"""The desk where staff decide whether two records are one person."""

import pytest
from sqlalchemy import select

from app.accounts.models import Merge, Person, Suspicion, SuspicionState
from app.accounts.operations import suspicions
from app.core.audit import AuditEntry
from app.core.db import db
from app.enrolment import operations
from tests.accounts.people import enrol, fill, fingerprint, make_person
from tests.client import read
from tests.factories import GrantFactory

DESK = "/vi/staff/duplicates"


@pytest.fixture
def pair(app):
    one, other = make_person(), make_person(phone=None)
    fill(other, account=False)
    db.session.rollback()
    suspicions.look(other.id)
    return one, other


@pytest.fixture
def suspicion_id(pair):
    return db.session.scalars(select(Suspicion.id)).one()


def test_an_administrator_compares_puts_together_and_parts_again(client, pair, suspicion_id):
    one, other = pair
    client.sign_in(GrantFactory().account)
    listed = client.page(DESK)
    assert listed.select_one("td").text == "cùng tên, cùng ngày sinh"
    page = client.page(listed.select_one("tbody a")["href"])
    assert one.full_name in page.main.text
    url = f"{DESK}/{suspicion_id}"
    client.send(url, {"decision": "first"}, 422)
    before = fingerprint()
    sent = {"decision": "first", "reason": "cùng căn cước"}
    client.send(url, sent)
    db.session.rollback()
    assert db.session.get(Person, other.id).merged_into_id == one.id
    assert "Không có gì" in client.page(DESK).main.text
    assert client.page(url).select("input[name=decision]") == []
    undo = client.page("/vi/staff/merges").select_one("tbody a")["href"]
    assert client.page(undo).h1
    client.send(undo, {"reason": "nhầm"})
    assert fingerprint() == before
    client.send(undo, {"reason": "nhầm"}, 422)


def test_two_different_people_leave_the_list(client, suspicion_id):
    client.sign_in(GrantFactory().account)
    sent = {"decision": "different", "reason": "đã gọi điện"}
    client.send(f"{DESK}/{suspicion_id}", sent)
    assert client.page(DESK).select("tbody") == []
    found = db.session.get(Suspicion, suspicion_id)
    assert (found.state, found.note) == (SuspicionState.DIFFERENT, "đã gọi điện")


def test_every_look_at_a_pair_is_in_the_log_of_both(client, pair, suspicion_id):
    account = GrantFactory().account
    client.sign_in(account).page(f"{DESK}/{suspicion_id}")
    seen = select(AuditEntry.person_id).where(AuditEntry.account_id == account.id)
    kept = db.session.scalars(seen.where(AuditEntry.object_kind == "person")).all()
    assert sorted(kept) == sorted(person.id for person in pair)


def test_what_stands_in_the_way_is_said_and_nothing_changes(client, pair, suspicion_id):
    for person in pair:
        person.national_id_hash = f"{person.id:064}"
    db.session.commit()
    client.sign_in(GrantFactory().account)
    before = fingerprint()
    sent = {"decision": "second", "reason": "x"}
    answer = read(client.send(f"{DESK}/{suspicion_id}", sent, 422))
    assert "khác nhau" in answer.select_one(".error-summary").text
    assert fingerprint() == before
    assert db.session.scalars(select(Merge)).all() == []


def test_two_places_in_one_class_are_told_before(client, pair, suspicion_id):
    place = enrol(pair[0], capacity=5)
    db.session.rollback()
    operations.enrol(pair[1].id, place.run_id)
    page = client.sign_in(GrantFactory().account).page(f"{DESK}/{suspicion_id}")
    assert place.run.course.title_vi in page.select_one(".notice").text


@pytest.mark.parametrize("role", ["statistician", "catalogue_editor"])
def test_other_roles_see_no_pairs(client, suspicion_id, role):
    client.sign_in(GrantFactory(city_role=role).account)
    for path in (DESK, f"{DESK}/{suspicion_id}", "/vi/staff/merges"):
        assert client.get(path).status_code == 403
