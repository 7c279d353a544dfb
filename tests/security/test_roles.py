"""What a role may change, for how long, and by which fields."""

import pytest
from sqlalchemy import delete, update

from app.accounts.models import Account, LoginSession
from app.catalogue.models import Course, CourseStatus, Run
from app.core.access import ProviderRole
from app.core.db import db, transaction
from app.providers.models import StaffMember
from tests.client import PASSWORD
from tests.factories import AccountFactory, StaffFactory


def _left(account_id: int) -> None:
    with transaction() as session:
        session.execute(delete(StaffMember).where(StaffMember.account_id == account_id))


def _closed(account_id: int) -> None:
    with transaction() as session:
        session.execute(update(Account).where(Account.id == account_id).values(is_active=False))


def _demoted(account_id: int) -> None:
    with transaction() as session:
        mine = update(StaffMember).where(StaffMember.account_id == account_id)
        session.execute(mine.values(role=ProviderRole.TEACHER))


@pytest.mark.parametrize(
    ("change", "seen", "done"), [(_left, 404, 404), (_closed, 302, 403), (_demoted, 403, 403)]
)
def test_what_ends_a_right_ends_it_at_the_next_request(  # noqa: PLR0917 - fixtures
    app, ours, state, change, seen, done
):
    account = StaffFactory(provider=ours.provider, role=ProviderRole.OWNER).account
    browser = app.test_client().sign_in(account)
    course = f"/vi/provider/{ours.slug}/courses/{ours.ids['course_id']}"
    assert browser.get(f"{course}/edit").status_code == 200
    change(account.id)
    token, before = browser.token(), state()
    assert browser.get(f"{course}/edit").status_code == seen
    assert browser.post(f"{course}/withdraw", data={"csrf_token": token}).status_code == done
    assert state() == before


def test_only_the_fields_of_a_form_are_taken(ours):
    """Whatever else is sent: another provider, a status, a counter, an id."""
    course = db.session.get(Course, ours.ids["course_id"])
    extra = {
        "provider_id": "999", "status": "withdrawn", "id": "9", "external_id": "x", "featured": "1",
        "isced_f": "0000", "published_at": "2020-01-01", "course_id": "9", "seats_taken": "0",
    }  # fmt: skip
    before = {name: getattr(course, name) for name in extra if hasattr(course, name)}
    address = f"/vi/provider/{ours.slug}/courses/{course.id}"
    fields = {
        "title_vi": "Tên mới", "summary_vi": "Hai câu.", "topic_id": str(course.topic_id),
        "cla": course.cla, "languages": ["vi"],
        "seen": ours.owner.page(f"{address}/edit").select_one("[name=seen]")["value"],
    }  # fmt: skip
    ours.owner.send(f"{address}/edit", {**extra, **fields})
    seen = ours.owner.page(address).select_one("form[action$=publish] [name=seen]")["value"]
    ours.owner.send(f"{address}/publish", {**extra, "seen": seen}, page=address)
    db.session.refresh(course)
    assert course.title_vi == "Tên mới"
    assert {name: getattr(course, name) for name in before} == before


def test_a_run_s_counters_and_course_are_not_fields(ours, theirs):
    run = db.session.get(Run, ours.ids["run_id"])
    fields = {
        "enrol_from": f"{run.enrol_from:%d/%m/%Y}", "enrol_until": f"{run.enrol_until:%d/%m/%Y}",
        "capacity": "9", "mode": "in_person", "language": "vi", "venue_id": str(run.venue_id),
        "version": "1",
        "seats_taken": "5", "waiting": "5", "status": "cancelled", "id": "9",
        "course_id": str(theirs.ids["course_id"]), "starts_on": "01/01/2020",
    }  # fmt: skip
    names = ("seats_taken", "waiting", "status", "course_id", "starts_on")
    before = {name: getattr(run, name) for name in names}
    ours.owner.send(f"/vi/provider/{ours.slug}/runs/{run.id}", fields)
    db.session.refresh(run)
    assert run.capacity == 9
    assert {name: getattr(run, name) for name in names} == before


def test_a_run_is_not_moved_to_another_provider_s_venue(ours, theirs, state):
    mine, other = (db.session.get(Run, side.ids["run_id"]) for side in (ours, theirs))
    days = {name: f"{getattr(mine, name):%d/%m/%Y}" for name in ("enrol_from", "enrol_until")}
    fields = {**days, "mode": "in_person", "language": "vi", "venue_id": str(other.venue_id)}
    token = ours.owner.token()
    before, address = state(), f"/vi/provider/{ours.slug}/runs/{ours.ids['run_id']}"
    assert ours.owner.post(address, data={"csrf_token": token, **fields}).status_code == 422
    assert state() == before


def test_an_open_browser_is_no_place_to_try_passwords(client):
    account = AccountFactory()
    client.sign_in(account)
    wrong = {"csrf_token": client.token(), "current": "wrong", "password": "một mật khẩu khác"}
    statuses = [client.post("/vi/me/password", data=wrong).status_code for _ in range(10)]
    right = client.post("/vi/me/password", data={**wrong, "current": PASSWORD})
    assert (set(statuses), right.status_code) == ({422}, 429)


def test_a_new_password_closes_every_other_browser(app):
    account = AccountFactory()
    browsers = [app.test_client().sign_in(account) for _ in range(2)]
    new = {"current": PASSWORD, "password": "một mật khẩu khác"}
    browsers[0].send("/vi/me/password", new)
    assert [b.get("/vi/me").status_code for b in browsers] == [302, 302]
    assert all("sign-in" in b.get("/vi/me").location for b in browsers)
    assert db.session.query(LoginSession).count() == 0


def test_a_draft_is_nobody_s_but_its_provider_s(client, ours, theirs):
    course = db.session.get(Course, ours.ids["course_id"])
    course.status = CourseStatus.DRAFT
    db.session.commit()
    paths = (f"/vi/courses/{course.id}", f"/vi/runs/{ours.ids['run_id']}/enrol")
    for browser, statuses in ((client, {404}), (theirs.owner, {404}), (ours.owner, {200, 301})):
        assert {browser.get(path).status_code for path in paths} <= statuses
