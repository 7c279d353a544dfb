"""Signing in: one answer for every mistake, and sessions that live on the server."""

import time
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts import operations, passwords, queries
from app.accounts.errors import AccountExists, SignInFailed, WeakPassword, WrongPassword
from app.accounts.models import Account, LoginSession
from app.core import clock
from app.core.access import CityRole
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import TooManyAttempts
from tests.client import PASSWORD
from tests.factories import AccountFactory, StaffFactory

HERE = "127.0.0.1"


def _actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_every_mistake_gets_the_same_answer(app):
    known, closed = AccountFactory(), AccountFactory(is_active=False)
    tries = [
        (known.email, "sai mật khẩu"),
        ("ai-do@example.org", PASSWORD),
        (closed.email, PASSWORD),
    ]
    for name, password in tries:
        with pytest.raises(SignInFailed):
            operations.sign_in(name, password, HERE)
    assert _actions() == ["account.sign_in_failed"] * 3


def test_an_unknown_account_takes_as_long_as_a_known_one(app):
    operations.create_account("Lan", PASSWORD, email="lan@example.org")

    def took(name: str) -> float:
        began = time.thread_time()
        with pytest.raises(SignInFailed):
            operations.sign_in(name, "không phải đâu", HERE)
        return time.thread_time() - began

    took("lan@example.org"), took("khong-co@example.org")
    known = min(took("lan@example.org") for _ in range(3))
    unknown = min(took("khong-co@example.org") for _ in range(3))
    assert 0.5 < unknown / known < 2


@pytest.mark.parametrize(
    "typed", ["0912 345 678", "+84912345678", "84 912 345 678", "0912.345.678"]
)
def test_a_phone_number_in_any_spelling_signs_in(app, typed):
    AccountFactory(email=None, phone="+84912345678")
    assert operations.sign_in(typed, PASSWORD, HERE)


def test_an_old_hash_is_renewed_at_sign_in(app):
    account = AccountFactory()
    assert passwords.is_outdated(account.password_hash)
    operations.sign_in(account.email, PASSWORD, HERE)
    db.session.refresh(account)
    assert not passwords.is_outdated(account.password_hash)
    assert account.password_hash.startswith("$argon2id$")


def test_a_password_replaced_while_it_is_compared_opens_nothing(app, monkeypatch):
    account = AccountFactory()
    compare = passwords.matches

    def slowly(stored, password):
        right = compare(stored, password)
        operations.set_password(account.id, "một mật khẩu hoàn toàn khác")
        return right

    monkeypatch.setattr(passwords, "matches", slowly)
    with pytest.raises(SignInFailed):
        operations.sign_in(account.email, PASSWORD, "192.0.2.1")
    assert db.session.scalars(select(LoginSession)).all() == []


def test_the_table_holds_no_token(app):
    account = AccountFactory()
    token = operations.sign_in(account.email, PASSWORD, HERE)
    assert token not in db.session.scalars(select(LoginSession.token_hash)).all()
    assert queries.account_of_session(token) is account


def test_a_session_ends_after_a_fortnight_unused_by_signing_out_and_with_the_account(app):
    account = AccountFactory()
    tokens = [operations.sign_in(account.email, PASSWORD, HERE) for _ in range(2)]
    with time_machine.travel(clock.now() + timedelta(days=14, seconds=1)):
        assert queries.account_of_session(tokens[0]) is None
    operations.sign_out(tokens[0])
    assert queries.account_of_session(tokens[0]) is None
    assert queries.account_of_session(tokens[1]) is account
    account.is_active = False
    assert queries.account_of_session(tokens[1]) is None


def test_guessing_is_stopped_even_with_the_right_password_at_last(app):
    account = AccountFactory()
    for _ in range(10):
        with pytest.raises(SignInFailed):
            operations.sign_in(account.email, "sai mật khẩu", HERE)
    with pytest.raises(TooManyAttempts):
        operations.sign_in(account.email, PASSWORD, HERE)
    assert operations.sign_in(account.email, PASSWORD, "192.0.2.7"), (
        "a stranger cannot lock the owner out"
    )
    with time_machine.travel(clock.now() + timedelta(minutes=17)):
        assert operations.sign_in(account.email, PASSWORD, HERE)


def test_only_wrong_tries_are_counted_against_a_browser(app):
    account = AccountFactory()
    for _ in range(12):
        assert operations.sign_in(account.email, PASSWORD, HERE)
    for _ in range(10):
        with pytest.raises(SignInFailed):
            operations.sign_in(account.email, "sai mật khẩu", HERE)
    with pytest.raises(TooManyAttempts):
        operations.sign_in(account.email, PASSWORD, HERE)


@pytest.mark.parametrize("weak", ["ngắn", "matkhau123", "Mật Khẩu 2026", "aaaaaaaabbb", "x" * 129])
def test_a_password_a_stranger_would_guess_is_refused(app, weak):
    with pytest.raises(WeakPassword):
        operations.create_account("Lan", weak, email="lan@example.org")


def test_a_password_of_ones_own_name_or_phone_is_refused(app):
    account = AccountFactory(display_name="Nguyễn Thị Hoà", phone="+84912345678")
    for weak in ("nguyenthihoa", "Nguyễn Thị Hoà 60", "+84912345678"):
        with pytest.raises(WeakPassword):
            operations.set_password(account.id, weak)


def test_an_address_has_one_account(app):
    operations.create_account("Lan", PASSWORD, email="Lan@Example.org ")
    with pytest.raises(AccountExists):
        operations.create_account("Lan", PASSWORD, email="lan@example.org")


def test_a_new_password_ends_every_session(app):
    account = AccountFactory()
    token = operations.sign_in(account.email, PASSWORD, HERE)
    with pytest.raises(WrongPassword):
        operations.change_password(account.id, "sai", "một mật khẩu khác")
    operations.change_password(account.id, PASSWORD, "một mật khẩu khác")
    assert queries.account_of_session(token) is None
    assert operations.sign_in(account.email, "một mật khẩu khác", HERE)


def test_the_first_administrator_is_made_by_a_command(app, command):
    assert db.session.scalar(select(func.count()).select_from(Account)) == 0
    answer = command("accounts", "create-staff", "Lan@example.org", "--name", "Lan")
    password = answer.splitlines()[0].rsplit(": ", 1)[1]
    assert operations.sign_in("lan@example.org", password, HERE)
    account = queries.account_named("lan@example.org")
    assert queries.grants(account.id)[0] == {CityRole.ADMINISTRATOR}


def test_a_person_signs_in_and_out_on_the_page(client):
    staff = StaffFactory()
    client.sign_in_with_password(staff.account)
    assert "Lê Văn Tâm" in client.page("/vi/me/password").text
    client.send("/vi/sign-out", page="/vi/me/password")
    assert client.get("/vi/me/password").status_code == 302


def test_a_copied_cookie_is_worthless_after_signing_out(client, app):
    client.sign_in_with_password(StaffFactory().account)
    stolen = client.get_cookie("session").value
    client.send("/vi/sign-out", page="/vi/me/password")
    client.set_cookie("session", stolen)
    assert client.get("/vi/me/password").status_code == 302


def test_signing_in_gives_a_new_session(client):
    client.get("/vi/sign-in")
    before = client.get_cookie("session").value
    client.sign_in_with_password(StaffFactory().account)
    assert client.get_cookie("session").value != before


def test_a_wrong_password_is_told_beside_the_kept_name(client):
    answer = client.send("/vi/sign-in", {"name": "tam@example.org", "password": "sai"}, status=422)
    text = answer.get_data(as_text=True)
    assert 'value="tam@example.org"' in text
    assert "không khớp" in text
    assert 'value="sai"' not in text


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "/\\example.org", "/%2f/x"]
)
def test_next_never_leads_to_another_site(client, elsewhere):
    account = StaffFactory().account
    data = {"name": account.email, "password": PASSWORD, "next": elsewhere}
    assert client.send("/vi/sign-in", data).headers["Location"] == "/vi/sign-in/done"


def test_next_leads_back_to_the_page_asked_for(client):
    account = StaffFactory().account
    answer = client.get("/vi/me/password")
    assert answer.headers["Location"].endswith("next=/vi/me/password")
    data = {"name": account.email, "password": PASSWORD, "next": "/vi/me/password"}
    assert client.send("/vi/sign-in", data).headers["Location"] == "/vi/me/password"
