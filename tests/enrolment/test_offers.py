"""Offers as the people who get them see and answer them."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import delete, select

from app.catalogue.models import Mode
from app.core import clock
from app.core.db import db
from app.core.formats import deadline
from app.core.i18n import speaking
from app.core.jobs import Job
from app.enrolment import operations
from app.enrolment.invariants import audit_invariants
from app.enrolment.models import Channel, Enrolment
from app.enrolment.models import EnrolmentState as State
from tests.client import read
from tests.factories import (
    AccountFactory,
    PersonFactory,
    RunFactory,
    SessionFactory,
)

YES, NO = {"answer": "accept"}, {"answer": "decline"}


@pytest.fixture(autouse=True)
def _invariants_hold(app):
    yield
    assert audit_invariants() == []


def queue(waiting=2, **odd):
    """A run of one seat, who has it, and those who wait."""
    run = SessionFactory(run__capacity=1, **odd).run
    return [operations.enrol(PersonFactory().id, run.id) for _ in range(waiting + 1)]


def offered(waiting=2, **odd):
    """As `queue`, after the seat was given up: the first who waits has an offer."""
    first, *others = queue(waiting, **odd)
    operations.withdraw(first.id)
    return others


def know(client, place):
    """Open the place on this phone, as from the link in a text message."""
    here = f"/vi/places/{place.code}"
    client.send(here, {"phone": place.person.phone})
    return here


def state(place):
    db.session.rollback()
    return db.session.get(Enrolment, place.id, populate_existing=True).state


def test_whoever_waits_sees_their_number_and_how_the_queue_works(client):
    _first, second, third = queue()
    page = client.page(know(client, third)).main.text
    assert "vị trí số 2" in page
    assert "hai ngày để nhận chỗ" in page
    assert state(second) is State.WAITING


def test_an_offer_says_until_when_and_is_taken_with_one_click(client):
    place, _next = offered()
    here = know(client, place)
    page = client.page(here)
    with speaking("vi"):
        assert deadline(place.offered_until) in page.main.text
    client.send(f"{here}/offer", YES)
    client.send(f"{here}/offer", YES)
    assert state(place) is State.ENROLLED
    assert "Bạn đã có chỗ học" in client.page(here).h1.text
    assert client.get(f"{here}/offer").status_code == 303


def test_a_second_yes_tells_the_index_what_else_it_found(app):
    mine, _theirs = offered()
    run = mine.run
    run.capacity = 2
    db.session.commit()
    operations.settle_run(run.id)  # both have an offer now, and nobody waits
    operations.accept(mine.id)
    db.session.execute(delete(Job))
    db.session.commit()
    with time_machine.travel(mine.joined_at + timedelta(days=3)):
        assert operations.accept(mine.id).state is State.ENROLLED
    told = select(Job.event).where(Job.handler.contains("offer_free_seats"))
    assert db.session.scalars(told).all() == [{"run_id": run.id}]


def test_the_hour_of_an_offer_is_said_in_english_words(app):
    place, _next = offered()
    with speaking("en"):
        assert " on " in deadline(place.offered_until)
        assert f"{clock.local(place.offered_until):%H:%M} on" in deadline(place.offered_until)


def test_saying_no_is_asked_twice_and_offers_the_seat_to_the_next(client):
    place, following = offered()
    here = know(client, place)
    assert client.page(f"{here}/offer").select_one('a[href$="/offer/decline"]')
    asked = client.page(f"{here}/offer/decline")
    assert asked.select_one("input[name=answer]")["value"] == "decline"
    assert state(place) is State.OFFERED
    for _ in range(2):
        client.send(f"{here}/offer", NO)
    assert (state(place), state(following)) == (State.DECLINED, State.OFFERED)


def test_a_lapsed_offer_is_gone_and_the_page_leads_back_to_the_queue(client):
    place, following = offered()
    here = know(client, place)
    with time_machine.travel(place.offered_until + timedelta(minutes=1)):
        asked = read(client.get(f"{here}/offer"))
        assert client.get(f"{here}/offer").status_code == 410
        late = client.send(f"{here}/offer", YES, status=410)
        assert read(late).select(f'a[href="/vi/runs/{place.run_id}/enrol"]')
        assert asked.select(f'a[href="/vi/runs/{place.run_id}/enrol"]')
        assert (state(place), state(following)) == (State.LAPSED, State.OFFERED)
        assert "Đã hết hạn trả lời" in client.page(here).h1.text
        client.send(f"{here}/offer", YES, status=410)
        assert state(following) is State.OFFERED


def test_an_offer_whose_time_is_over_has_lapsed_before_the_worker_says_so(client):
    place, _next = offered()
    here = know(client, place)
    with time_machine.travel(place.offered_until + timedelta(seconds=1)):
        page = client.page(here)
        assert "Đã hết hạn trả lời" in page.h1.text
        assert not page.select("input[name=answer]")
        assert "Đã hết hạn" not in client.page("/vi/my-place").select_one("main .notice, h1").text


def test_another_s_offer_is_not_there(client):
    place, following = offered()
    know(client, following)
    for code in (place.code, "0000000000"):
        for answer in (YES, NO):
            client.send(f"/vi/places/{code}/offer", answer, status=404, page="/vi/my-place")
    pages = [client.get(f"/vi/places/{code}/offer") for code in (place.code, "0000000000")]
    assert [page.status_code for page in pages] == [303, 303]
    assert state(place) is State.OFFERED


def test_an_offer_is_accepted_once_by_ten_clicks_at_the_same_moment(at_once):
    place, following = offered()
    id_ = place.id
    answers = at_once([lambda: operations.accept(id_).state] * 10)
    assert set(answers) == {State.ENROLLED}
    assert state(following) is State.WAITING


def test_yes_and_no_at_the_same_moment_leave_one_answer(at_once):
    place, following = offered()
    id_ = place.id
    at_once([lambda: operations.accept(id_).state, lambda: operations.decline(id_).state] * 5)
    after = (state(place), state(following))
    assert after in ((State.ENROLLED, State.WAITING), (State.DECLINED, State.OFFERED))


def test_a_taken_seat_given_up_again_goes_to_the_next_in_line(client):
    place, following = offered()
    here = know(client, place)
    client.send(f"{here}/offer", YES)
    client.send(f"{here}/withdraw", {"who": "one"})
    assert (state(place), state(following)) == (State.WITHDRAWN, State.OFFERED)


def test_an_offer_ends_before_the_class_begins(app):
    place, _next = offered()
    first = min(session.starts_at for session in place.run.sessions)
    assert place.offered_until < first
    with time_machine.travel(first):
        operations.settle_run(place.run_id)
        assert state(place) is State.LAPSED
        assert state(_next) is State.WAITING


def test_where_the_provider_decides_a_yes_waits_for_the_answer(client):
    place, _next = offered(run__needs_approval=False)
    place.run.needs_approval = True
    db.session.commit()
    here = know(client, place)
    client.send(f"{here}/offer", YES)
    assert state(place) is State.PENDING
    page = client.page(here)
    assert "đang chờ trả lời" in page.h1.text
    assert not page.select('a[href$=".ics"]')


def test_whoever_has_too_many_places_is_told_and_keeps_the_offer(client):
    place, _next = offered()
    for _ in range(10):
        operations.enrol(place.person_id, RunFactory().id, channel=Channel.STAFF)
    here = know(client, place)
    refused = read(client.send(f"{here}/offer", YES, status=409))
    assert refused.select(".notice--error")
    assert state(place) is State.OFFERED


def test_offers_come_first_on_one_s_own_page(client):
    person = PersonFactory()
    account = AccountFactory(person=person, phone=person.phone, phone_proven_at=clock.now())
    place, _next = offered()
    place.person_id = person.id
    db.session.commit()
    coming = operations.enrol(person.id, SessionFactory().run.id)
    client.sign_in(account)
    page = client.page("/vi/me").main
    heads = [head.text for head in page.select("h2")]
    assert heads[0] == "Đang chờ bạn trả lời"
    assert page.select(f'a[href="/vi/places/{place.code}/offer"]')
    assert page.select(f'a[href="/vi/places/{coming.code}"]')


def test_a_class_at_one_s_own_pace_offers_seats_as_long_as_one_can_begin(app):
    today = clock.today()
    run = RunFactory(
        capacity=1, mode=Mode.SELF_PACED, venue=None, starts_on=today - timedelta(days=7),
        ends_on=today + timedelta(days=90), enrol_from=today - timedelta(days=7),
        enrol_until=today + timedelta(days=30),
    )  # fmt: skip
    first, second = (
        operations.enrol(PersonFactory().id, run.id, channel=Channel.STAFF) for _ in range(2)
    )
    assert second.state is State.WAITING
    operations.withdraw(first.id)
    assert db.session.get_one(Enrolment, second.id, populate_existing=True).state is State.OFFERED
