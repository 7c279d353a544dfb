"""The second factor: asked for once it is there, and no code counts twice."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine
from sqlalchemy import func, select

from app.accounts import operations, queries
from app.accounts.errors import WrongSecondFactor
from app.accounts.models import LoginSession, OneTimeCode, RecoveryCode, SecondFactor, SignInMethod
from app.core import clock, config
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import TooManyAttempts
from app.notices.models import Message
from tests.client import PASSWORD, read
from tests.factories import AccountFactory, StaffFactory

HERE = "127.0.0.1"
NOON = datetime(2026, 11, 25, 5, 0, 10, tzinfo=UTC)
SET_UP, DOOR, OWN = "/vi/me/second-factor/new", "/vi/sign-in/second-factor", "/vi/me/second-factor"


@pytest.fixture(autouse=True)
def at_noon():
    """Codes belong to a moment."""
    with time_machine.travel(NOON, tick=False) as moment:
        yield moment


@pytest.fixture
def required(app):
    """Staff need a second factor, as in production."""
    with _settings(app, staff_second_factor=config.REQUIRED):
        yield


@contextmanager
def _settings(app, **changes):
    before = app.extensions["settings"]
    changed = {name: getattr(before, name) for name in before.__slots__} | changes
    app.extensions["settings"] = type(before)(**changed)
    yield
    app.extensions["settings"] = before


def begin(account) -> str:
    return operations.begin_session(account.id, SignInMethod.PASSWORD, "")


def code(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + steps * timedelta(seconds=30))


def equip(account) -> tuple[str, list[str]]:
    """The secret and the recovery codes of an account that has just been given them."""
    secret = operations.new_secret()
    _token, codes = operations.set_second_factor(account.id, secret, code(secret), begin(account))
    return secret, codes


def test_a_code_counts_once_however_it_is_written(app, at_noon):
    account = AccountFactory()
    secret, _codes = equip(account)
    at_noon.shift(60)
    digits = code(secret)
    token = operations.show_second_factor(
        account.id, f" {digits[:3]} {digits[3:]} ", begin(account), HERE
    )
    assert queries.browser_of(token).session.second_factor_at == clock.now()
    for again in (digits, f"{digits[:3]} {digits[3:]}", "-".join(digits)):
        with pytest.raises(WrongSecondFactor):
            operations.show_second_factor(account.id, again, begin(account), HERE)


def test_a_telephone_may_be_half_a_minute_off_and_no_more(app, at_noon):
    account = AccountFactory()
    secret, _codes = equip(account)
    at_noon.shift(300)
    for steps in (-2, 2):
        with pytest.raises(WrongSecondFactor):
            operations.show_second_factor(account.id, code(secret, steps), begin(account), HERE)
    for steps in (-1, 0, 1):
        assert operations.show_second_factor(account.id, code(secret, steps), begin(account), HERE)
    with pytest.raises(WrongSecondFactor):
        operations.show_second_factor(account.id, code(secret, 0), begin(account), HERE)


def test_of_ten_at_once_with_the_same_code_one_gets_in(app, at_noon):
    account = AccountFactory()
    secret, codes = equip(account)
    at_noon.shift(60)
    account_id, digits = account.id, code(secret)
    tokens = [begin(account) for _ in range(8)]
    db.session.remove()

    def show(token: str, typed: str) -> bool:
        with app.app_context():
            try:
                return bool(operations.show_second_factor(account_id, typed, token, HERE))
            except WrongSecondFactor:
                return False
            finally:
                db.session.remove()

    with ThreadPoolExecutor(4) as pool:
        by_app = list(pool.map(show, tokens[:4], [digits] * 4))
        by_paper = list(pool.map(show, tokens[4:], [codes[0]] * 4))
    assert (by_app.count(True), by_paper.count(True)) == (1, 1)


def test_each_recovery_code_opens_once_and_new_ones_replace_them(app):
    account = AccountFactory()
    _secret, codes = equip(account)
    assert len(set(codes)) == 10
    typed = codes[3].lower().replace(" ", "-").replace("0", "o")
    assert operations.show_second_factor(account.id, typed, begin(account), HERE)
    with pytest.raises(WrongSecondFactor):
        operations.show_second_factor(account.id, codes[3], begin(account), HERE)
    operations.new_recovery_codes(account.id)
    with pytest.raises(WrongSecondFactor):
        operations.show_second_factor(account.id, codes[4], begin(account), HERE)
    stored = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert not {each.replace(" ", "") for each in codes} & set(stored)


def test_another_accounts_code_and_secret_open_nothing(app, at_noon):
    mine, other = AccountFactory(), AccountFactory()
    _secret, codes = equip(mine)
    secret, _codes = equip(other)
    at_noon.shift(60)
    for foreign in (code(secret), codes[0]):
        with pytest.raises(WrongSecondFactor):
            operations.show_second_factor(
                mine.id if foreign != codes[0] else other.id, foreign, begin(mine), HERE
            )
    assert secret not in db.session.scalars(select(SecondFactor.sealed_secret)).all()


def test_guessing_is_stopped_by_account(app, at_noon):
    account = AccountFactory()
    secret, _codes = equip(account)
    at_noon.shift(60)
    wrong = f"{(int(code(secret)) + 1) % 10**6:06}"
    for _ in range(10):
        with pytest.raises(WrongSecondFactor):
            operations.show_second_factor(account.id, wrong, begin(account), HERE)
    with pytest.raises(TooManyAttempts):
        operations.show_second_factor(account.id, code(secret), begin(account), HERE)
    at_noon.shift(timedelta(minutes=17))
    assert operations.show_second_factor(account.id, code(secret), begin(account), HERE)


def test_staff_reach_nothing_before_the_second_factor(app, client, required, at_noon):
    staff = StaffFactory()
    client.sign_in_with_password(staff.account)
    asked = f"/vi/provider/{staff.provider.slug}/courses"
    answer = client.get(asked)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{DOOR}?next={asked}")
    assert client.get("/vi/me/password").headers["Location"].startswith(DOOR)
    assert client.post(asked, data={"csrf_token": client.token(SET_UP)}).status_code in (403, 405)

    onward = client.get(f"{DOOR}?next={asked}").headers["Location"]
    assert onward == f"{SET_UP}?next={asked}"
    page = client.page(onward)
    secret = page.select_one(".ref").text.replace(" ", "")
    stolen = client.get_cookie("session").value
    shown = client.send(onward, {"code": code(secret)}, status=200, page=onward)
    codes = [each.text for each in read(shown).select("main li code")]
    assert len(codes) == 10
    assert f'href="{asked}"' in shown.get_data(as_text=True)
    assert client.get(asked).status_code == 200

    client.set_cookie("session", stolen)
    assert client.get(asked).status_code == 302, "the session has another token now"
    client.delete_cookie("session")
    client.sign_in_with_password(staff.account)
    assert client.get(SET_UP).headers["Location"].startswith(DOOR), "no second secret by one factor"
    client.send(DOOR, {"code": "000000"}, status=422)
    at_noon.shift(30)
    answer = client.send(f"{DOOR}?next={asked}", {"code": code(secret)}, page=DOOR)
    assert answer.headers["Location"] == asked
    assert client.get(asked).status_code == 200
    client.send("/vi/me/second-factor/remove", page=OWN)
    assert db.session.get(SecondFactor, staff.account.id) is not None, "their work needs it"


def test_in_the_demo_staff_are_invited_and_residents_may_have_one_too(app, client, at_noon):
    staff = StaffFactory()
    client.sign_in_with_password(staff.account)
    work = f"/vi/provider/{staff.provider.slug}/today"
    assert client.page(work).select_one(f'main a[href="{OWN}"]')
    secret = client.page(SET_UP).select_one(".ref").text.replace(" ", "")
    client.send(SET_UP, {"code": code(secret)}, status=200)
    assert not client.page(work).select_one(f'main a[href="{OWN}"]')
    assert "10" in client.page(OWN).select_one("dl.summary").text

    resident = AccountFactory()
    client.send("/vi/sign-out", page=OWN)
    client.sign_in_with_password(resident)
    assert client.get(OWN).status_code == 200, "nothing is asked that was not set up"


def test_a_page_of_the_second_factor_needs_somebody_at_the_door(client):
    assert client.get(DOOR).headers["Location"].startswith("/vi/sign-in")
    assert client.get(SET_UP).headers["Location"].startswith("/vi/sign-in")
    client.sign_in_with_password(AccountFactory())
    assert client.get(DOOR).headers["Location"] == "/vi/sign-in/done"


def test_removing_and_new_codes_want_a_proof_of_a_moment_ago(app, client, at_noon):
    account = AccountFactory()
    client.sign_in_with_password(account)
    secret = client.page(SET_UP).select_one(".ref").text.replace(" ", "")
    client.send(SET_UP, {"code": code(secret)}, status=200)
    at_noon.shift(timedelta(minutes=11))
    for act in ("remove", "recovery-codes"):
        answer = client.send(f"{OWN}/{act}", page=OWN)
        assert answer.headers["Location"].startswith("/vi/sign-in/confirm")
    assert client.get(SET_UP).headers["Location"].startswith("/vi/sign-in/confirm")
    stolen = client.get_cookie("session").value
    answer = client.send(f"/vi/sign-in/confirm?next={OWN}", {"code": code(secret)})
    assert answer.headers["Location"] == OWN
    kept = client.get_cookie("session").value
    client.set_cookie("session", stolen)
    assert client.get(OWN).status_code == 302
    client.set_cookie("session", kept)
    again = client.send(f"{OWN}/recovery-codes", status=200, page=OWN)
    assert len(read(again).select("main li code")) == 10
    client.send(f"{OWN}/remove", page=OWN)
    assert db.session.get(SecondFactor, account.id) is None
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 0


def test_an_administrator_resets_what_somebody_lost(app):
    account, administrator = AccountFactory(), AccountFactory()
    equip(account)
    begin(account)
    operations.reset_second_factor(account.id, administrator.id, "đã gặp trực tiếp")
    assert db.session.get(SecondFactor, account.id) is None
    assert db.session.scalar(select(func.count()).select_from(LoginSession)) == 0
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.account_id) == ("account.second_factor_reset", administrator.id)
    assert entry.reason == "đã gặp trực tiếp"
    equip(account)
    reset = ["accounts", "reset-second-factor", account.email, "--reason", "gặp tại quầy"]
    said = app.test_cli_runner().invoke(args=reset).output
    assert "all sessions ended" in said
    assert db.session.get(SecondFactor, account.id) is None


def test_the_owner_hears_when_another_code_or_none_is_asked_for(app, run_jobs):
    account = AccountFactory(language="vi")
    equip(account)
    operations.reset_second_factor(account.id, None, "gặp tại quầy")
    run_jobs()
    news = db.session.scalars(select(Message.body).order_by(Message.id)).all()
    assert len(news) == 2
    assert "cần mã" in news[0]
    assert "không còn" in news[1]
    assert all("Không phải bạn" in each for each in news)


def test_a_password_or_a_sent_code_shows_it_too(app, client, run_jobs, at_noon):
    account = AccountFactory(email=None, phone="+84912345678", phone_proven_at=NOON)
    client.sign_in_with_password(account)
    confirm = "/vi/sign-in/confirm"
    at_noon.shift(timedelta(minutes=11))
    before = db.session.scalars(select(LoginSession.confirmed_at)).one()
    client.send(confirm, {"password": "sai mật khẩu"}, status=422)
    assert db.session.scalars(select(LoginSession.confirmed_at)).one() == before
    client.send(confirm, {"password": PASSWORD})
    assert db.session.scalars(select(LoginSession.confirmed_at)).one() == clock.now()
    at_noon.shift(timedelta(minutes=11))
    client.send(f"{confirm}/code", page=confirm)
    client.send(f"{confirm}?way=code", {"code": "12"}, status=422)
    sent = operations.to_send(_code_id())
    client.send(f"{confirm}?way=code", {"code": sent.code})
    assert db.session.scalars(select(LoginSession.confirmed_at)).one() == clock.now()


def _code_id() -> int:
    return db.session.scalars(select(OneTimeCode.id)).one()
