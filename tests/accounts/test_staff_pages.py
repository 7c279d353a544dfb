"""What administrators and auditors do on their pages."""

import pytest
from sqlalchemy import select

from app.accounts import operations, queries
from app.accounts.models import Account, LoginSession, RoleProposal
from app.core.access import CityRole
from app.core.audit import AuditEntry
from app.core.db import db
from app.notices.models import Message
from tests.client import read
from tests.factories import (
    AccountFactory,
    EnrolmentFactory,
    GrantFactory,
    PersonFactory,
    SessionFactory,
    StaffFactory,
)

WHY = {"reason": "Theo quyết định số 12"}


@pytest.fixture
def administrator(app):
    """The browser of an administrator; another one is there as well."""
    GrantFactory()
    return app.test_client().sign_in(GrantFactory().account)


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_a_new_colleague_gets_an_account_without_a_password(administrator):
    fields = {"display_name": "Lê Thị Mới", "contact": "0912 345 678", "role": "statistician"}
    administrator.send("/vi/staff/accounts/new", {**fields, **WHY, "until": "31/12/2099"})
    account = queries.account_named("0912345678")
    assert account.password_hash is None
    assert queries.grants(account.id)[0] == {CityRole.STATISTICIAN}
    page = read(administrator.send("/vi/staff/accounts", {"q": "lê thị mới"}, status=200))
    assert "Cán bộ thống kê" in page.text
    twice = administrator.send("/vi/staff/accounts/new", {**fields, **WHY}, status=422)
    assert "Lê Thị Mới" in twice.get_data(as_text=True)


def test_roles_are_given_and_withdrawn_page_by_page(administrator):
    account = AccountFactory()
    url = f"/vi/staff/accounts/{account.id}"
    administrator.send(f"{url}/roles/new", {"role": "catalogue_editor"}, status=422)
    administrator.send(f"{url}/roles/new", {"role": "catalogue_editor", **WHY})
    page = administrator.page(url)
    way = page.select_one("a[href$='/withdraw']")["href"]
    administrator.send(way, WHY)
    assert queries.grants(account.id)[0] == frozenset()
    assert actions().count("account.role_granted") == 1
    assert actions().count("account.role_withdrawn") == 1
    assert administrator.get(way).status_code == 404


def test_two_administrators_make_a_third_one(app, administrator):
    account = AccountFactory()
    administrator.send(
        f"/vi/staff/accounts/{account.id}/roles/new", {"role": "administrator", **WHY}
    )
    assert queries.grants(account.id)[0] == frozenset()
    proposal_id = db.session.scalars(select(RoleProposal.id)).one()
    url = f"/vi/staff/role-proposals/{proposal_id}"
    administrator.send(url, {"agree": "yes"}, status=403)
    other = app.test_client().sign_in(GrantFactory().account)
    assert other.post(f"{url}/take-back", data={"csrf_token": other.token()}).status_code == 404
    assert account.display_name in other.page("/vi/staff/role-proposals").text
    other.send(url, {"agree": "yes"})
    assert queries.grants(account.id)[0] == {CityRole.ADMINISTRATOR}


def test_a_closed_account_is_signed_out_at_once_and_can_be_opened_again(app, administrator):
    account = StaffFactory().account
    browser = app.test_client().sign_in(account)
    url = f"/vi/staff/accounts/{account.id}"
    administrator.send(f"{url}/close", WHY)
    assert browser.get("/vi/provider/").status_code == 302
    assert administrator.get(f"{url}/view").status_code == 404
    administrator.send(f"{url}/reopen", WHY)
    assert db.session.get(Account, account.id, populate_existing=True).is_active
    app.test_client().sign_in(account)
    administrator.send(f"{url}/sign-out", WHY)
    administrator.send(f"{url}/reset-second-factor", WHY)
    assert db.session.query(LoginSession).filter_by(account_id=account.id).count() == 0


def test_support_sees_pages_as_their_owner_does_and_changes_nothing(app, administrator):
    member = StaffFactory()
    account_id, slug = member.account_id, member.provider.slug
    administrator.send(f"/vi/staff/accounts/{account_id}/view", WHY)
    page = administrator.page(f"/vi/provider/{slug}/today")
    assert "Bạn đang xem trang của" in page.text
    token = administrator.token(f"/vi/provider/{slug}/today")
    refused = administrator.post(
        f"/vi/provider/{slug}/courses/new", data={"csrf_token": token, "title_vi": "x"}
    )
    assert refused.status_code == 403
    assert administrator.get("/vi/staff/accounts").status_code == 403
    assert administrator.get("/vi/me/password").status_code == 403
    administrator.send("/vi/staff/viewing/stop", page=f"/vi/provider/{slug}/today")
    assert administrator.get("/vi/staff/accounts").status_code == 200
    seen = select(AuditEntry).where(AuditEntry.action == "view_as.page")
    entries = db.session.scalars(seen).all()
    assert f"{account_id} enrolment_provider.today" in {entry.object_id for entry in entries}
    assert {entry.reason for entry in entries} == {WHY["reason"]}
    assert account_id not in {entry.account_id for entry in entries}


def test_pages_of_two_people_seen_on_one_day_are_noted_for_both(administrator):
    people = [AccountFactory(person=PersonFactory()).person_id for _ in range(2)]
    for account in db.session.scalars(select(Account).where(Account.person_id.in_(people))).all():
        administrator.send(f"/vi/staff/accounts/{account.id}/view", WHY)
        administrator.page("/vi/me")
        administrator.send("/vi/staff/viewing/stop", page="/vi/me")
    seen = select(AuditEntry.person_id).where(
        AuditEntry.action == "view_as.page", AuditEntry.object_id.endswith("home.me")
    )
    assert set(db.session.scalars(seen)) == set(people)


@pytest.mark.parametrize("path", ["/vi/me/data", "/vi/me/groups", "/vi/me/data/consents"])
def test_support_sees_no_copy_of_everything_and_no_groups(administrator, path):
    account = AccountFactory(person=PersonFactory())
    administrator.send(f"/vi/staff/accounts/{account.id}/view", WHY)
    assert administrator.get(path).status_code == 403


def test_nobody_looks_through_an_administrator_s_eyes(administrator):
    other = GrantFactory().account_id
    assert administrator.get(f"/vi/staff/accounts/{other}/view").status_code == 404


def test_the_person_is_told_that_support_looked(app, administrator, run_jobs):
    account = AccountFactory(person=PersonFactory(email="an@example.org"))
    administrator.send(f"/vi/staff/accounts/{account.id}/view", WHY)
    run_jobs()
    bodies = db.session.scalars(select(Message.body)).all()
    assert any("đã xem trang" in body for body in bodies)


def test_an_auditor_finds_who_saw_a_learner_s_data(app, administrator):
    session = SessionFactory()
    place = EnrolmentFactory(run=session.run, joined_at=session.run.course.published_at)
    teacher = StaffFactory(provider=session.run.course.provider, account__display_name="Cô Ba")
    browser = app.test_client().sign_in(teacher.account)
    for _ in range(2):
        browser.get(f"/vi/provider/{teacher.provider.slug}/runs/{session.run_id}/roster")
    auditor = app.test_client().sign_in(GrantFactory(city_role=CityRole.AUDITOR).account)
    page = auditor.page(f"/vi/staff/audit?kind=run&key={session.run_id}")
    assert page.select("tbody tr")[0].text.count("Cô Ba") == 1
    assert len(page.select("tbody tr")) == 1
    assert "Xem danh sách lớp" in page.text
    assert auditor.page(f"/vi/staff/audit?person={place.code}")
    teacher.account.phone = "+84912345678"
    db.session.commit()
    found = auditor.send("/vi/staff/audit", {"who": "0912 345 678", "key": ""})
    assert found.headers["Location"] == f"/vi/staff/audit?who={teacher.account_id}"
    by_phone = auditor.page(found.headers["Location"])
    assert by_phone.select("tbody tr")[0].text.count("Cô Ba") == 1
    nobody = auditor.send("/vi/staff/audit", {"who": "ai@example.org"}, status=422)
    assert "Không tìm thấy ai" in nobody.get_data(as_text=True)
    file = auditor.get(f"/vi/staff/audit.csv?kind=run&key={session.run_id}", buffered=True)
    assert file.get_data(as_text=True).count("roster.read") == 1
    assert actions().count("audit.exported") == 1
    assert auditor.get("/vi/staff/accounts").status_code == 403


def test_the_log_is_read_page_by_page(app, administrator):
    with_many = AccountFactory().id
    for _ in range(55):
        operations.end_sessions(with_many, None)
    page = administrator.page(f"/vi/staff/audit?kind=account&key={with_many}")
    assert len(page.select("tbody tr")) == 50
    onward = administrator.page(page.select_one("a[rel=next]")["href"])
    assert len(onward.select("tbody tr")) == 5
