"""One's own page: all of one's own data, nothing of anybody else, and a way to have it deleted."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from app.accounts.models import (
    Account,
    Breach,
    BreachKind,
    DataRequest,
    LoginSession,
    Person,
    RequestKind,
    RequestOutcome,
    RetentionRun,
)
from app.accounts.operations import record_consent
from app.accounts.operations import requests as desk
from app.accounts.operations.breaches import BreachFacts, BreachStep, record_breach, take_step
from app.accounts.rights import holdings, inventory, my_data, retention
from app.accounts.rights.my_data_words import FOR_PROGRAMS, name_of
from app.accounts.rights.purposes import NEWS
from app.core import clock
from app.core.db import Base, db
from app.enrolment import operations as places
from app.enrolment.models import Enrolment
from app.notices.models import Medium, Message
from tests.factories import (
    AccountFactory,
    EnrolmentFactory,
    GrantFactory,
    PersonFactory,
    ResidenceFactory,
    RunFactory,
)

STRANGER, THEIR_PHONE, THEIR_WORDS = "Lý Người Lạ", "+84913555777", "lời của người lạ"
COPY = "/vi/me/data/copy."


@pytest.fixture
def me(app):
    """Somebody with a row of everything, beside a stranger in the same class."""
    person = PersonFactory(full_name="=Trần Thị Của Tôi")
    account = AccountFactory(person_id=person.id, display_name="Của Tôi")
    run_id = RunFactory().id
    ResidenceFactory(person=person)
    other = PersonFactory(full_name=STRANGER, phone=THEIR_PHONE)
    for each in (person, other):
        places.enrol(each.id, run_id)
    for each, words in ((person, "lời của tôi"), (other, THEIR_WORDS)):
        record_consent(each.id, NEWS.code, language="vi", channel="web")
        desk.receive_request(RequestKind.SEE, person_id=each.id, wish=words)
    return account


@pytest.fixture
def confirmed(client, me):
    """My browser, just after I proved to be there."""
    client.sign_in(me)
    now = update(LoginSession).values(confirmed_at=clock.now())
    db.session.execute(now)
    db.session.commit()
    return client


def test_the_page_shows_my_data_and_nobody_else_s(confirmed):
    text = confirmed.page("/vi/me/data").text
    assert "Trần Thị Của Tôi" in text
    assert "lời của tôi" in text
    for foreign in (STRANGER, "555 777", THEIR_WORDS):
        assert foreign not in text


def test_the_copies_hold_all_of_mine_and_nothing_of_others(confirmed, me):
    copies = {kind: confirmed.get(COPY + kind) for kind in ("json", "csv")}
    for answer in copies.values():
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "lời của tôi" in answer.text
        for foreign in (STRANGER, THEIR_PHONE, THEIR_PHONE[-6:], THEIR_WORDS):
            assert foreign not in answer.text
    sections = {each["name"] for each in json.loads(copies["json"].text)["sections"]}
    held = {each.name for each in holdings.all_holdings() if each.count(me.person_id)}
    assert sections == held
    assert {"person", "residences", "consents", "requests", "account"} <= sections
    rows = list(csv.reader(io.StringIO(copies["csv"].text.removeprefix("\ufeff"))))
    assert rows[0] == ["section", "row", "name", "value"]
    assert "'=Trần Thị Của Tôi" in {row[3] for row in rows}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_a_copy_is_asked_for_in_person_and_kept_in_the_log(client, me):
    client.sign_in(me)
    db.session.execute(update(LoginSession).values(confirmed_at=None))
    db.session.commit()
    away = client.get(COPY + "json")
    assert away.status_code in (302, 303)
    assert "confirm" in away.location
    db.session.execute(update(LoginSession).values(confirmed_at=clock.now()))
    db.session.commit()
    client.get(COPY + "json")
    assert "Đã tạo bản sao dữ liệu" in client.page("/vi/me/data").text


def test_every_name_in_the_copy_has_words(me):
    for language_free in my_data.sections(me.person_id):
        for row in language_free.rows:
            bare = [name for name in row if name_of(name) == name.replace("_", " ").capitalize()]
            assert (
                not set(bare) - FOR_PROGRAMS - {"code", "kind", "language", "name", "id", "email"}
            ), bare


def test_setting_aside_and_objecting_are_one_click_each_way(client, me):
    client.sign_in(me)
    for wish, name, is_set in (
        ("restrict", "restricted_at", True),
        ("release", "restricted_at", False),
        ("object", "objected_at", True),
        ("count", "objected_at", False),
    ):
        client.send(f"/vi/me/data/{wish}", page="/vi/me/data")
        assert bool(getattr(db.session.get(Person, me.person_id), name)) is is_set


def test_deleting_takes_a_tick_and_leaves_nothing_of_me(confirmed, me):
    person_id, account_id = me.person_id, me.id
    page = confirmed.page("/vi/me/data/delete").text
    assert "Những gì giữ lại, và vì sao" in page
    assert confirmed.send("/vi/me/data/delete", {}, status=422)
    answer = confirmed.send("/vi/me/data/delete", {"agree": "y"})
    assert answer.location.endswith("/vi/goodbye")
    confirmed.page("/vi/goodbye")
    assert confirmed.get("/vi/me/data").status_code == 302
    person, account = db.session.get(Person, person_id), db.session.get(Account, account_id)
    assert person is None or person.full_name != "=Trần Thị Của Tôi"
    assert not account.is_active
    assert db.session.scalar(select(LoginSession.handle)) is None
    assert len(db.session.scalars(select(Enrolment.id)).all()) == 2
    words = set(db.session.scalars(select(DataRequest.wish)))
    assert words == {"", THEIR_WORDS}


def test_an_account_that_is_only_a_tool_of_work_has_no_record(client):
    client.sign_in(GrantFactory().account)
    client.page("/vi/me/data")
    client.page("/vi/me/data/consents", status=404)
    client.page("/vi/me/data/requests/new", status=404)


def test_every_column_about_people_is_classified(app):
    described = {each.table: set(each.columns) for each in inventory.all_tables()}
    personal = {"persons", "accounts"}
    for table in Base.metadata.sorted_tables:
        refers = {key.column.table.name for column in table.columns for key in column.foreign_keys}
        named = {"person_id", "account_id"} & set(table.columns.keys())
        if table.name in personal or refers & personal or named:
            assert described.get(table.name) == set(table.columns.keys()), table.name
    assert set(described) <= set(Base.metadata.tables)


def test_the_dossier_and_the_privacy_page_name_every_purpose(client):
    assert "Thống kê theo nhóm ưu tiên" in client.page("/vi/privacy").text
    client.sign_in(GrantFactory().account)
    for language in ("vi", "en"):
        page = client.page(f"/{language}/staff/data-register").text
        for words in ("2026-11", "national_id_hash", "form_key"):
            assert words in page


def test_rules_of_retention_run_once_a_day_and_say_what_they_did(app):
    old, new = clock.now() - timedelta(days=91), clock.now() - timedelta(days=89)
    for n, sent in enumerate((old, new)):
        row = Message(key=f"k{n}", medium=Medium.SMS, to="+84912000111", body="mã 123")
        row.sent_at = sent
        db.session.add(row)
    db.session.commit()
    rule = next(each for each in retention.all_rules() if each.code == "messages")
    assert retention.apply_rule(rule) == 1
    assert retention.apply_rule(rule) is None
    bodies = dict(db.session.execute(select(Message.key, Message.body)).all())
    assert bodies == {"k0": "", "k1": "mã 123"}
    assert db.session.scalar(select(RetentionRun.rows)) == 1


def test_words_of_closed_requests_go_after_two_years(app):
    clerk = GrantFactory().account
    with time_machine.travel(clock.now() - timedelta(days=800)):
        found = desk.receive_request(RequestKind.SEE, person_id=PersonFactory().id, wish="bí mật")
        desk.close_request(found.id, RequestOutcome.DONE, "đã xong", clerk.id)
    rule = next(each for each in retention.all_rules() if each.code == "requests")
    assert retention.apply_rule(rule) == 1
    db.session.expire_all()
    kept = db.session.get(DataRequest, found.id)
    assert (kept.wish, kept.reply, kept.outcome) == ("", "", RequestOutcome.DONE)


def test_only_guests_whose_last_class_is_two_years_past_are_deleted(app):
    long_ago, lately = clock.today() - timedelta(days=740), clock.today() - timedelta(days=300)
    with time_machine.travel(clock.now() - timedelta(days=900)):
        gone, back, member, idle = (PersonFactory() for _ in range(4))
        AccountFactory(person_id=member.id)
        for person in (gone, back, member):
            EnrolmentFactory(person=person, run=_ended(long_ago), state="completed")
        EnrolmentFactory(person=back, run=_ended(lately), state="completed")
    new = PersonFactory()
    ids = {each.id: each for each in (gone, back, member, idle, new)}
    rule = next(each for each in retention.all_rules() if each.code == "guests")
    assert retention.apply_rule(rule) == 2
    db.session.expire_all()
    kept = set(db.session.scalars(select(Person.id).where(Person.erased_at.is_(None))))
    assert kept & set(ids) == {back.id, member.id, new.id}
    assert db.session.query(Enrolment).count() == 4


def _ended(day):
    begun = day - timedelta(days=30)
    return RunFactory(enrol_from=begun, enrol_until=begun, starts_on=begun, ends_on=day)


def test_a_serious_breach_has_72_hours(app):
    clerk = GrantFactory().account
    noticed = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    facts = BreachFacts(kind=BreachKind.SEEN, noticed_at=noticed, is_serious=True)
    breach = record_breach(facts, clerk.id)
    assert breach.authority_due_at == noticed + timedelta(hours=72)
    with time_machine.travel(noticed + timedelta(hours=71)):
        assert not breach.is_overdue
        take_step(breach.id, BreachStep.AUTHORITY, clerk.id)
    with time_machine.travel(noticed + timedelta(hours=99)):
        assert not db.session.get(Breach, breach.id).is_overdue


def test_the_register_of_breaches_is_kept_by_pages(client):
    client.sign_in(GrantFactory().account)
    form = {
        "kind": "lost", "noticed_on": "20/11/2026", "noticed_time": "9:15", "is_serious": "y",
        "what": "=Mất máy tính", "which": "Danh sách lớp", "people": "30",
    }  # fmt: skip
    client.send("/vi/staff/breaches/new", {**form, "what": ""}, status=422)
    address = client.send("/vi/staff/breaches/new", form).location
    client.send(f"{address}/authority", page=address)
    client.send(address, {**form, "measures": "Đổi mật khẩu"})
    client.send(f"{address}/close", page=address)
    client.send(address, form, status=422, page=address)
    register = client.get("/vi/staff/breaches.csv").text
    assert "'=Mất máy tính" in register
    assert "Đổi mật khẩu" in register


@pytest.mark.parametrize("role", ["statistician", "catalogue_editor"])
def test_other_roles_reach_none_of_the_desk(client, role):
    client.sign_in(GrantFactory(city_role=role).account)
    found = desk.receive_request(RequestKind.SEE, person_id=PersonFactory().id)
    pages = (
        "requests", "requests.csv", "requests/new", f"requests/{found.code}",
        f"requests/{found.code}/copy.json", "breaches", "breaches.csv", "breaches/new",
        "data-register",
    )  # fmt: skip
    assert {client.get(f"/vi/staff/{page}").status_code for page in pages} == {403}
