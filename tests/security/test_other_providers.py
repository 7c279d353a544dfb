"""What belongs to another provider does not exist: not to read, not to change, not mixed in."""

import re

import pytest

from app.catalogue.models import Run
from app.core import clock, config
from app.core.db import db
from app.indicators.boards import prepared
from app.indicators.operations.definitions import ensure_measures
from app.participation import store
from app.participation.operations import rebuild
from tests.factories import CityFactory
from tests.guards.routes import filled, rules
from tests.participation.conftest import meet
from tests.security.conftest import CANARY_NAME, PERIOD, Side

NOWHERE = 2**31 - 1


def _rules(app, method):
    """The rules below a provider's address; `<id:...>` are looked up in `Side.ids` by name."""
    return [rule for rule in rules(app, method) if "/provider/<slug>" in rule.rule]


def _address(rule, slug: str, ids) -> str:
    if _is_of_a_period(rule):
        ids = {**ids, "code": PERIOD}
    return filled(rule, {"lang": "vi", "slug": slug, **{k: str(v) for k, v in ids.items()}})


def _is_of_a_period(rule) -> bool:
    """Periods are the city's: a code alone belongs to no provider."""
    return "/returns/<code>" in rule.rule


def _same(answer, path: str) -> str:
    """The page without what differs between any two pages: its own address and the token."""
    html = answer.get_data(as_text=True).replace(path, "?").replace(f"/en{path[3:]}", "?")
    return re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", html)


def _pairs(rule, ours: Side, theirs: Side) -> list[tuple[str, str]]:
    """Each address that must not exist, beside one that does not."""
    nothing = dict.fromkeys(ours.ids, NOWHERE) | {"code": "0000000000"}
    foreign = [
        (_address(rule, theirs.slug, theirs.ids), _address(rule, "khong-co", theirs.ids)),
        (_address(rule, theirs.slug, ours.ids), _address(rule, "khong-co", ours.ids)),
    ]
    mixed = (_address(rule, ours.slug, theirs.ids), _address(rule, ours.slug, nothing))
    return foreign + (
        [mixed] if rule.arguments - {"lang", "slug"} and not _is_of_a_period(rule) else []
    )


def test_every_object_of_a_provider_is_part_of_these_tests(app, ours):
    named = {a for m in ("GET", "POST") for rule in _rules(app, m) for a in rule.arguments}
    assert named - {"lang", "slug"} == set(ours.ids), "give Side.ids one of the new kind"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", ["owner", "teacher"])
def test_nothing_of_another_provider_exists(  # noqa: PLR0917 - fixtures
    app, ours, theirs, state, method, role
):
    browser, before = getattr(ours, role), state()
    fields = {"csrf_token": browser.token()} if method == "POST" else None
    for rule in _rules(app, method):
        for foreign, missing in _pairs(rule, ours, theirs):
            answer = browser.open(foreign, method=method, data=fields)
            beside = browser.open(missing, method=method, data=fields)
            is_mixed = foreign.startswith(f"/vi/provider/{ours.slug}/")
            refused = (403, 404) if role == "teacher" and is_mixed else (404,)
            assert answer.status_code in refused, foreign
            assert answer.status_code == beside.status_code, foreign
            assert _same(answer, foreign) == _same(beside, missing)
            assert CANARY_NAME not in answer.get_data(as_text=True)
    assert state() == before


def test_own_pages_do_exist(app, ours):
    """Otherwise the test above could not fail."""
    _make_figures(ours.ids["run_id"])
    for rule in _rules(app, "GET"):
        assert ours.owner.get(_address(rule, ours.slug, ours.ids)).status_code == 200, rule


def _make_figures(run_id: int) -> None:
    CityFactory()
    meet(db.session.get_one(Run, run_id), clock.today(), headcount=5)
    ensure_measures()
    rebuild()
    store.refresh(store.folder(config.current()))
    prepared.prepare(prepared.offered(clock.today())[0].code)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_visitor_reaches_no_page_of_any_provider(app, theirs, client, state, method):
    before = state()
    fields = {"csrf_token": client.token()} if method == "POST" else None
    for rule in _rules(app, method):
        answers = [
            client.open(_address(rule, slug, theirs.ids), method=method, data=fields)
            for slug in (theirs.slug, "khong-co")
        ]
        assert {answer.status_code for answer in answers} == {302 if method == "GET" else 403}
        assert all(CANARY_NAME not in answer.get_data(as_text=True) for answer in answers)
    assert state() == before


def test_a_teacher_changes_no_course_run_resource_rule_fee_or_approval(app, ours, state):
    token, before = ours.teacher.token(), state()
    allowed = {  # rosters and registers are a teacher's work
        "enrolment_provider.add", "enrolment_provider.seat_next",
        "enrolment_provider.take_attendance",
    }  # fmt: skip
    for rule in _rules(app, "POST"):
        if rule.endpoint not in allowed:
            address = _address(rule, ours.slug, ours.ids)
            answer = ours.teacher.post(address, data={"csrf_token": token})
            assert answer.status_code == 403, address
    assert state() == before
