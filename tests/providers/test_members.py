"""Who works at a provider: owners decide, one of them always remains."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine

from app.core import clock
from app.core.access import ProviderRole
from app.core.db import db
from app.core.errors import DomainError
from app.providers import membership, queries
from app.providers.errors import LastOwner, OwnRole
from app.providers.models import Invitation, StaffMember
from tests.factories import AccountFactory, StaffFactory


@pytest.fixture
def owner(app) -> StaffMember:
    return StaffFactory(role=ProviderRole.OWNER)


@pytest.fixture
def browser(app, owner):
    return app.test_client().sign_in(owner.account)


def roles(account_id: int) -> list[ProviderRole]:
    db.session.rollback()
    return [membership.role for membership in queries.memberships(account_id).values()]


def test_an_owner_changes_and_ends_a_role(browser, owner):
    url = f"/vi/provider/{owner.provider.slug}/members"
    account_id = StaffFactory(provider=owner.provider, role=ProviderRole.TEACHER).account_id
    way = browser.page(url).select_one("main table a")["href"]
    browser.send(way, {"role": "editor", "until": "31/12/2099"})
    assert roles(account_id) == [ProviderRole.EDITOR]
    browser.send(way, {"role": "editor", "until": "01/01/2020"}, status=422)
    browser.send(f"{way}/withdraw", page=way)
    assert roles(account_id) == []


@pytest.mark.parametrize("role", [ProviderRole.EDITOR, ProviderRole.TEACHER])
def test_nobody_but_an_owner_decides_who_works_here(app, owner, role):
    member = StaffFactory(provider=owner.provider, role=role)
    browser = app.test_client().sign_in(member.account)
    url = f"/vi/provider/{owner.provider.slug}/members"
    fields = {"csrf_token": browser.token(), "role": "owner"}
    assert browser.get(url).status_code == 403
    assert browser.post(url, data=fields).status_code == 403
    assert browser.post(f"{url}/{member.id}", data=fields).status_code == 403
    assert roles(member.account_id) == [role]


def test_nobody_changes_their_own_role_and_the_last_owner_stays(app, owner):
    second = StaffFactory(provider=owner.provider, role=ProviderRole.OWNER)
    with pytest.raises(OwnRole):
        membership.change_member(owner.id, ProviderRole.EDITOR, owner.account_id)
    membership.withdraw_member(second.id, owner.account_id)
    with pytest.raises(LastOwner):
        membership.withdraw_member(owner.id, owner.account_id)
    with pytest.raises(LastOwner):
        membership.change_member(owner.id, ProviderRole.TEACHER, AccountFactory().id)


def test_a_member_of_another_provider_is_not_there(browser, owner):
    other = StaffFactory()
    url = f"/vi/provider/{owner.provider.slug}/members/{other.id}"
    assert browser.get(url).status_code == 404
    token = browser.token()
    assert browser.post(f"{url}/withdraw", data={"csrf_token": token}).status_code == 404


def test_two_owners_who_take_each_other_off_at_once_do_not_both_succeed(app, owner):
    second = StaffFactory(provider=owner.provider, role=ProviderRole.OWNER)
    pairs = [(owner.id, second.account_id), (second.id, owner.account_id)]
    start = Barrier(2)

    def withdraw(pair: tuple[int, int]) -> str:
        with app.app_context():
            start.wait()
            try:
                membership.withdraw_member(*pair)
            except DomainError as error:
                return error.code
            return "done"

    db.session.rollback()
    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(withdraw, pairs)) == ["done", "last_owner"]


def test_roles_change_only_just_after_showing_to_be_there(browser, owner):
    url = f"/vi/provider/{owner.provider.slug}/members"
    other = StaffFactory(provider=owner.provider, role=ProviderRole.TEACHER)
    fields = {"contact": "co.ba@example.org", "role": "owner"}
    token = browser.token()
    with time_machine.travel(clock.now() + timedelta(minutes=11)):
        for path in (url, f"{url}/{other.id}", f"{url}/{other.id}/withdraw"):
            answer = browser.post(path, data={"csrf_token": token, **fields})
            assert answer.status_code == 303
            assert "/sign-in/confirm" in answer.location
    assert db.session.query(Invitation).all() == []
    assert roles(other.account_id) == [ProviderRole.TEACHER]


def test_what_is_wrong_is_told_in_the_order_of_the_page(browser, owner):
    url = f"/vi/provider/{owner.provider.slug}/members"
    text = browser.send(url, {}, status=422).get_data(as_text=True)
    places = [text.index(f'href="#{name}"') for name in ("contact", "role-0")]
    assert places == sorted(places)


def test_an_owner_does_not_have_us_write_to_half_the_city(browser, owner, monkeypatch):
    monkeypatch.setattr("app.providers.provider_views.MOST_A_DAY", 2)
    url = f"/vi/provider/{owner.provider.slug}/members"
    for n in range(3):
        fields = {"contact": f"091234567{n}", "role": "teacher"}
        browser.send(url, fields, status=429 if n == 2 else 303)
    assert db.session.query(Invitation).count() == 2


def test_whoever_stands_in_can_leave(app, owner):
    member = StaffFactory(provider=owner.provider, role=ProviderRole.SUBSTITUTE)
    account_id = member.account_id
    app.test_client().sign_in(member.account).send(f"/vi/provider/{owner.provider.slug}/leave")
    assert roles(account_id) == []


def test_the_last_owner_cannot_leave_and_another_can(app, browser, owner):
    url = f"/vi/provider/{owner.provider.slug}/leave"
    browser.send(url, status=422)
    second = StaffFactory(provider=owner.provider, role=ProviderRole.OWNER)
    account_id = second.account_id
    app.test_client().sign_in(second.account).send(url)
    assert roles(account_id) == []
    assert roles(owner.account_id) == [ProviderRole.OWNER]
