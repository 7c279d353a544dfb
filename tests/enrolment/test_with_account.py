"""Enrolling with an account: oneself and one's family, without typing anything again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import operations as people
from app.accounts import queries
from app.accounts.models import Bond, Consent, Person
from app.accounts.operations import Agreement, Child, Guest
from app.core import clock
from app.core.db import db
from app.core.i18n import speaking
from app.enrolment import operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import LIVE, Enrolment
from app.notices.models import Message
from tests.client import read
from tests.factories import AccountFactory, PersonFactory, RunFactory, SessionFactory
from tests.participation.conftest import facts

HERE = "/vi/runs/{}/enrol"
PHONE, HIS_PHONE = "+84912345678", "+84987654321"
BORN = date(clock.today().year - 10, 1, 2)
BAO = Child(full_name="Phạm Gia Bảo", born_in=BORN.year, born_on=BORN)
MAI = Child(full_name="Phạm Ngọc Mai", born_in=BORN.year + 3)


@pytest.fixture(autouse=True)
def _invariants_hold(app):
    yield
    assert audit_invariants() == []


def parent(phone=PHONE, **odd):
    person = PersonFactory(phone=phone, born_on=date(1990, 3, 14), **odd)
    return AccountFactory(person=person, phone=phone, phone_proven_at=clock.now())


def add(account, child=BAO):
    return people.add_child(account.person_id, child, Bond.PARENT, account.id).dependant_id


def join(father, mother, child_id, year=BORN.year):
    code = people.invite_parent(child_id, mother.id)
    people.accept_invitation(
        father.person_id, code, year, Bond.PARENT, address="127.0.0.1", by_id=father.id
    )


def enrol(client, run, person_id, status=303):
    page = client.page(HERE.format(run.id))
    sent = {
        field["name"]: field.get("value", "")
        for field in page.select("main form input[type=hidden]")
    }
    return client.send(HERE.format(run.id), {**sent, "who": str(person_id)}, status=status)


def places():
    return db.session.scalars(select(Enrolment).order_by(Enrolment.id)).all()


def test_two_pages_lead_from_the_course_to_a_place(client):
    me = parent()
    client.sign_in(me)
    run = SessionFactory().run
    page = client.page(HERE.format(run.id))
    assert page.select_one("input[name=who]").has_attr("checked")
    answer = enrol(client, run, me.person_id)
    (place,) = places()
    assert answer.location == f"/vi/places/{place.code}"
    assert (place.person_id, place.recorded_by_id) == (me.person_id, me.id)
    assert client.page(answer.location).select_one(".ref").text == place.code
    mine = client.page("/vi/me")
    assert mine.select(f'a[href="/vi/places/{place.code}"]')
    assert "session" not in client.get("/vi/help").headers.get("Set-Cookie", "")


def test_with_a_family_nobody_is_chosen_beforehand(client):
    mother = parent()
    child_id = add(mother)
    client.sign_in(mother)
    run = RunFactory()
    page = client.page(HERE.format(run.id))
    assert not page.select("input[checked]")
    assert len(page.select("input[name=who]")) == 2
    enrol(client, run, child_id)
    (place,) = places()
    given = db.session.scalars(select(Consent).where(Consent.person_id == child_id)).one()
    assert (place.person_id, given.given_by_id) == (child_id, mother.person_id)
    again = client.page(HERE.format(run.id))
    assert [field["value"] for field in again.select("input[name=who]")] == [str(mother.person_id)]
    assert again.select(f'a[href="/vi/places/{place.code}"]')


def test_the_child_of_another_is_nobody_one_can_enrol(client):
    mother, other = parent(), parent(HIS_PHONE)
    child_id = add(mother)
    client.sign_in(other)
    run = RunFactory()
    enrol(client, run, child_id, status=422)
    enrol(client, run, "1 or 1", status=422)
    assert places() == []


def test_somebody_else_is_enrolled_with_the_five_questions(client):
    me = parent()
    client.sign_in(me)
    run = RunFactory()
    page = client.page(f"{HERE.format(run.id)}?for=other")
    assert page.select_one("input[name=full_name]")["value"] == ""
    data = {
        "full_name": "Trần Văn Bình", "phone": "0912 345 111", "birth-year": "1955",
        "outside": "y", "sex": "not_stated", "step": "check",
        "form_key": page.select_one("input[name=form_key]")["value"], "queue": "",
    }  # fmt: skip
    check = client.page(client.send(HERE.format(run.id), data).location)
    assert check.select(f'a[href="{HERE.format(run.id)}?for=other"]')
    client.send(HERE.format(run.id), {**data, "step": "send"})
    (place,) = places()
    assert place.person_id != me.person_id


def test_when_the_last_seat_went_the_family_is_asked_before_waiting(client):
    me = parent()
    client.sign_in(me)
    run = RunFactory(capacity=1)
    page = client.page(HERE.format(run.id))
    sent = {f["name"]: f.get("value", "") for f in page.select("main form input[type=hidden]")}
    operations.enrol(PersonFactory().id, run.id)
    data = {**sent, "who": str(me.person_id)}
    offered = read(client.send(HERE.format(run.id), data, status=409))
    assert offered.select_one("input[name=queue]")["value"] == "1"
    client.send(HERE.format(run.id), {**data, "queue": "1"})
    assert len(places()) == 2


def test_both_parents_see_one_child_and_its_place_and_nobody_else_does(client, app):
    mother, father, stranger = parent(), parent(HIS_PHONE), parent("+84911111111")
    child_id = add(mother)
    join(father, mother, child_id)
    add(stranger, MAI)
    run = RunFactory()
    place = operations.enrol(child_id, run.id)
    address = f"/vi/places/{place.code}"
    his = app.test_client().sign_in(father)
    assert his.page(address).select_one(".ref").text == place.code
    assert his.page("/vi/me").select(f'a[href="{address}"]')
    his.send(f"{address}/withdraw", {}, page=f"{address}/withdraw")
    db.session.refresh(place)
    assert not place.is_live
    other = client.sign_in(stranger)
    none = other.page("/vi/places/0000000000").main
    hers = other.page(address).main
    for form in (none, hers):
        form.select_one("input[name=csrf_token]")["value"] = ""  # it tells the second it was made
    assert str(none).replace("0000000000", place.code) == str(hers)


def test_both_parents_at_once_get_one_live_place(at_once):
    mother, father = parent(), parent(HIS_PHONE)
    child_id = add(mother)
    join(father, mother, child_id)
    run_id, by = RunFactory().id, (mother.id, father.id)
    answers = at_once(
        [lambda by_id=by_id: operations.enrol(child_id, run_id, recorded_by_id=by_id).id
         for by_id in by * 2]
    )  # fmt: skip
    assert answers.count("already_enrolled") == 3
    live = select(func.count()).select_from(Enrolment).where(Enrolment.state.in_(LIVE))
    assert db.session.scalar(live) == 1


def test_a_child_of_two_parents_is_counted_once(run_jobs):
    mother, father = parent(), parent(HIS_PHONE)
    child_id = add(mother)
    join(father, mother, child_id)
    day = clock.today() - timedelta(days=2)
    run = RunFactory(starts_on=day, enrol_until=clock.today(), ends_on=clock.today())
    session = SessionFactory(run=run)
    place = operations.enrol(child_id, run.id, recorded_by_id=father.id, channel="staff")
    place.seated_at = session.starts_at - timedelta(days=1)
    db.session.commit()
    operations.record_register(session.id, {place.id}, 0, 0, None)
    run_jobs()
    assert [fact.person_id for fact in facts()] == [child_id]


def test_news_of_a_child_without_a_phone_goes_to_both_parents(run_jobs):
    mother = AccountFactory(person=PersonFactory(phone=PHONE))
    father = parent(HIS_PHONE)
    child_id = add(mother)
    join(father, mother, child_id)
    operations.enrol(child_id, RunFactory().id)
    with speaking("vi"):
        run_jobs()
    to = db.session.scalars(select(Message.to).where(Message.person_id == child_id)).all()
    assert sorted(to) == [PHONE, HIS_PHONE]


def test_ones_own_page_asks_the_database_as_often_for_many_places(client, at_most):
    mother = parent()
    child_id = add(mother)
    for _ in range(4):
        run = SessionFactory().run
        operations.enrol(mother.person_id, run.id)
        operations.enrol(child_id, run.id)
    client.sign_in(mother)
    with at_most(9):
        page = client.page("/vi/me")
    assert len(page.select('main a[href^="/vi/places/"]')) == 8


CLAIM = "/vi/my-place/claim"


def claim(client, place, born_in, whose="mine", status=303):
    data = {"code": place.code, "phone": PHONE, "born_in": born_in, "whose": whose}
    return client.send(CLAIM, data, status=status)


def test_a_walk_in_claims_the_place_and_becomes_one_person(client):
    me = parent(full_name="Nguyễn Thị Hoa")
    guest = Guest(full_name="Nguyen Thi Hoa", phone=PHONE, born_in=1990)
    place = operations.enrol_guest(guest, RunFactory().id, "form")
    gone = place.person_id
    client.sign_in(me)
    claim(client, place, 1990)
    db.session.refresh(place)
    assert place.person_id == me.person_id
    assert db.session.get(Person, gone).merged_into_id == me.person_id
    assert client.page("/vi/me").select(f'a[href="/vi/places/{place.code}"]')


@pytest.mark.parametrize(
    ("odd", "status"),
    [
        ({"born_in": 1991}, 422),
        ({"phone": HIS_PHONE}, 422),
        ({"name": "Nguyễn Thị Lan"}, 409),
        ({"code": "0000000000"}, 422),
    ],
)
def test_what_does_not_agree_joins_nothing(client, odd, status):
    me = parent(full_name="Nguyễn Thị Hoa")
    name = odd.get("name", "Nguyen Thi Hoa")
    guest = Guest(full_name=name, phone=odd.get("phone", PHONE), born_in=1990)
    place = operations.enrol_guest(guest, RunFactory().id, "form")
    client.sign_in(me)
    data = {
        "code": odd.get("code", place.code), "phone": guest.phone,
        "born_in": odd.get("born_in", 1990), "whose": "mine",
    }  # fmt: skip
    client.send(CLAIM, data, status=status)
    db.session.refresh(place)
    assert place.person_id != me.person_id
    assert place.code not in client.page("/vi/me").text


def test_a_childs_place_joins_the_family_and_a_shared_phone_is_an_elders_yes(client):
    me = parent()
    run = RunFactory()
    child = Guest(full_name=BAO.full_name, phone=PHONE, born_in=BORN.year, born_on=BORN)
    elder = Guest(full_name="Nguyễn Thị Lan", phone=PHONE, born_in=1950)
    first = operations.enrol_guest(child, run.id, "one")
    second = operations.enrol_guest(elder, run.id, "two")
    client.sign_in(me)
    claim(client, first, BORN.year, "helped", status=422)
    claim(client, second, 1950, "parent", status=422)
    claim(client, first, BORN.year, "parent")
    claim(client, second, 1950, "helped")
    bonds = {bond.dependant_id: bond.bond for bond in queries.bonds_of(me.person_id)}
    assert bonds == {first.person_id: Bond.PARENT, second.person_id: Bond.HELPER}
    page = client.page("/vi/me")
    assert page.select(f'a[href="/vi/places/{first.code}"]')


def test_a_helper_enrols_an_elder_until_either_ends_it(client):
    helper = parent()
    elder = Guest(full_name="Nguyễn Thị Lan", phone="+84900111222", born_in=1950)
    bond = people.add_helper(helper.person_id, elder, Agreement.CODE, helper.id)
    client.sign_in(helper)
    run = RunFactory()
    enrol(client, run, bond.dependant_id)
    (place,) = places()
    assert client.page(f"/vi/places/{place.code}").select_one(".ref")
    people.end_bond(bond.id, None)
    assert not client.page(f"/vi/places/{place.code}").select(".ref")
