"""Visitors are told once, without an account, when a question that found nothing finds one."""

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.rights import retention
from app.accounts.rights.holdings import all_holdings
from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.errors import TooManyAttempts
from app.notices.models import Medium, Message
from app.search.alerts import operations
from app.search.alerts.jobs import announce_alerts
from app.search.models import SearchAlert
from tests.factories import PersonFactory
from tests.search.test_saved import index, next_day, offer

PHONE = "+84912345678"


@pytest.fixture
def waits(client):
    """Somebody left a phone on the page that found nothing; the code of their alert."""

    def ask(words: str = "cắt may", name: str = "0912 345 678") -> str:
        page = client.page(f"/vi/courses?q={words}")
        link = page.find("a", string="Báo cho tôi khi có lớp")["href"]
        answer = client.send(link, {"name": name})
        return answer.location.rpartition("/")[2]

    return ask


def look_around(run_jobs, days: int = 1) -> list[Message]:
    with next_day(days):
        index()
        with transaction():
            announce_alerts(None)
        run_jobs()
    rows = select(Message).where(Message.key.startswith("search-first-"))
    return list(db.session.scalars(rows.order_by(Message.id)))


def waiting() -> list[SearchAlert]:
    db.session.rollback()
    return list(db.session.scalars(select(SearchAlert)))


def test_a_visitor_is_told_once_and_nothing_of_them_is_kept(waits, run_jobs):
    index()
    waits()
    assert look_around(run_jobs) == []
    offer()
    (text,) = look_around(run_jobs, 2)
    assert (text.medium, text.to) == (Medium.SMS, PHONE)
    assert "Cat may gia dinh" in text.body
    assert "/vi/courses" in text.body
    assert len(text.body) <= 306
    assert waiting() == []
    offer("Cắt may thêm")
    assert look_around(run_jobs, 3) == [text]


def test_nobody_is_told_who_stopped_it_even_when_the_text_is_written(waits, run_jobs, client):
    index()
    code = waits()
    assert waits() == code, "asking twice is asking once"
    offer()
    with next_day():
        index()
        operations.look(waiting()[0].id, {"topic": {}, "audience": {}, "ward": {}, "provider": {}})
        jobs.work_once()
        client.page(f"/vi/search-alerts/{code}")
        client.send(f"/vi/search-alerts/{code}")
        client.page(f"/vi/search-alerts/{code}", status=404)
        run_jobs()
    assert look_around(run_jobs, 2) == []


def test_a_wrong_contact_is_explained_and_floods_are_stopped(waits, client):
    index()
    link = "/vi/search-alerts?q=may"
    client.send(link, {"name": "không phải số"}, status=422)
    contact = operations.Contact.read(PHONE)
    for n in range(operations.TO_ONE_CONTACT_A_DAY):
        operations.ask(f"q=w{n}", contact, "here", language="vi")
    with pytest.raises(TooManyAttempts):
        operations.ask("q=more", contact, "here", language="vi")


def test_alerts_are_copied_erased_with_the_contact_and_gone_after_half_a_year(app):
    person = PersonFactory(phone=PHONE)
    contact = operations.Contact.read(PHONE)
    operations.ask("q=cắt+may", contact, "here", language="vi")
    holding = next(each for each in all_holdings() if each.name == "search_alerts")
    assert [row["question"] for row in holding.copy(person.id)] == ["q=cắt may"]
    with transaction() as session:
        holding.erase(session, person.id, 0)
    assert waiting() == []
    operations.ask("q=cắt+may", contact, "here", language="vi")
    rule = next(each for each in retention.all_rules() if each.code == "search_alerts")
    with time_machine.travel(clock.now() + operations.KEPT * 1.1):
        assert retention.apply_rule(rule) == 1
