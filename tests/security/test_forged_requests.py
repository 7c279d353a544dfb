"""Changes that another site, or another browser's token, tries to make."""

import pytest

from app.core.db import db
from app.enrolment.models import EnrolmentState
from tests.factories import AccountFactory, EnrolmentFactory
from tests.guards.routes import filled, rules
from tests.security.test_other_providers import _address, _rules

SIGN_IN = "/vi/sign-in"
FOREIGN = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://forum.localhost"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://evil.test"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.test"},
    {"Origin": "http://localhost:81"},
]
OURS = [
    {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {"Origin": "http://127.0.0.1:8000"},  # BASE_URL, behind a proxy that keeps the host for itself
    {},
]


@pytest.mark.parametrize("headers", FOREIGN)
def test_another_site_changes_nothing_even_with_the_right_token(ours, state, headers):
    fields = {"csrf_token": ours.owner.token()}
    before = state()
    address = f"/vi/provider/{ours.slug}/courses/{ours.ids['course_id']}/withdraw"
    assert ours.owner.post(address, data=fields, headers=headers).status_code == 400
    assert state() == before


@pytest.mark.parametrize("headers", OURS)
def test_our_own_pages_do_change_things(ours, state, headers):
    fields = {"csrf_token": ours.owner.token()}
    before = state()
    address = f"/vi/provider/{ours.slug}/courses/{ours.ids['course_id']}/withdraw"
    assert ours.owner.post(address, data=fields, headers=headers).status_code == 303
    assert state() != before


@pytest.mark.parametrize("headers", FOREIGN[:5])
def test_nobody_is_signed_in_by_another_site(client, headers):
    name, token = AccountFactory().email, client.token()
    fields = {"csrf_token": token, "name": name, "password": "bốn mươi con mèo"}
    assert client.post(SIGN_IN, data=fields, headers=headers).status_code == 400
    assert client.get("/vi/me").status_code == 302


def test_a_token_is_worth_nothing_in_another_browser(app, ours, state):
    owner, stranger, before = ours.owner, app.test_client().token(), state()
    for rule in rules(app, "POST"):
        if "/provider/" in rule.rule:
            address = _address(rule, ours.slug, ours.ids)
            assert owner.post(address, data={"csrf_token": stranger}).status_code == 400
            in_header = owner.post(address, headers={"X-CSRFToken": stranger})
            assert in_header.status_code == 400
    assert state() == before


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data", ""])
def test_a_form_of_another_kind_carries_no_token(ours, state, kind):
    body = f"csrf_token={ours.owner.token()}"
    before = state()
    address = f"/vi/provider/{ours.slug}/courses/{ours.ids['course_id']}/withdraw"
    answer = ours.owner.post(address, data=body, content_type=kind)
    assert answer.status_code == 400
    assert state() == before


def test_a_token_in_the_address_is_none(ours, state):
    token = ours.owner.token()
    before = state()
    address = f"/vi/provider/{ours.slug}/courses/{ours.ids['course_id']}/withdraw"
    answer = ours.owner.post(f"{address}?csrf_token={token}")
    assert answer.status_code == 400
    assert state() == before


def test_reading_changes_nothing(app, ours, state, client):
    """GET on every address, also those that only take POST; as the owner and as a visitor."""
    place, browsers = EnrolmentFactory(), (ours.owner, client)
    before = state()
    for rule in [*rules(app, "GET"), *rules(app, "POST")]:
        address = (
            _address(rule, ours.slug, ours.ids)
            if rule in _rules(app, "GET") + _rules(app, "POST")
            else filled(rule, {"lang": "vi", "code": place.code, "slug": ours.slug})
        )
        for browser in browsers:
            assert browser.get(address).status_code < 500
    assert state() == before


def test_signing_in_forgets_whatever_the_browser_held_before(client):
    """A place opened, or a token planted, before signing in does not survive it."""
    place = EnrolmentFactory()
    code, phone = place.code, place.person.phone
    client.send(f"/vi/places/{code}", {"phone": phone})
    with client.session_transaction() as held:
        held["planted"], token = "x", held["csrf_token"]
    client.sign_in_with_password(AccountFactory())
    with client.session_transaction() as held:
        assert "planted" not in held
        assert "places" not in held
        assert held.get("csrf_token") != token
    client.post(f"/vi/places/{code}/withdraw", data={"csrf_token": client.token()})
    db.session.refresh(place)
    assert place.state is EnrolmentState.ENROLLED
