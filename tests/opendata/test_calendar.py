"""Calendars of one place and of a family."""

import logging
from datetime import UTC, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from app.accounts.models import Bond
from app.accounts.operations import Child, add_child
from app.accounts.operations.erasure import erase
from app.accounts.operations.merges import merge
from app.accounts.operations.roles import close_account
from app.catalogue.operations import cancel_session
from app.core import clock, rotation
from app.core.db import db
from app.enrolment import operations
from app.enrolment.models import CalendarFeed
from app.enrolment.models import EnrolmentState as State
from app.enrolment.operations import calendars
from tests.factories import AccountFactory, EnrolmentFactory, PersonFactory, SessionFactory


def know(client, place):
    """Open the place in this browser by code and phone."""
    client.send("/vi/my-place", {"code": place.code, "phone": place.person.phone})


def events(client, address):
    answer = client.get(address)
    assert answer.mimetype == "text/calendar", answer.status_code
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    return Calendar.from_ical(answer.data).walk("VEVENT")


def file_of(client, place):
    return events(client, f"/vi/places/{place.code}.ics")


def feed_of(client, person_id):
    return events(client, f"/calendar/{calendars.token_of(person_id)}.ics")


def parent():
    person = PersonFactory()
    return AccountFactory(person=person, phone=person.phone, phone_proven_at=clock.now())


def child_of(account, name="Phạm Gia Bảo"):
    year = clock.today().year - 10
    child = Child(full_name=name, born_in=year)
    return add_child(account.person_id, child, Bond.PARENT, account.id).dependant_id


def test_a_session_keeps_its_uid_and_its_sequence_rises_when_it_changes(client):
    session = SessionFactory()
    place = operations.enrol(PersonFactory().id, session.run_id)
    know(client, place)
    (before,) = file_of(client, place)
    session.starts_at += timedelta(hours=1)
    session.ends_at += timedelta(hours=1)
    session.sequence += 1
    db.session.commit()
    (moved,) = file_of(client, place)
    cancel_session(session.id)
    (off,) = file_of(client, place)
    assert before["uid"] == moved["uid"] == off["uid"]
    assert [each["sequence"] for each in (before, moved, off)] == [0, 1, 2]
    assert moved["dtstart"].dt - before["dtstart"].dt == timedelta(hours=1)
    assert [each["status"] for each in (before, off)] == ["CONFIRMED", "CANCELLED"]


def test_what_was_given_up_is_taken_out_and_comes_back_with_a_higher_sequence(client):
    session = SessionFactory()
    person = PersonFactory()
    place = operations.enrol(person.id, session.run_id)
    know(client, place)
    (first,) = file_of(client, place)
    operations.withdraw(place.id)
    (gone,) = file_of(client, place)
    again = operations.enrol(person.id, session.run_id)
    know(client, again)
    (back,) = file_of(client, again)
    assert first["uid"] == gone["uid"] == back["uid"]
    assert [each["status"] for each in (first, gone, back)] == [
        "CONFIRMED", "CANCELLED", "CONFIRMED",
    ]  # fmt: skip
    assert first["sequence"] < gone["sequence"] < back["sequence"]


def test_the_file_of_a_place_that_was_given_up_says_nothing_of_a_later_one(client):
    session, person = SessionFactory(), PersonFactory()
    place = operations.enrol(person.id, session.run_id)
    know(client, place)
    operations.withdraw(place.id)
    again = operations.enrol(person.id, session.run_id)
    (event,) = file_of(client, place)
    assert event["status"] == "CANCELLED"
    assert again.code not in event["url"]


def test_after_a_move_the_old_sessions_are_cancelled_and_the_new_ones_stand(client):
    account = parent()
    session = SessionFactory()
    other = SessionFactory(run__course=session.run.course)
    calendars.make_feed(account.person_id, account.id)
    place = operations.enrol(account.person_id, session.run_id)
    operations.transfer(place.id, other.run_id)
    found = {event["uid"].split("@")[0]: event for event in feed_of(client, account.person_id)}
    assert found[f"session-{session.id}"]["status"] == "CANCELLED"
    assert found[f"session-{other.id}"]["status"] == "CONFIRMED"


@pytest.mark.parametrize("state", [State.WAITING, State.OFFERED, State.PENDING])
def test_whoever_has_no_seat_yet_has_nothing_in_the_calendar(client, state):
    account = parent()
    until = clock.now() + timedelta(days=1) if state is State.OFFERED else None
    place = EnrolmentFactory(
        state=state, offered_until=until, seated_at=None,
        run=SessionFactory().run, person=account.person,
    )  # fmt: skip
    calendars.make_feed(account.person_id, account.id)
    know(client, place)
    assert client.get(f"/vi/places/{place.code}.ics").status_code == 404
    assert feed_of(client, account.person_id) == []


def test_hours_are_those_of_the_city_wherever_the_server_stands(client, monkeypatch):
    session = SessionFactory()
    place = operations.enrol(PersonFactory().id, session.run_id)
    know(client, place)
    (event,) = file_of(client, place)
    start = event["dtstart"]
    assert start.params["TZID"] == "Asia/Ho_Chi_Minh"
    assert (start.dt.hour, start.dt.minute) == (18, 30)
    assert start.dt.astimezone(UTC).hour == 11


def test_an_address_shows_all_classes_of_the_family_without_signing_in(client, app):
    account = parent()
    bao, mai = child_of(account), child_of(account, "Phạm Ngọc Mai")
    session, own = SessionFactory(), SessionFactory()
    for person_id, run_id in ((bao, session.run_id), (mai, session.run_id)):
        operations.enrol(person_id, run_id)
    operations.enrol(account.person_id, own.run_id)
    client.sign_in(account)
    client.send("/vi/me/calendar", {"act": "make"})
    address = client.page("/vi/me/calendar").select_one("#address")["value"]
    path = address.removeprefix("http://127.0.0.1:8000")
    reader = app.test_client()
    found = events(reader, path)
    assert len({event["uid"] for event in found}) == len(found) == 3
    assert {"Bảo" in event["summary"] for event in found} == {True, False}
    assert "Set-Cookie" not in reader.get(path).headers


def test_the_address_of_a_closed_account_opens_nothing(client):
    account = parent()
    token = calendars.make_feed(account.person_id, account.id)
    close_account(account.id, None)
    assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_a_new_address_stops_the_old_one_and_stopping_stops_it(client):
    account = parent()
    client.sign_in(account)
    tokens = []
    for act in ("make", "make", "stop"):
        client.send("/vi/me/calendar", {"act": act})
        tokens.append(calendars.token_of(account.person_id))
        db.session.rollback()
    assert len(tokens[0]) >= 22
    assert tokens[0] != tokens[1]
    assert tokens[2] is None
    for token in (*tokens[:2], "khong-co"):
        assert client.get(f"/calendar/{token}.ics").status_code == 404


def test_neither_table_nor_log_holds_the_address(client, caplog):
    caplog.set_level(logging.INFO, "app")
    account = parent()
    token = calendars.make_feed(account.person_id, account.id)
    row = db.session.scalars(select(CalendarFeed)).one()
    assert token not in (row.token_hash, row.token_sealed)
    feed_of(client, account.person_id)
    written = [str(vars(record)) for record in caplog.records]
    assert any("/calendar/*" in line for line in written)
    assert not any(token in line for line in written)


@pytest.mark.usefixtures("one_key")
def test_the_address_outlives_a_rotation_of_the_keys(client):
    account = parent()
    token = calendars.make_feed(account.person_id, account.id)
    rotation.rotate()
    assert calendars.token_of(account.person_id) == token
    assert calendars.owner_of(token) == account.person_id


def test_erasure_ends_the_address_and_a_merge_keeps_one(app):
    kept, gone = parent(), PersonFactory()
    token = calendars.make_feed(kept.person_id, kept.id)
    other = calendars.make_feed(gone.id, None)
    merge(kept.person_id, gone.id, None, "the same")
    assert calendars.owner_of(token) == kept.person_id
    assert calendars.owner_of(other) is None
    erase(kept.person_id, None, "wish")
    assert calendars.owner_of(token) is None


def test_a_family_of_many_classes_asks_as_often_as_one_of_few(client, at_most):
    account = parent()
    calendars.make_feed(account.person_id, account.id)
    for _ in range(6):
        operations.enrol(account.person_id, SessionFactory().run_id)
    address = f"/calendar/{calendars.token_of(account.person_id)}.ics"
    with at_most(8):
        assert len(events(client, address)) == 6
