"""The request desk keeps the legal clocks, and everybody sees only what is theirs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.accounts.errors import ExtendedAlready, RequestClosed
from app.accounts.models import (
    Bond,
    DataRequest,
    Guardianship,
    Person,
    RequestKind,
    RequestOutcome,
)
from app.accounts.operations import requests as desk
from app.accounts.operations.fulfilment import fulfil
from app.core import clock
from app.core.audit import AuditEntry
from app.core.db import db
from app.notices.models import Message
from tests.factories import AccountFactory, GrantFactory, PersonFactory

FRIDAY_BEFORE_TET = datetime(2026, 2, 13, 9, 0, tzinfo=UTC)


def receive(kind=RequestKind.WITHDRAW, person=None, **more):
    person = person or PersonFactory()
    return desk.receive_request(kind, person_id=person.id, **more)


@pytest.fixture
def clerk(app):
    return GrantFactory().account


@pytest.mark.parametrize(
    ("kind", "others", "act_by"),
    [
        (RequestKind.WITHDRAW, False, date(2026, 3, 2)),  # 28 February is a Saturday
        (RequestKind.OBJECT, True, date(2026, 3, 5)),
        (RequestKind.SEE, False, date(2026, 2, 23)),
        (RequestKind.DELETE, False, date(2026, 3, 5)),
    ],
)
def test_clocks_run_on_the_vietnamese_calendar(app, kind, others, act_by):
    found = receive(kind, involves_others=others, received_at=FRIDAY_BEFORE_TET)
    assert (found.answer_by, found.act_by) == (date(2026, 2, 24), act_by)


def test_a_request_late_at_night_counts_from_the_city_s_day(app):
    found = receive(received_at=datetime(2026, 11, 23, 17, 30, tzinfo=UTC))  # 0:30 on the 24th
    assert found.answer_by == date(2026, 11, 26)


def test_the_clock_that_runs_is_told_and_marks_what_is_late(app, clerk):
    found = receive(received_at=datetime(2026, 11, 2, 3, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 11, 5, 3, tzinfo=UTC)):
        assert (found.due, found.is_overdue) == (date(2026, 11, 4), True)
    with time_machine.travel(datetime(2026, 11, 3, 3, tzinfo=UTC)):
        desk.answer_request(found.id, clerk.id)
    with time_machine.travel(datetime(2026, 11, 17, 3, tzinfo=UTC)):
        assert (found.due, found.is_overdue) == (date(2026, 11, 17), False)
        desk.close_request(found.id, RequestOutcome.DONE, "Xong.", clerk.id)
    assert found.was_in_time


def test_it_is_extended_once_with_a_reason_however_many_press_at_once(app, clerk):
    found = receive(received_at=datetime(2026, 11, 2, 3, tzinfo=UTC))
    request_id, by_id = found.id, clerk.id
    db.session.rollback()

    def press(_):
        with app.app_context():
            try:
                desk.extend_request(request_id, "Cần hỏi hai trung tâm.", by_id)
            except ExtendedAlready:
                return "refused"
            return "extended"

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(press, range(6)))
    assert answers == ["extended"] + ["refused"] * 5
    db.session.expire_all()
    kept = db.session.get(DataRequest, request_id)
    assert (kept.act_by, kept.extension_reason) == (date(2026, 12, 2), "Cần hỏi hai trung tâm.")


def test_what_is_closed_stays_closed(app, clerk):
    found = receive()
    desk.close_request(found.id, RequestOutcome.REFUSED, "Không tìm thấy.", clerk.id)
    for again in (
        lambda: desk.answer_request(found.id, clerk.id),
        lambda: desk.extend_request(found.id, "vì", clerk.id),
        lambda: desk.close_request(found.id, RequestOutcome.DONE, "Xong.", clerk.id),
        lambda: desk.take_back_request(found.id, clerk.id),
        lambda: fulfil(found.id, clerk.id),
    ):
        with pytest.raises(RequestClosed):
            again()


def test_doing_it_acts_and_closes_in_one_go(app, clerk):
    found = receive(RequestKind.RESTRICT)
    fulfil(found.id, clerk.id)
    db.session.rollback()
    person = db.session.get(Person, found.person_id)
    assert person.restricted_at is not None
    assert found.outcome is RequestOutcome.DONE
    assert found.reply


def test_the_person_hears_of_each_step_in_their_language(app, clerk, run_jobs):
    person = PersonFactory(language="en")
    found = receive(person=person)
    run_jobs()
    desk.extend_request(found.id, "We must ask two centres.", clerk.id)
    run_jobs()
    desk.close_request(found.id, RequestOutcome.DONE, "All done.", clerk.id)
    run_jobs()
    texts = db.session.scalars(select(Message.body).order_by(Message.id)).all()
    assert len(texts) == 3
    assert all(found.code in text for text in texts)
    assert "two centres" in texts[1]
    assert "All done" in texts[2]


def test_a_resident_asks_sees_the_clock_and_takes_it_back(client):
    mine, other = PersonFactory(), PersonFactory()
    foreign = receive(person=other)
    client.sign_in(AccountFactory(person_id=mine.id))
    asked = {"kind": "correct", "wish": "Năm sinh sai"}
    answer = client.send("/vi/me/data/requests/new", asked)
    code = answer.location.rpartition("/")[2]
    assert "Năm sinh sai" in client.page(f"/vi/me/data/requests/{code}").text
    client.page(f"/vi/me/data/requests/{foreign.code}", status=404)
    client.send(
        f"/vi/me/data/requests/{foreign.code}/take-back", status=404,
        page="/vi/me/data/requests/new",
    )  # fmt: skip
    client.send(f"/vi/me/data/requests/{code}/take-back", page=f"/vi/me/data/requests/{code}")
    db.session.rollback()
    outcomes = {row.code: row.outcome for row in db.session.scalars(select(DataRequest))}
    assert outcomes == {code: RequestOutcome.TAKEN_BACK, foreign.code: None}


def test_the_desk_records_answers_and_closes_a_request_on_paper(client, clerk):
    person = PersonFactory(full_name="Đỗ Thị Mận", name_key="do thi man", phone="+84912000111")
    PersonFactory(phone="+84912000111")
    client.sign_in(clerk)
    form = {"kind": "see", "channel": "paper", "phone": "0912 000 111", "wish": "Xem dữ liệu"}
    asked = client.send("/vi/staff/requests/new", form, status=422)
    assert "Đỗ Thị Mận" in asked.text
    answer = client.send("/vi/staff/requests/new", {**form, "person": str(person.id)})
    address = answer.location
    assert "Đỗ Thị Mận" in client.page(address).text
    code = address.rpartition("/")[2]
    assert code in client.page("/vi/staff/requests").text
    client.send(f"{address}/answer", page=address)
    client.send(f"{address}/extend", {"reason": ""}, status=422, page=address)
    client.send(f"{address}/close", {"outcome": "done", "reply": "Đã gửi."}, page=address)
    register = client.get("/vi/staff/requests.csv").text
    assert code in register
    assert "Mận" not in register
    assert "Xem dữ liệu" not in register
    looks = select(AuditEntry.action).where(AuditEntry.person_id == person.id)
    assert {"person.searched", "data.seen", "request.closed"} <= set(db.session.scalars(looks))


def test_somebody_of_whom_we_hold_nothing_may_ask_too(client, clerk):
    client.sign_in(clerk)
    form = {"kind": "see", "channel": "staff", "full_name": "Không Có", "person": "0"}
    asked = client.send("/vi/staff/requests/new", {**form, "person": ""}, status=422)
    assert "Không tìm thấy ai." in asked.text
    address = client.send("/vi/staff/requests/new", form).location
    client.page(address)
    foreign = {**form, "person": "999"}
    client.send("/vi/staff/requests/new", foreign, status=422)
    assert len(db.session.scalars(select(DataRequest)).all()) == 1


def test_the_desk_is_not_told_that_a_message_went_where_none_can_go(client, clerk):
    client.sign_in(clerk)
    form = {"kind": "see", "channel": "paper", "full_name": "Không Có", "person": "0"}
    address = client.send("/vi/staff/requests/new", form).location
    assert "Tôi đã báo người yêu cầu" in client.page(address).text
    client.send(f"{address}/answer", page=address)
    assert "Bạn hãy tự báo cho người yêu cầu" in client.page(address).text
    child = PersonFactory(phone=None, born_on=clock.today() - timedelta(days=3000))
    address = f"/vi/staff/requests/{receive(RequestKind.SEE, child).code}"
    assert "Tôi đã báo người yêu cầu" in client.page(address).text
    guardian = PersonFactory(phone="+84912000222")
    bond = Guardianship(guardian_id=guardian.id, dependant_id=child.id, bond=Bond.PARENT)
    db.session.add(bond)
    db.session.commit()
    assert "Tôi đã báo người yêu cầu" not in client.page(address).text
