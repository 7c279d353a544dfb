"""Hearing of a free seat without standing in line."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.contacts import Contact
from app.accounts.operations.erasure import erase
from app.accounts.rights import my_data
from app.accounts.rights.retention import all_rules, apply_rule
from app.core import clock
from app.core.db import db
from app.core.jobs import Job
from app.enrolment import operations
from app.enrolment.models import SeatAlert
from app.enrolment.operations import alerts
from app.notices import run_jobs as run_news
from app.notices.models import Message
from tests.factories import AccountFactory, PersonFactory, RunFactory

PHONE = "+84912345678"
HERE = "127.0.0.1"


def full(**odd):
    """A run of one seat, taken; nobody waits."""
    run = RunFactory(capacity=1, **odd)
    return run, operations.enrol(PersonFactory().id, run.id)


def ask(run, text=PHONE, **more):
    alerts.ask(run.id, Contact.read(text), HERE, language="vi", **more)


def rows():
    db.session.rollback()
    return db.session.scalars(select(SeatAlert).order_by(SeatAlert.id)).all()


def freed():
    db.session.rollback()
    jobs = db.session.scalars(select(Job).where(Job.handler.contains("seat"))).all()
    return [job.event for job in jobs]


def test_the_page_of_a_full_class_takes_a_phone_or_an_e_mail_once(client):
    run, _place = full()
    here = f"/vi/runs/{run.id}/alert"
    course = client.get(f"/vi/courses/{run.course_id}").location
    assert client.page(course).select(f'a[href="{here}"]')
    client.send(here, {"name": "không biết"}, status=422)
    for typed in ("0912 345 678", "0912345678", "hoa@example.org"):
        client.send(here, {"name": typed})
    assert [row.contact for row in rows()] == [PHONE, "hoa@example.org"]
    assert [row.person_id for row in rows()] == [None, None]


def test_an_account_s_own_phone_is_filled_in(client):
    run, _place = full()
    account = AccountFactory(
        person=PersonFactory(phone=PHONE), phone=PHONE, phone_proven_at=clock.now()
    )
    client.sign_in(account)
    here = f"/vi/runs/{run.id}/alert"
    assert client.page(here).select_one("input[name=name]")["value"] == PHONE
    client.send(here, {"name": PHONE})
    assert rows()[0].person_id == account.person_id


def test_a_class_with_seats_or_over_has_nothing_to_wait_for(client):
    run = RunFactory(capacity=1)
    closed = RunFactory(capacity=0, enrol_until=clock.today() - timedelta(days=1))
    for each in (run, closed):
        answer = client.get(f"/vi/runs/{each.id}/alert")
        assert answer.location == f"/vi/runs/{each.id}/enrol"
        with pytest.raises(alerts.NoNeedToWait):
            ask(each)


def test_a_freed_seat_is_told_once_and_only_when_nobody_waits(app, run_jobs):
    run, place = full()
    ask(run)
    waiting = operations.enrol(PersonFactory().id, run.id)
    operations.withdraw(place.id)
    assert alerts.waiting(run.id) == ()
    operations.decline(waiting.id)
    assert [each.contact for each in alerts.waiting(run.id)] == [PHONE]
    run_jobs()
    assert rows() == []
    assert alerts.waiting(run.id) == []


def test_ten_requests_at_once_are_one(at_once):
    run, _place = full()
    run_id = run.id
    contact = Contact.read(PHONE)
    at_once([lambda: alerts.ask(run_id, contact, HERE, language="vi")] * 5)
    assert len(rows()) == 1


def test_nobody_is_written_to_for_ever(client):
    runs = [full()[0] for _ in range(6)]
    for run in runs[:5]:
        ask(run)
    client.send(f"/vi/runs/{runs[5].id}/alert", {"name": PHONE}, status=429)
    assert len(rows()) == 5


def test_the_link_in_the_letter_stops_it_by_a_click_and_not_by_itself(client):
    run, _place = full()
    ask(run)
    here = f"/vi/alerts/{rows()[0].code}"
    page = client.page(here)
    assert run.course.title_vi in page.main.text
    assert len(rows()) == 1
    for _ in range(2):
        client.send(here, page="/vi/my-place")
    assert rows() == []
    assert client.get(here).status_code == 404


def test_when_the_class_begins_nobody_is_kept(app):
    run, _place = full()
    ask(run)
    rule = next(each for each in all_rules() if each.code == "seat_alerts")
    assert apply_rule(rule) == 0
    with time_machine.travel(clock.at(run.starts_on, clock.now().time())):
        assert apply_rule(rule) == 1
    assert rows() == []


def test_a_copy_has_it_and_erasure_takes_it_also_without_an_account(app):
    run, _place = full()
    person = PersonFactory(phone=PHONE)
    ask(run)
    ask(run, "khac@example.org")
    assert "seat_alerts" in {each.name for each in my_data.sections(person.id)}
    erase(person.id, None, "wish")
    assert [row.contact for row in rows()] == ["khac@example.org"]


def test_an_account_gets_and_takes_away_only_what_its_proven_contacts_asked_for(app):
    run, _place = full()
    ask(run)
    account = AccountFactory(person=PersonFactory(phone=PHONE), phone=PHONE)
    assert "seat_alerts" not in {each.name for each in my_data.sections(account.person_id)}
    account.phone_proven_at = clock.now()
    db.session.commit()
    assert "seat_alerts" in {each.name for each in my_data.sections(account.person_id)}


def test_many_who_want_to_hear_are_told_some_at_a_time(app, run_jobs, monkeypatch):
    monkeypatch.setattr(run_news, "AT_ONCE", 1)
    run, place = full()
    for number in range(3):
        contact = Contact.read(f"+8491234500{number}")
        alerts.ask(run.id, contact, HERE, language="vi")
    operations.withdraw(place.id)
    run_jobs()
    told = select(Message.to).where(Message.key.startswith("seat-free-"))
    assert len(set(db.session.scalars(told))) == 3
    assert rows() == []
