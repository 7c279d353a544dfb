"""Whoever is invited to a provider agrees once, in time, or not at all."""

import email
import re
from datetime import timedelta
from email import policy

import pytest
import time_machine

from app.accounts.contacts import Contact
from app.core import clock, config
from app.core.access import ProviderRole
from app.core.db import db
from app.providers import membership, queries
from app.providers.errors import InvitationOver, MemberAlready
from app.providers.inviting import operations
from app.providers.models import Invitation, StaffMember
from tests.codes import code_sent_to
from tests.factories import AccountFactory, StaffFactory

MAIL = Contact.read("co.ba@example.org")


@pytest.fixture
def owner(app) -> StaffMember:
    return StaffFactory(role=ProviderRole.OWNER)


def invited(owner: StaffMember, role: ProviderRole = ProviderRole.TEACHER) -> str:
    """What the link in the letter ends with."""
    made = operations.invite(owner.provider_id, MAIL, role, owner.account_id, language="vi")
    return operations.key_of(made)


def link_in_letter() -> str:
    """The path of the link in the newest letter with an invitation."""
    folder = config.current().data_dir / "outbox"
    newest = max(folder.glob("invitation-*"), key=lambda path: path.stat().st_mtime_ns)
    letter = email.message_from_bytes(newest.read_bytes(), policy=policy.default)
    return re.search(r"/vi/invitations/\S+", letter.get_body().get_content())[0]


def roles(account_id: int) -> list[ProviderRole]:
    db.session.rollback()
    return [membership.role for membership in queries.memberships(account_id).values()]


def test_an_invitation_is_good_once(owner, at_once):
    key, first, second = invited(owner), AccountFactory().id, AccountFactory().id
    said = at_once([lambda: operations.accept(key, first), lambda: operations.accept(key, second)])
    assert sorted(said) == sorted(["invitation_over", owner.provider.slug])
    assert len(roles(first)) + len(roles(second)) == 1


def test_an_invitation_runs_out_after_a_week(owner):
    key, account_id = invited(owner), AccountFactory().id
    with (
        time_machine.travel(clock.now() + operations.GOOD_FOR + timedelta(minutes=1)),
        pytest.raises(InvitationOver),
    ):
        operations.accept(key, account_id)
    assert roles(account_id) == []


def test_one_that_was_taken_back_opens_nothing_and_is_no_longer_listed(owner):
    key = invited(owner)
    (waiting,) = operations.waiting(owner.provider_id)
    assert (waiting.contact, waiting.role) == (MAIL.value, ProviderRole.TEACHER)
    assert not operations.take_back(StaffFactory().provider_id, waiting.id, owner.account_id)
    assert operations.take_back(owner.provider_id, waiting.id, owner.account_id)
    assert operations.waiting(owner.provider_id) == []
    with pytest.raises(InvitationOver):
        operations.accept(key, AccountFactory().id)


def test_said_again_it_is_the_same_invitation_with_the_newer_role(owner):
    assert invited(owner) == invited(owner, ProviderRole.EDITOR)
    assert [each.role for each in db.session.query(Invitation)] == [ProviderRole.EDITOR]


def test_whoever_works_here_is_not_invited_and_keeps_the_role_they_have(owner):
    key, account = invited(owner), AccountFactory(email=MAIL.value)
    StaffFactory(provider=owner.provider, account=account, role=ProviderRole.EDITOR)
    with pytest.raises(MemberAlready):
        invited(owner)
    operations.accept(key, account.id)
    assert roles(account.id) == [ProviderRole.EDITOR]


def test_what_somebody_promised_ends_when_they_are_taken_off(owner):
    second = StaffFactory(provider=owner.provider, role=ProviderRole.OWNER)
    key = invited(second)
    membership.withdraw_member(second.id, owner.account_id)
    with pytest.raises(InvitationOver):
        operations.accept(key, AccountFactory().id)


def test_what_an_owner_promised_ends_when_they_are_no_owner_any_more(owner):
    second = StaffFactory(provider=owner.provider, role=ProviderRole.OWNER)
    key = invited(second, ProviderRole.OWNER)
    membership.change_member(second.id, ProviderRole.TEACHER, owner.account_id)
    with pytest.raises(InvitationOver):
        operations.accept(key, second.account_id)
    assert roles(second.account_id) == [ProviderRole.TEACHER]


def test_somebody_without_an_account_makes_one_on_the_way(app, owner, run_jobs):
    """From the owner's form to the workplace of the new colleague."""
    desk = app.test_client().sign_in(owner.account)
    url = f"/vi/provider/{owner.provider.slug}/members"
    desk.send(url, {"contact": MAIL.value, "role": "teacher"})
    assert MAIL.value in desk.page(url).get_text()
    run_jobs()
    way = link_in_letter()
    browser = app.test_client()
    assert owner.provider.name_vi in browser.page(way).get_text()
    answer = browser.send(way)
    assert "/sign-in" in answer.location
    browser.send(answer.location, {"name": MAIL.value, "how": "code"})
    browser.send("/vi/sign-in/code", {"code": code_sent_to(MAIL)})
    new = {
        "full_name": "Cô Ba", "birth-day": "1", "birth-month": "2", "birth-year": "1980",
        "outside": "y", "sex": "female",
    }  # fmt: skip
    assert browser.send("/vi/sign-in/new", new).location == way
    browser.send(way)
    (found,) = queries.members(owner.provider_id)[1:]
    assert (found.account.email, found.role) == (MAIL.value, ProviderRole.TEACHER)
    stranger = app.test_client()
    page = stranger.page(way, status=410)
    assert owner.provider.name_vi not in page.get_text()
    assert stranger.page("/vi/invitations/abc", status=410).h1 == page.h1
