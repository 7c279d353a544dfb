"""Guessing, spraying, fixation and false ways onward at the door."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts import operations, passwords
from app.accounts.contacts import Contact
from app.accounts.errors import SignInFailed
from app.accounts.models import Account, LoginSession, OneTimeCode
from app.accounts.operations.sign_in import TRIES_OF_ONE_ADDRESS
from app.core import clock, throttle
from app.core.db import db, transaction
from app.core.errors import TooManyAttempts
from tests.client import PASSWORD
from tests.codes import code_sent_to
from tests.factories import AccountFactory

ELSEWHERE = [
    "//evil.test",
    "/\\evil.test",
    "https:evil.test",
    "/%09/evil.test",
    "javascript:alert(1)",
    "/%2f%2fevil.test",
    "http://127.0.0.1:8080@evil.test",
    "/\tevil.test",
    "https://evil.test/vi/me",
]
STUFFING = """
from wsgi import app
from app.accounts import operations
from app.accounts.errors import SignInFailed
from app.core.errors import TooManyAttempts
with app.app_context():
    for n in range(50):
        try:
            operations.sign_in("hoa@example.org", f"sai {n}", "192.0.2.66")
        except SignInFailed:
            print("wrong")
        except TooManyAttempts:
            print("stopped")
"""
HERE = "192.0.2.66"
MAILBOX = Contact.read("hoa@example.org")


def test_two_workers_stop_a_hundred_guesses_and_the_owner_comes_in(client, python_command):
    weak_to_hash = passwords.hash_password(PASSWORD)
    account = AccountFactory(email=MAILBOX.value, password_hash=weak_to_hash)
    client.sign_in_with_password(account)
    client.send("/vi/sign-out", page="/vi/me/password")
    with ThreadPoolExecutor(2) as pool:
        answers = "".join(pool.map(python_command, [STUFFING, STUFFING])).split()
    assert sorted(answers) == ["stopped"] * 90 + ["wrong"] * 10
    db.session.refresh(account)
    assert (account.is_active, account.password_hash) == (True, weak_to_hash)
    with time_machine.travel(clock.now() + timedelta(minutes=16)):
        client.sign_in_with_password(account)
        assert client.get("/vi/me/password").status_code == 200


def test_a_guesser_is_told_when_to_come_back(client):
    AccountFactory(email=MAILBOX.value)
    wrong = {"name": MAILBOX.value, "password": "sai"}
    for _ in range(10):
        client.send("/vi/sign-in", wrong, status=422)
    answer = client.send("/vi/sign-in", {**wrong, "password": PASSWORD}, status=429)
    assert int(answer.headers["Retry-After"]) > 0
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0


def test_one_password_tried_on_many_accounts_is_stopped(app):
    for _ in range(TRIES_OF_ONE_ADDRESS - 2):
        throttle.check("sign-in-from", HERE, TRIES_OF_ONE_ADDRESS)
    for n in range(2):
        with pytest.raises(SignInFailed):
            operations.sign_in(f"ai-{n}@example.org", "matkhau", HERE)
    with pytest.raises(TooManyAttempts):
        operations.sign_in("mot-nguoi-khac@example.org", "matkhau", HERE)


def test_codes_are_no_way_around_the_limits(client):
    form = {"name": MAILBOX.value, "how": "code"}
    for _ in range(4):
        client.send("/vi/sign-in", form)
    answer = client.send("/vi/sign-in", form, status=429)
    assert int(answer.headers["Retry-After"]) > 0
    assert db.session.scalar(select(func.count()).select_from(OneTimeCode)) == 4


def _proven() -> Account:
    return AccountFactory(email=MAILBOX.value, email_proven_at=clock.now())


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_by_code_never_leads_to_another_site(client, target):
    _proven()
    client.send("/vi/sign-in", {"name": MAILBOX.value, "how": "code", "next": target})
    answer = client.send("/vi/sign-in/code", {"code": code_sent_to(MAILBOX)})
    assert answer.headers["Location"] == "/vi/sign-in/done"


def test_signing_in_by_code_forgets_whatever_the_browser_held_before(client):
    _proven()
    client.send("/vi/sign-in", {"name": MAILBOX.value, "how": "code"})
    code = code_sent_to(MAILBOX)
    before = client.get_cookie("session").value
    client.send("/vi/sign-in/code", {"code": code})
    held = client.get_cookie("session").value
    client.set_cookie("session", before)
    assert client.get("/vi/me/contact").status_code == 302
    client.send("/vi/sign-in/code", {"code": code}, status=422)
    client.set_cookie("session", held)
    assert client.get("/vi/me/contact").status_code == 200


def test_a_closed_account_is_opened_by_no_code(client):
    account = _proven()
    client.send("/vi/sign-in", {"name": MAILBOX.value, "how": "code"})
    code = code_sent_to(MAILBOX)
    with transaction():
        account.is_active = False
    answer = client.send("/vi/sign-in/code", {"code": code})
    assert answer.headers["Location"] == "/vi/sign-in/new"
    answers = {"full_name": "Hoà", "birth-year": "1960", "outside": "y", "sex": "female"}
    client.send("/vi/sign-in/new", answers, status=422)
    assert db.session.scalar(select(func.count()).select_from(Account)) == 1
