"""What belongs to another provider does not exist: not to read, not to change, not mixed in."""

import re
from dataclasses import replace

import pytest

from app.catalogue.models import Run
from app.core import clock, config
from app.core.access import ProviderRole
from app.core.db import db
from app.enrolment.register_models import Substitute
from app.indicators.boards import prepared
from app.indicators.operations.definitions import ensure_measures
from app.participation import store
from app.participation.operations import rebuild
from tests.factories import CityFactory, StaffFactory
from tests.guards.routes import filled, rules
from tests.participation.conftest import meet
from tests.security.conftest import CANARY_NAME, PERIOD, Side
from tests.security.test_matrix import lines
from tests.security.world import feed_things, joining_things, planning_things, unit_of

NOWHERE = 2**31 - 1
CHOSEN = {"lang", "slug", "act", "kind"}
"""Parts of addresses that name no object."""


@pytest.fixture
def ours(make_side) -> Side:
    return _with_everything(make_side("ben-nay"))


@pytest.fixture
def theirs(make_side) -> Side:
    return _with_everything(make_side("ben-kia"))


def _with_everything(side: Side) -> Side:
    """Also what belongs to its workspace."""
    run = db.session.get_one(Run, side.ids["run_id"])
    account = StaffFactory(provider=side.provider, role=ProviderRole.SUBSTITUTE).account
    standing_in = Substitute(session_id=side.ids["session_id"], account_id=account.id)
    db.session.add(standing_in)
    db.session.commit()
    more = {
        **joining_things(side),
        **feed_things(side),
        **planning_things(side, run),
        "unit_id": str(unit_of(run)),
        "substitute_id": str(standing_in.id),
    }
    apart = {name: key for name, key in more.items() if name in OF_A_WORKSPACE}
    return replace(side, ids={**side.ids, **apart})


LEAD_ON = {"catalogue_provider.plan_term"}
"""It leads back to the first step when no class was chosen there."""
OF_A_WORKSPACE = {
    "venue_id", "day_id", "line", "room_id", "source_id", "substitute_id", "import_id", "unit_id",
    "invitation_id", "copy_id", "site_id",
}  # fmt: skip


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
    return foreign + ([mixed] if rule.arguments - CHOSEN and not _is_of_a_period(rule) else [])


def test_every_object_of_a_provider_is_part_of_these_tests(app, ours):
    named = {a for m in ("GET", "POST") for rule in _rules(app, m) for a in rule.arguments}
    assert named - CHOSEN == set(ours.ids), "give Side.ids one of the new kind"


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
    answers = {
        rule.endpoint: ours.owner.get(_address(rule, ours.slug, ours.ids)).status_code
        for rule in _rules(app, "GET")
    }
    assert {name for name, answer in answers.items() if answer != 200} == LEAD_ON


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
    allowed = {line.endpoint for line in lines() if line.method == "POST" and line.may("teacher")}
    assert "enrolment_provider.take_attendance" in allowed
    for rule in _rules(app, "POST"):
        if rule.endpoint not in allowed:
            address = _address(rule, ours.slug, ours.ids)
            answer = ours.teacher.post(address, data={"csrf_token": token})
            assert answer.status_code == 403, address
    assert state() == before
