"""Several people on one form: all of them get a place, or nobody does."""

import re
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.accounts import operations as people
from app.accounts.models import Bond, Consent, Person
from app.accounts.operations import Child, Guest
from app.core import clock
from app.core.db import db
from app.enrolment import operations
from app.enrolment.errors import AlreadyEnrolled, NotEnoughSeats, QueueTooShort
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Draft, Enrolment, EnrolmentState
from app.enrolment.operations import Application
from tests.client import read
from tests.factories import AccountFactory, CourseFactory, PersonFactory, RunFactory, SessionFactory

HERE = "/vi/runs/{}/enrol"
HOA = {
    "full_name": "Lê Thị Hoa", "phone": "0912 345 678", "birth-year": "1985",
    "outside": "y", "sex": "female",
}  # fmt: skip
MINH = {"full_name_2": "Lê Gia Minh", "birth_2-year": "2015", "sex_2": "male"}
AN = {"full_name_3": "Lê Ngọc An", "birth_3-year": "2017", "sex_3": "female"}
ALL = {**HOA, **MINH, **AN, "people": "3"}


@pytest.fixture(autouse=True)
def _invariants_hold(app):
    yield
    assert audit_invariants() == []


def hidden(page):
    boxes = page.select("main form input[type=hidden]")
    return {box["name"]: box.get("value", "") for box in boxes if box["name"] != "csrf_token"}


def send(client, run, status=303, **typed):
    url = HERE.format(run.id)
    return client.send(url, {**hidden(client.page(url)), "step": "send", **typed}, status=status)


def states():
    return list(db.session.scalars(select(Enrolment.state).order_by(Enrolment.id)))


def count(table):
    return db.session.scalar(select(func.count()).select_from(table))


def parent_of(*names):
    mother = AccountFactory(person=PersonFactory(phone="+84912345678", born_on=date(1985, 3, 1)))
    children = [
        people.add_child(
            mother.person_id,
            Child(full_name=name, born_in=clock.today().year - 9),
            Bond.PARENT,
            mother.id,
        ).dependant_id
        for name in names
    ]
    return mother, children


def test_a_party_gets_all_its_seats_or_none_and_nobody_is_made_up(app):
    run = RunFactory(capacity=2)
    guests = [
        Guest(full_name=name, phone="+84912345678", born_in=1985 + n)
        for n, name in enumerate(("Hoa", "Minh", "An"))
    ]
    with pytest.raises(NotEnoughSeats) as refused:
        operations.enrol_guests(guests, run.id, Application(wait=False))
    assert refused.value.left == 2
    assert (count(Enrolment), count(Person)) == (0, 0)
    places = operations.enrol_guests(guests[:2], run.id, Application(wait=False))
    assert {place.state for place in places} == {EnrolmentState.ENROLLED}
    assert len({place.party for place in places}) == 1


def test_who_agrees_to_wait_together_is_offered_what_is_free(app):
    run = RunFactory(capacity=2)
    operations.enrol(PersonFactory().id, run.id)
    trio = [PersonFactory().id for _ in range(3)]
    operations.enrol_party(trio, run.id, Application(wait=True))
    assert states()[1:] == [EnrolmentState.OFFERED, *[EnrolmentState.WAITING] * 2]


def test_a_waiting_list_that_is_too_short_takes_nobody_of_the_party(app):
    run = RunFactory(capacity=0, waiting_capacity=2)
    with pytest.raises(QueueTooShort):
        operations.enrol_party([PersonFactory().id for _ in range(3)], run.id, Application())
    assert states() == []


def test_one_who_has_a_place_stops_the_party_and_is_named_to_the_operation_alone(app):
    run = RunFactory(capacity=5)
    first, second = PersonFactory().id, PersonFactory().id
    operations.enrol(second, run.id)
    with pytest.raises(AlreadyEnrolled) as refused:
        operations.enrol_party([first, second], run.id, Application())
    assert refused.value.person_id == second
    assert len(states()) == 1


def test_the_same_form_sent_at_once_makes_one_party(app, at_once):
    run, trio = RunFactory(capacity=5).id, [PersonFactory().id for _ in range(3)]
    asked = Application(form_key="one form")
    answers = at_once([lambda: len(operations.enrol_party(trio, run, asked))] * 6)
    assert answers == [3] * 6
    assert len(states()) == 3


def test_parties_at_once_never_share_the_last_seats(app, at_once):
    run = RunFactory(capacity=7).id
    parties = [[PersonFactory().id for _ in range(3)] for _ in range(5)]
    calls = [
        lambda who=who: operations.enrol_party(who, run, Application(wait=False)) and "in"
        for who in parties
    ]
    assert sorted(at_once(calls)) == ["in", "in", *["not_enough_seats"] * 3]
    assert len(states()) == 6


def test_a_mother_and_two_children_take_three_places_with_one_form(client):
    run = SessionFactory(run__capacity=9).run
    url = HERE.format(run.id)
    kept = hidden(client.page(url))
    for typed in (HOA, {**HOA, **MINH}):
        page = client.page(client.send(url, {**kept, **typed, "step": "more"}).location)
        kept = hidden(page)
    assert page.select_one("input[name=full_name_2]")["value"] == "Lê Gia Minh"
    check = client.page(client.send(url, {**kept, **ALL, "step": "check"}).location)
    assert re.search(r"Lê Ngọc An, 2017, Nữ", check.main.text)
    answer = client.send(url, {**hidden(check), "step": "send"})
    assert states() == [EnrolmentState.ENROLLED] * 3
    assert count(Consent) == 3
    assert count(Draft) == 0
    first = client.page(answer.location)
    for name in ("Lê Thị Hoa", "Lê Gia Minh", "Lê Ngọc An"):
        assert name in first.main.text
    codes = db.session.scalars(select(Enrolment.code)).all()
    assert all(client.get(f"/vi/places/{code}").status_code == 200 for code in codes)


def test_a_form_that_comes_after_its_draft_is_gone_is_still_taken(client):
    run = RunFactory(capacity=9)
    db.session.query(Draft).delete()
    send(client, run, **ALL)
    assert len(states()) == 3


def test_one_may_go_back_to_fewer_people_and_a_block_left_empty_is_nobody(client):
    run = RunFactory(capacity=9)
    url = HERE.format(run.id)
    page = client.page(client.send(url, {**ALL, "step": "fewer"}).location)
    assert page.select("input[name=full_name_2]")
    assert not page.select("input[name=full_name_3]")
    send(client, run, **{**ALL, "full_name_3": "", "birth_3-year": ""})
    assert len(states()) == 2


def test_what_is_wrong_about_the_second_is_said_beside_the_second(client):
    wrong = {**HOA, **MINH, "people": "2", "birth_2-year": "15"}
    page = read(send(client, RunFactory(), 422, **wrong))
    (link,) = page.select(".error-summary a")
    assert link["href"] == "#birth_2-day"
    twice = {"full_name_2": "LÊ  thị Hoa", "birth_2-year": "1985", "sex_2": "female"}
    page = read(send(client, RunFactory(), 422, **{**HOA, **twice, "people": "2"}))
    assert page.select_one('.error-summary a[href="#full_name_2"]')


def test_too_few_seats_take_nothing_and_offer_fewer_people_or_the_queue(client):
    run = RunFactory(capacity=2, waiting_capacity=9)
    refused = read(send(client, run, 409, **ALL))
    assert "Chỉ còn 2 chỗ" in refused.select_one(".error-summary").text
    assert refused.select(f'.ways a[href="{HERE.format(run.id)}"]')
    assert refused.select_one("button[value=send]").text == "Vào danh sách chờ"
    assert (count(Enrolment), count(Person)) == (0, 0)
    client.send(HERE.format(run.id), {**hidden(refused), "step": "send"})
    offered, waiting = EnrolmentState.OFFERED, EnrolmentState.WAITING
    assert states() == [offered, offered, waiting]


def test_a_stranger_s_party_is_not_told_who_of_it_has_a_place(client, app):
    run = RunFactory(capacity=9)
    send(client, run, **HOA)
    stranger = app.test_client()
    refused = read(send(stranger, run, 409, **ALL))
    assert db.session.scalars(select(Enrolment.code)).one() not in str(refused)
    assert "Hoa" not in refused.select_one(".error-summary").text
    assert refused.select('.ways a[href="/vi/my-place/lost-code"]')
    assert not refused.select("button[value=send]")


def test_a_family_chooses_several_and_sees_all_their_places(client):
    mother, (minh, an) = parent_of("Lê Gia Minh", "Lê Ngọc An")
    client.sign_in(mother)
    run = RunFactory(capacity=9)
    answer = send(client, run, who=[str(minh), str(an)])
    assert len(states()) == 2
    given = db.session.scalars(select(Consent.given_by_id)).all()
    assert set(given) == {mother.person_id}
    page = client.page(answer.location)
    assert "Lê Gia Minh" in page.main.text
    assert "Lê Ngọc An" in page.main.text


def test_one_agrees_for_oneself_as_oneself(client):
    mother, (minh,) = parent_of("Lê Gia Minh")
    client.sign_in(mother)
    send(client, RunFactory(capacity=9), who=[str(mother.person_id), str(minh)])
    given = dict(db.session.execute(select(Consent.person_id, Consent.given_by_id)).all())
    assert (given[mother.person_id], given[minh]) == (None, mother.person_id)


def test_the_family_is_told_who_of_them_stands_in_the_way_and_where_to_go(client):
    mother, (minh, an) = parent_of("Lê Gia Minh", "Lê Ngọc An")
    client.sign_in(mother)
    course = CourseFactory()
    there, here = RunFactory(course=course, capacity=9), RunFactory(course=course, capacity=9)
    place = operations.enrol(an, there.id)
    refused = read(send(client, here, 409, who=[str(minh), str(an)]))
    assert "Lê Ngọc An" in refused.select_one(".error-summary").text
    assert refused.select(f'.ways a[href="/vi/places/{place.code}/move"]')
    assert len(refused.select("input[name=who][checked]")) == 2
    assert len(states()) == 1


def test_who_learns_elsewhere_at_that_time_is_told_before_sending(client):
    mother, (minh,) = parent_of("Lê Gia Minh")
    client.sign_in(mother)
    session = SessionFactory(run__capacity=9)
    other = SessionFactory(starts_at=session.starts_at + timedelta(hours=1), run__capacity=9)
    operations.enrol(minh, other.run_id)
    page = client.page(HERE.format(session.run_id))
    hint = page.select_one(f"input[name=who][value='{minh}']").find_parent(class_="choice").text
    assert other.run.course.title_vi in hint
    send(client, session.run, who=str(minh))
    assert len(states()) == 2
