"""Moving, leaving and changing the contact of a place, as residents do it."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.models import OneTimeCode, Person, PersonGroup, PriorityGroup
from app.accounts.operations import Guest, to_send
from app.catalogue.rules import Rules
from app.core import clock
from app.core.db import db
from app.enrolment import operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Channel, Enrolment
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import Application
from app.enrolment.views import moves
from tests.client import read
from tests.factories import AccountFactory, PersonFactory, RunFactory, SessionFactory


@pytest.fixture(autouse=True)
def _invariants_hold(app):
    yield
    assert audit_invariants() == []


def know(client, place):
    here = f"/vi/places/{place.code}"
    client.send(here, {"phone": place.person.phone})
    return here


def state(place):
    db.session.rollback()
    return db.session.get(Enrolment, place.id, populate_existing=True).state


def sibling(run, **odd):
    """Another run of the same course."""
    return SessionFactory(run__course=run.course, **{f"run__{k}": v for k, v in odd.items()}).run


def test_a_move_takes_the_new_seat_and_frees_the_old_one_in_one_step(client):
    run = SessionFactory(run__capacity=1).run
    other = sibling(run, fee=120_000)
    place = operations.enrol(PersonFactory().id, run.id)
    waits = operations.enrol(PersonFactory().id, run.id)
    here = know(client, place)
    listed = client.page(f"{here}/move")
    address = f"{here}/move/{other.id}"
    assert listed.select(f'a[href="{address}"]')
    assert "120.000" in client.page(address).select_one(".notice").text
    answers = [client.send(address, page=here) for _ in range(2)]
    assert len({answer.location for answer in answers}) == 1
    assert (state(place), state(waits)) == (State.TRANSFERRED, State.OFFERED)
    old, new = client.page(here), client.page(answers[0].location)
    assert old.select(f'a[href="{answers[0].location}"]')
    assert "Bạn đã có chỗ học" in new.h1.text
    assert "120.000" in new.main.text


def test_full_classes_are_shown_as_full_and_nobody_moves_there(client):
    run = SessionFactory().run
    full = sibling(run, capacity=0)
    place = operations.enrol(PersonFactory().id, run.id)
    here = know(client, place)
    page = client.page(f"{here}/move")
    assert page.select_one(f"#run-{full.id}")
    assert not page.select(f'a[href="{here}/move/{full.id}"]')
    assert client.get(f"{here}/move/{full.id}").status_code == 404
    refused = client.send(f"{here}/move/{full.id}", status=409, page=here)
    assert read(refused).select(".notice--error")
    elsewhere = RunFactory()
    client.send(f"{here}/move/{elsewhere.id}", status=409, page=here)
    assert state(place) is State.ENROLLED


def test_whoever_may_open_the_old_place_may_open_the_new_one(client, app):
    run = SessionFactory().run
    place = operations.enrol(PersonFactory().id, run.id)
    here = know(client, place)
    new = operations.transfer(place.id, sibling(run).id)
    assert client.page(f"/vi/places/{new.code}").select(".ref")
    stranger = app.test_client()
    assert not stranger.page(f"/vi/places/{new.code}").select(".ref")
    stranger.send(f"{here}/move/{run.id}", status=404, page="/vi/my-place")


def test_leaving_by_oneself_ends_on_the_day_that_was_agreed(client):
    last = clock.today() + timedelta(days=3)
    run = SessionFactory(run__withdraw_until=last).run
    place = operations.enrol(PersonFactory().id, run.id)
    here = know(client, place)
    assert client.page(here).select('a[href$="/withdraw"]')
    with time_machine.travel(clock.now() + timedelta(days=4)):
        page = client.page(here)
        assert not page.select('a[href$="/withdraw"]')
        assert not page.select('a[href$="/move"]')
        assert "028 3800 0000" in page.main.text
        refused = client.send(f"{here}/withdraw", status=409, page="/vi/my-place")
        assert read(refused).select(".notice--error")
    assert state(place) is State.ENROLLED


def test_a_day_set_earlier_later_on_does_not_take_the_agreed_one_away(app):
    run = SessionFactory(run__withdraw_until=clock.today() + timedelta(days=5)).run
    place = operations.enrol(PersonFactory().id, run.id)
    run.withdraw_until = clock.today() - timedelta(days=1)
    db.session.commit()
    assert operations.withdraw(place.id).state is State.WITHDRAWN


def party(run, people=3):
    ids = [PersonFactory(phone="+84912345678").id for _ in range(people)]
    return operations.enrol_party(ids, run.id, Application(form_key="one form"))


def test_people_of_one_form_see_one_another_and_leave_one_by_one_or_together(client):
    run = SessionFactory(run__capacity=3).run
    first, second, third = party(run)
    here = know(client, first)
    page = client.page(here)
    for each in (second, third):
        assert page.select(f'a[href="/vi/places/{each.code}"]')
        assert client.page(f"/vi/places/{each.code}").select(".ref")
    client.send(f"/vi/places/{second.code}/withdraw", {"who": "one"})
    assert [state(each) for each in (first, second, third)] == [
        State.ENROLLED, State.WITHDRAWN, State.ENROLLED,
    ]  # fmt: skip
    client.send(f"{here}/withdraw", {"who": "all"})
    assert {state(each) for each in (first, second, third)} == {State.WITHDRAWN}


def test_another_phone_on_the_form_stays_with_its_owner(client):
    run = SessionFactory(run__capacity=3).run
    ids = [PersonFactory().id, PersonFactory().id]
    mine, theirs = operations.enrol_party(ids, run.id, Application(form_key="two"))
    here = know(client, mine)
    assert theirs.code not in client.page(here).main.text
    client.send(f"{here}/withdraw", {"who": "all"})
    assert (state(mine), state(theirs)) == (State.WITHDRAWN, State.ENROLLED)


def test_moving_somebody_s_place_tells_a_stranger_nothing_of_their_courses(client):
    before = RunFactory(starts_on=date(2026, 1, 5), ends_on=date(2026, 2, 5))
    run = SessionFactory().run
    binding = Rules(requires_course_id=before.course_id, binds=True).as_json()
    other = sibling(run, rules=binding)
    account = AccountFactory(person=PersonFactory())
    operations.enrol(account.person_id, before.id, channel=Channel.STAFF).state = State.COMPLETED
    before.seats_taken = 1
    db.session.commit()
    place = operations.enrol(account.person_id, run.id)
    here = know(client, place)
    client.send(f"{here}/move/{other.id}", page=here, status=409)
    assert state(place) is State.ENROLLED
    client.sign_in(account).send(f"{here}/move/{other.id}", page=here)
    assert state(place) is State.TRANSFERRED


def test_a_class_that_is_not_there_takes_nobody(client):
    place = operations.enrol(PersonFactory().id, SessionFactory().run.id)
    here = know(client, place)
    elsewhere = SessionFactory().run
    answers = [
        client.send(f"{here}/move/{run_id}", page=here, status=409)
        for run_id in (elsewhere.id, 999_999)
    ]
    assert len({read(answer).select_one(".notice").text for answer in answers}) == 1


def test_moves_to_and_fro_have_an_end(client, monkeypatch):
    monkeypatch.setattr(moves, "WITH_ONE_PHONE_A_DAY", 2)
    run = SessionFactory().run
    other = sibling(run)
    place = operations.enrol(PersonFactory().id, run.id)
    here = know(client, place)
    for to, status in ((other, 303), (run, 303), (other, 429)):
        answer = client.send(f"{here}/move/{to.id}", page=here, status=status)
        here = answer.location or here


def sent_codes():
    """The codes on their way, the latest first."""
    db.session.rollback()
    waiting = select(OneTimeCode.id).where(OneTimeCode.used_at.is_(None))
    found = db.session.scalars(waiting.order_by(OneTimeCode.id.desc())).all()
    return [told.code for each in found if (told := to_send(each))]


def test_a_new_phone_is_proved_beside_the_present_one_and_opens_the_place(client, app):
    place = operations.enrol(PersonFactory(phone="+84912345678").id, SessionFactory().run.id)
    here = know(client, place)
    wrong = {"old": "0912 345 670", "new": "0987 654 321"}
    client.send(f"{here}/phone", wrong, status=422)
    client.send(f"{here}/phone", {**wrong, "old": "0912 345 678"})
    new, old = sent_codes()
    assert client.page(f"{here}/phone/code").main.select(f'a[href="{here}/phone"]')  # other codes
    client.send(f"{here}/phone/code", {"code": new, "old_code": "12"}, status=422)
    client.send(f"{here}/phone/code", {"code": new, "old_code": old})
    phones = {"0912 345 678": 422, "0987 654 321": 303}
    for phone, status in phones.items():
        app.test_client().send(f"/vi/places/{place.code}", {"phone": phone}, status=status)


def test_who_only_knows_somebody_s_details_neither_reads_nor_changes_their_contacts(client):
    guest = Guest(full_name="Trần Thị Hoa", phone="+84912345678", born_in=1950)
    hers = operations.enrol_guest(guest, SessionFactory().run.id, "")
    db.session.get(Person, hers.person_id).email = "hoa@example.org"
    db.session.commit()
    taken = operations.enrol_guest(guest, SessionFactory().run.id, "")
    here = know(client, taken)
    assert "hoa@example.org" not in client.get(f"{here}/contact").text
    client.send(f"{here}/contact", {"email": "la@example.org", "old": "0912 345 678"})
    client.send(f"{here}/phone/code", {"code": "123456"}, status=422)
    client.send(f"{here}/phone", {"old": "0912 345 678", "new": "0987 654 321"})
    own, _hers = sent_codes()[:2]
    client.send(f"{here}/phone/code", {"code": own, "old_code": own}, status=422)
    db.session.rollback()
    person = db.session.get(Person, hers.person_id)
    assert (person.phone, person.email) == ("+84912345678", "hoa@example.org")


def test_the_code_of_one_place_changes_no_other(client):
    first = operations.enrol(PersonFactory(phone="+84912345678").id, SessionFactory().run.id)
    other = operations.enrol(PersonFactory().id, SessionFactory().run.id)
    know(client, other)
    here = know(client, first)
    client.send(f"{here}/phone", {"old": "0912 345 678", "new": "0987 654 321"})
    new, old = sent_codes()
    typed = {"code": new, "old_code": old}
    elsewhere = client.send(f"/vi/places/{other.code}/phone/code", typed, page=here)
    assert elsewhere.location == f"/vi/places/{other.code}"
    db.session.rollback()
    assert "+84987654321" not in db.session.scalars(select(Person.phone)).all()


def test_an_e_mail_is_written_or_taken_away_once_the_phone_agrees(client):
    place = operations.enrol(PersonFactory(phone="+84912345678").id, SessionFactory().run.id)
    here = know(client, place)
    client.send(f"{here}/contact", {"email": "không phải", "old": "0912345678"}, status=422)
    for typed, kept in (("Hoa@Example.org", "hoa@example.org"), ("", None)):
        client.send(f"{here}/contact", {"email": typed, "old": "0912345678"})
        client.send(f"{here}/phone/code", {"code": sent_codes()[0]})
        db.session.rollback()
        assert db.session.get(Person, place.person_id).email == kept


def test_only_the_phone_of_an_account_says_that_there_is_one(client):
    account = AccountFactory(person=PersonFactory(phone="+84912345678"))
    place = operations.enrol(account.person_id, SessionFactory().run.id)
    here = know(client, place)
    assert client.page(here).select('a[href$="/contact"]')
    client.send(f"{here}/contact", {"email": "la@example.org", "old": "0912345678"})
    answer = client.send(f"{here}/phone/code", {"code": sent_codes()[0]}, status=422)
    assert "tài khoản" in read(answer).select_one(".error-summary").text
    client.sign_in(account)
    assert not client.page(here).select('a[href$="/contact"]')
    db.session.rollback()
    assert db.session.get(Person, place.person_id).email is None


def test_a_seat_nobody_claimed_in_time_does_not_keep_a_move_out(app):
    place = operations.enrol(PersonFactory().id, SessionFactory().run.id)
    other = sibling(place.run, capacity=1)
    first, asked = (operations.enrol(PersonFactory().id, other.id) for _ in range(2))
    operations.withdraw(first.id)
    with time_machine.travel(asked.offered_until + timedelta(seconds=1)):
        operations.transfer(place.id, other.id)
    assert (state(place), state(asked)) == (State.TRANSFERRED, State.LAPSED)


def test_whoever_moves_gets_a_seat_that_is_kept_for_them(app):
    person = PersonFactory()
    belongs = {"person_id": person.id, "group": PriorityGroup.POOR, "standard": "list"}
    db.session.add(PersonGroup(**belongs, valid_from=date(2026, 1, 1)))
    db.session.commit()
    place = operations.enrol(person.id, SessionFactory().run.id)
    other = sibling(place.run, capacity=1)
    kept = operations.reserve(other.id, 1, group=PriorityGroup.POOR)
    moved = operations.transfer(place.id, other.id)
    assert (moved.state, moved.reservation_id) == (State.ENROLLED, kept.id)


def test_a_moved_place_still_knows_that_nobody_showed_who_they_are(app):
    guest = Guest(full_name="Trần Thị Hoa", phone="+84912345678", born_in=1950)
    place = operations.enrol_guest(guest, RunFactory().id, "")
    new = operations.transfer(place.id, sibling(place.run).id, told_by_details=True)
    assert new.terms["told_by"] == place.terms["told_by"] == "details"
