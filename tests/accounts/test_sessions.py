"""How long a browser stays signed in, and what its owner sees and ends."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from app.accounts import operations, queries
from app.accounts.jobs import forget_old
from app.accounts.models import LoginSession, SecondFactor, SignInMethod
from app.core import clock, config, jobs
from app.core.access import CityRole
from app.core.db import db, transaction
from app.core.jobs import DayBegan
from app.core.keys import seal
from app.notices.models import Message
from tests.factories import AccountFactory, GrantFactory, StaffFactory, WardFactory

CHROME = (
    "Mozilla/5.0 (Linux; Android 13; SM-A135F) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0"
PAGE = "/vi/me/password"


def _later(client, **step) -> int:
    with time_machine.travel(clock.now() + timedelta(**step)):
        return client.get(PAGE).status_code


def _use_daily(client, days: int) -> list[int]:
    return [_later(client, days=day) for day in range(1, days + 1)]


def test_a_resident_stays_signed_in_for_a_fortnight_without_use(client):
    client.sign_in_with_password(AccountFactory())
    assert _later(client, days=13, hours=23) == 200
    assert _later(client, days=13, hours=23 + 24 * 14 + 2) == 302


def test_a_resident_signs_in_again_after_thirty_days_of_daily_use(client):
    client.sign_in_with_password(AccountFactory())
    assert _use_daily(client, 29) == [200] * 29
    assert _later(client, days=30, minutes=1) == 302


@pytest.mark.parametrize("kind", ["provider", "city", "commune"])
def test_staff_are_signed_out_after_half_an_hour_without_use(client, kind):
    account = StaffFactory().account if kind == "provider" else AccountFactory()
    if kind == "city":
        GrantFactory(account=account, city_role=CityRole.STATISTICIAN)
    if kind == "commune":
        GrantFactory(account=account, city_role=None, commune_id=WardFactory().id)
    client.sign_in_with_password(account)
    assert _later(client, minutes=29) == 200
    assert _later(client, minutes=29 + 31) == 302


def test_staff_sign_in_again_after_twelve_hours_of_work(client):
    client.sign_in_with_password(StaffFactory().account)
    assert [_later(client, minutes=29 * n) for n in range(1, 25)] == [200] * 24
    assert _later(client, hours=12, minutes=1) == 302


def test_a_role_that_ran_out_is_no_role(client):
    account = AccountFactory()
    grant = GrantFactory(account=account, city_role=CityRole.ADMINISTRATOR)
    member = StaffFactory()
    with transaction():
        grant.expires_on = member.expires_on = clock.today()
    assert queries.grants(account.id)[0] == {CityRole.ADMINISTRATOR}
    page, worker = f"/vi/provider/{member.provider.slug}/courses", member.account
    assert client.sign_in_with_password(worker).get(page).status_code == 200
    with time_machine.travel(clock.now() + timedelta(days=1)):
        assert queries.grants(account.id)[0] == frozenset()
        assert client.sign_in_with_password(worker).get(page).status_code == 404


def test_use_is_noted_to_five_minutes(client):
    account = AccountFactory()
    client.sign_in_with_password(account)
    began = db.session.scalars(select(LoginSession.last_seen_at)).one()
    _later(client, minutes=4)
    assert db.session.scalars(select(LoginSession.last_seen_at)).one() == began
    _later(client, minutes=6)
    assert db.session.scalars(select(LoginSession.last_seen_at)).one() > began


def _with_second_factor(account) -> None:
    with transaction() as session:
        session.add(
            SecondFactor(
                account_id=account.id, sealed_secret=seal("JBSWY3DP"), confirmed_at=clock.now()
            )
        )


def test_one_factor_of_two_opens_nothing(client):
    account = StaffFactory().account
    _with_second_factor(account)
    client.sign_in_with_password(account)
    assert client.get(PAGE).headers["Location"].startswith("/vi/sign-in/second-factor")
    with transaction() as session:
        session.execute(update(LoginSession).values(second_factor_at=clock.now()))
    assert client.get(PAGE).status_code == 200


def test_a_city_may_ask_a_second_factor_of_all_its_staff_but_of_no_resident(client, app):
    settings = config.current()
    staff, resident = StaffFactory().account, AccountFactory()
    object.__setattr__(settings, "staff_second_factor", config.REQUIRED)
    try:
        assert client.sign_in_with_password(staff).get(PAGE).status_code == 302
        assert app.test_client().sign_in_with_password(resident).get(PAGE).status_code == 200
    finally:
        object.__setattr__(settings, "staff_second_factor", config.OFFERED)


def test_a_session_keeps_the_browser_in_words_and_the_way_in(app):
    account = AccountFactory()
    operations.begin_session(account.id, SignInMethod.CODE, CHROME)
    kept = db.session.scalars(select(LoginSession)).one()
    assert (kept.browser, kept.method) == ("Chrome, Android", SignInMethod.CODE)
    assert kept.confirmed_at is not None
    assert kept.second_factor_at is None


def _letters() -> list[Message]:
    jobs.work(once=True)
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def test_another_kind_of_browser_is_told_to_the_owner_once(app):
    account = AccountFactory()
    for browser in (CHROME, CHROME, FIREFOX, FIREFOX, CHROME):
        operations.sign_out(operations.begin_session(account.id, SignInMethod.CODE, browser))
    told = _letters()
    assert [letter.to for letter in told] == [account.email]
    assert "Firefox" in told[0].body
    assert "/vi/sign-in/new-password" in told[0].body


def test_another_password_is_told_to_the_owner(app):
    account = AccountFactory(email=None, phone="+84912345678")
    operations.set_password(account.id, "cầu vồng hai mươi")
    assert [letter.to for letter in _letters()] == ["+84912345678"]


def test_the_owner_sees_and_ends_sessions_but_never_those_of_others(client, app):
    account, stranger = AccountFactory(), AccountFactory()
    theirs = operations.begin_session(stranger.id, SignInMethod.CODE, FIREFOX)
    foreign = db.session.scalars(select(LoginSession.handle)).one()
    client.sign_in_with_password(account)
    operations.begin_session(account.id, SignInMethod.CODE, CHROME)
    operations.begin_session(account.id, SignInMethod.CODE, FIREFOX)
    page = client.page("/vi/me/sessions")
    assert page.text.count("(trình duyệt này)") == 1
    assert "Chrome, Android" in page.text
    ends = [form["action"] for form in page.select("form[action$='/end']")]
    assert len(ends) == 2
    client.send(ends[0], page="/vi/me/sessions")
    client.send(ends[0], page="/vi/me/sessions", status=404)
    client.send(f"/vi/me/sessions/{foreign}/end", page="/vi/me/sessions", status=404)
    client.send("/vi/me/sessions/end-others", page="/vi/me/sessions")
    assert len(queries.sessions_of(account.id)) == 1
    assert queries.account_of_session(theirs) is not None
    client.send("/vi/me/sessions/end-all", page="/vi/me/sessions")
    assert client.get(PAGE).status_code == 302
    assert queries.sessions_of(account.id) == []


def test_a_command_ends_every_session_of_an_account(app, command):
    account = AccountFactory()
    token = operations.begin_session(account.id, SignInMethod.CODE, CHROME)
    assert "1" in command("accounts", "sessions-end", account.email)
    assert queries.account_of_session(token) is None


def test_sessions_that_are_over_leave_the_table(app):
    account = AccountFactory()
    operations.begin_session(account.id, SignInMethod.CODE, CHROME)
    with time_machine.travel(clock.now() + timedelta(days=15)):
        operations.begin_session(account.id, SignInMethod.CODE, CHROME)
        forget_old(DayBegan(clock.today().isoformat()))
    assert len(db.session.scalars(select(LoginSession)).all()) == 1
