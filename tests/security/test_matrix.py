"""Every address, every method, every role: the answers written down in `matrix.txt`.

A line of the file says METHOD, endpoint, who may, and the answer they get with their own object and
an empty form; what follows are answers of single roles that differ. Whoever may not gets the answer
of `_refused`, and changes nothing.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from app.accounts.models import LoginSession
from app.core.config import current
from app.core.db import db
from app.participation import store
from tests.guards.routes import filled
from tests.security.conftest import CANARY_PHONE
from tests.security.world import ROLES, World, build, restore, snapshot

FILE = Path(__file__).with_name("matrix.txt")
NOWHERE = {"id": str(2**31 - 1), "code": "KHONGCO000", "slug": "khong-co"}
HERE = ("teacher", "editor", "owner", "viewer")
MAY = {
    "anyone": ROLES,
    "account": ROLES[2:],
    "person": ("resident",),
    "teacher": HERE,
    "editor": ("editor", "owner", "viewer"),
    "owner": ("owner", "viewer"),
    "city": ("catalogue", "statistician", "auditor", "administrator"),
    "catalogue": ("catalogue", "administrator"),
    "statistician": ("statistician", "administrator"),
    "auditor": ("auditor", "administrator"),
    "administrator": ("administrator",),
    "officer": ("officer", "statistician", "administrator"),
}
GROUPS = (ROLES[:4], ROLES[4:7], ROLES[7:10], ROLES[10:])


@dataclass(frozen=True)
class Line:
    """What is written about one method of one address."""

    method: str
    endpoint: str
    who: str
    answer: int
    odd: dict[str, int]

    def may(self, role: str) -> bool:
        return self.expected(role) == self.answer if role in self.odd else role in MAY[self.who]

    def expected(self, role: str) -> int:
        if role in self.odd:
            return self.odd[role]
        if role == "viewer" and self.method == "POST":
            return 403
        return self.answer if role in MAY[self.who] else _refused(self, role)


def _refused(line: Line, role: str) -> int:
    """Visitors are led to the door; what is another's is not there; the rest is not for them."""
    if role in ("visitor", "half"):
        return 302 if line.method == "GET" else 403
    is_elsewhere = line.who in ("teacher", "editor", "owner") and role not in HERE
    return 404 if line.who == "person" or is_elsewhere else 403


def lines() -> list[Line]:
    written = [
        text.split() for text in FILE.read_text("utf-8").splitlines() if text and text[0] != "#"
    ]
    return [
        Line(
            method, endpoint, who, int(answer), {k: int(v) for k, v in (o.split("=") for o in odd)}
        )
        for method, endpoint, who, answer, *odd in written
    ]


def rules_of(app) -> dict[tuple[str, str], Rule]:
    """Every method of every address; where two addresses lead to one endpoint, the first."""
    found: dict[tuple[str, str], Rule] = {}
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            if rule.endpoint != "static":
                found.setdefault((method, rule.endpoint), rule)
    return found


def address(rule: Rule, things: dict[str, str]) -> str:
    """The rule with these things in it; of several with one name, by the word before it."""
    words = {"lang": "vi", **things}
    for name in rule.arguments:
        before = re.split(rf"/<[^<>]*\b{name}>", rule.rule)[0].rpartition("/")[2]
        words[name] = things.get(f"{before}/{name}") or words.get(name, "")
    return filled(rule, {name: text for name, text in words.items() if text})


@pytest.fixture
def world(app, ours, theirs) -> World:
    shutil.rmtree(store.folder(current()), ignore_errors=True)  # other tests count there
    return build(app, ours, theirs)


def test_every_address_is_in_the_matrix_and_nothing_else(app):
    written = [(line.method, line.endpoint) for line in lines()]
    assert sorted(written) == sorted(set(written)), "written twice"
    assert set(rules_of(app)) - set(written) == set(), "new: say in matrix.txt who may come here"
    assert set(written) - set(rules_of(app)) == set(), "gone: take it off matrix.txt"


def _calls(app, roles, world) -> Iterator[tuple[Line, str, str]]:
    rules = rules_of(app)
    for line in lines():
        for role in roles:
            yield line, role, address(rules[line.method, line.endpoint], world.own)


@pytest.mark.on_any_database
@pytest.mark.parametrize("roles", GROUPS, ids="-".join)
def test_every_role_gets_the_answer_that_is_written_down(app, world, state, roles):
    wrong, allowed = [], []
    before = state()
    for line, role, url in _calls(app, roles, world):
        if line.method == "POST" and line.may(role):
            allowed.append((line, role, url))
            continue
        answer = world.knockers[role].call(line.method, url)
        wrong += _differs(line, role, answer)
        if role in ("visitor", "half", "resident", "stranger", "officer"):
            assert CANARY_PHONE.encode() not in answer.data, url
    assert state() == before, "a refused call, or one that only reads, has changed something"
    kept = snapshot()
    for line, role, url in allowed:
        answer = world.knockers[role].call("POST", url)
        wrong += _differs(line, role, answer)
        if answer.status_code < 400:
            restore(kept)
    assert state() == before, "a form that was not taken has changed something"
    assert wrong == [], "\n" + "\n".join(wrong)


def _differs(line: Line, role: str, answer) -> list[str]:
    if answer.status_code == line.expected(role):
        return []
    got = f"{answer.status_code}, written {line.expected(role)}"
    return [f"{line.method} {line.endpoint} {role}: {got}"]


def _masked(answer, url: str) -> str:
    html = answer.get_data(as_text=True).replace(url, "?").replace(f"/en{url[3:]}", "?")
    return re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", html)


def test_what_belongs_to_somebody_else_is_not_there_for_a_resident(app, world, state):
    before = state()
    for (method, _endpoint), rule in rules_of(app).items():
        if "/me/" not in rule.rule or not rule.arguments & {"bond_id", "code"}:
            continue
        if "consents" in rule.rule:
            continue  # a purpose, which belongs to nobody
        missing = {name: NOWHERE[name.rpartition("_")[2]] for name in ("bond_id", "code")}
        url, nothing = address(rule, world.foreign), address(rule, missing)
        answer, beside = (world.knockers["resident"].call(method, each) for each in (url, nothing))
        assert (answer.status_code, beside.status_code) == (404, 404), url
        assert _masked(answer, url) == _masked(beside, nothing)
    assert state() == before


def test_what_asks_for_proof_asks_for_it(app, world):
    """Ten minutes after signing in nothing of this kind happens by itself."""
    db.session.query(LoginSession).update({"confirmed_at": None})
    db.session.commit()
    asked = []
    for (method, endpoint), rule in rules_of(app).items():
        view = app.view_functions[endpoint]
        if hasattr(view, "confirmed"):
            who = "owner" if view.access == "provider" else "administrator"
            answer = world.knockers[who].call(method, address(rule, world.own))
            asked.append(answer.location.partition("?")[0])
    assert set(asked) == {"/vi/sign-in/confirm"}
    assert len(asked) > 10
