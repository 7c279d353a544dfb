"""Who gives and withdraws roles, and that somebody always can."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from app.accounts import operations, queries
from app.accounts.errors import (
    GoneByThen,
    LastAdministrator,
    NeedsTwo,
    ProposalOver,
    ProposalWaits,
    SameAdministrator,
    StillAdministrator,
)
from app.accounts.models import LoginSession, RoleGrant
from app.accounts.operations import Office
from app.core import clock
from app.core.access import CityRole
from app.core.audit import AuditEntry
from app.core.db import db
from app.core.errors import DomainError
from tests.factories import AccountFactory, GrantFactory, WardFactory

ADMINISTRATOR = Office(CityRole.ADMINISTRATOR)
EDITOR = Office(CityRole.CATALOGUE_EDITOR)


@pytest.fixture
def administrators(app) -> list[int]:
    return [GrantFactory().account_id for _ in range(2)]


def roles_of(account_id: int) -> frozenset[CityRole]:
    db.session.rollback()
    return queries.grants(account_id)[0]


def kept() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_each_change_of_roles_leaves_exactly_one_line(app, administrators):
    account_id, first, second = AccountFactory().id, *administrators
    ward = WardFactory()
    operations.give(account_id, EDITOR, first, reason="mới nhận việc")
    operations.give(account_id, Office(commune_id=ward.id), first)
    operations.withdraw(account_id, EDITOR, first)
    proposal = operations.propose(account_id, first, withdrawing=False)
    operations.decide(proposal.id, second, agree=True)
    proposal = operations.propose(account_id, second, withdrawing=True)
    operations.decide(proposal.id, first, agree=True)
    operations.close_account(account_id, first)
    operations.reopen_account(account_id, first)
    assert kept() == [
        "account.role_granted", "account.role_granted", "account.role_withdrawn",
        "account.administrator_proposed", "account.administrator_decided",
        "account.administrator_proposed", "account.administrator_decided",
        "account.closed", "account.reopened",
    ]  # fmt: skip
    assert queries.grants(account_id) == (frozenset(), {ward.id})


def test_one_administrator_alone_neither_makes_nor_unmakes_another(app, administrators):
    first, second = administrators
    with pytest.raises(NeedsTwo):
        operations.grant(AccountFactory().id, CityRole.ADMINISTRATOR, first)
    with pytest.raises(NeedsTwo):
        operations.withdraw(second, ADMINISTRATOR, first)
    with pytest.raises(StillAdministrator):
        operations.close_account(second, first)
    assert roles_of(second) == {CityRole.ADMINISTRATOR}


def test_whoever_proposes_does_not_decide(app, administrators):
    first, second = administrators
    proposal_id = operations.propose(second, first, withdrawing=True).id
    with pytest.raises(SameAdministrator):
        operations.decide(proposal_id, first, agree=True)
    with pytest.raises(ProposalWaits):
        operations.propose(second, first, withdrawing=True)
    operations.decide(proposal_id, second, agree=False)
    with pytest.raises(ProposalOver):
        operations.decide(proposal_id, second, agree=True)
    assert roles_of(second) == {CityRole.ADMINISTRATOR}


def test_a_proposal_of_somebody_who_is_no_administrator_any_more_counts_for_nothing(
    app, administrators
):
    first, second = administrators
    friend = AccountFactory().id
    proposal_id = operations.propose(friend, first, withdrawing=False).id
    operations.withdraw(first, ADMINISTRATOR, None)
    with pytest.raises(ProposalOver):
        operations.decide(proposal_id, second, agree=True)
    assert roles_of(friend) == frozenset()


def test_the_last_administrator_stays(app):
    only = GrantFactory().account_id
    limited = GrantFactory(expires_on=clock.today()).account_id
    for change in (
        lambda: operations.withdraw(only, ADMINISTRATOR, None),
        lambda: operations.grant(only, CityRole.ADMINISTRATOR, until=clock.today()),
    ):
        with pytest.raises(LastAdministrator):
            change()
    with pytest.raises(StillAdministrator):
        operations.close_account(only, limited)
    assert roles_of(only) == {CityRole.ADMINISTRATOR}


@pytest.mark.parametrize("_round", range(3))
def test_two_administrators_who_withdraw_each_other_at_once_do_not_both_succeed(
    app, administrators, _round
):
    first, second = administrators
    start = Barrier(2)

    def withdraw(account_id: int) -> str:
        with app.app_context():
            start.wait()
            try:
                operations.withdraw(account_id, ADMINISTRATOR, None)
            except DomainError as error:
                return error.code
            return "done"

    db.session.rollback()
    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(withdraw, administrators))
    assert answers == ["done", "last_administrator"]
    left = select(func.count()).select_from(RoleGrant)
    assert db.session.scalar(left) == 1
    assert roles_of(first) | roles_of(second) == {CityRole.ADMINISTRATOR}


def test_a_withdrawn_role_ends_every_browser_of_the_account_at_once(app, client, administrators):
    account = GrantFactory(city_role=CityRole.CATALOGUE_EDITOR).account
    client.sign_in(account)
    assert client.get("/vi/staff/provider-types").status_code == 200
    operations.withdraw(account.id, EDITOR, administrators[0])
    assert client.get("/vi/staff/provider-types").status_code == 302
    mine = select(LoginSession).where(LoginSession.account_id == account.id)
    assert db.session.scalars(mine).all() == []


def test_a_role_lasts_to_the_end_of_its_last_day(app):
    today = clock.today()
    ends = {today: {CityRole.STATISTICIAN}, today - timedelta(days=1): frozenset()}
    for day, expected in ends.items():
        account = GrantFactory(city_role=CityRole.STATISTICIAN, expires_on=day).account
        assert roles_of(account.id) == expected
    with pytest.raises(GoneByThen):
        operations.give(account.id, EDITOR, None, until=today - timedelta(days=1))
    operations.give(account.id, Office(CityRole.STATISTICIAN), None)
    assert roles_of(account.id) == {CityRole.STATISTICIAN}


def test_commands_give_and_withdraw_roles(app, command):
    command("accounts", "create-staff", "a@example.org", "--name", "An")
    command("accounts", "create-staff", "b@example.org", "--name", "Bé", "--role", "auditor")
    assert "is administrator" in command("accounts", "grant", "b@example.org", "administrator")
    assert "no more" in command("accounts", "withdraw", "a@example.org", "administrator")
    command("accounts", "withdraw", "b@example.org", "administrator", status=1)
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.action.contains("role"))).all()
    assert {line.account_id for line in lines} == {None}
