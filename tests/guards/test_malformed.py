"""Requests that no browser would send; none may be the server's fault.

In every round each visitor comes once to every address. `--malformed=14` makes 14 rounds of each,
about ten thousand requests.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest

from app.core.access import ProviderRole
from app.core.db import db
from app.participation.operations import rebuild
from tests.factories import (
    AttendanceFactory,
    CourseFactory,
    EnrolmentFactory,
    GrantFactory,
    ResourceFactory,
    RunFactory,
    SessionFactory,
    StaffFactory,
)
from tests.guards.routes import LIKELY, rules

pytestmark = pytest.mark.on_any_database

SEED = 20261122

TEXTS = [
    "", "0", "1", "-1", "1.5", "1e9", "2147483647", "2147483648", "9223372036854775807",
    "9223372036854775808", "9" * 40, "٣", "²", "NaN", "null", "true", "[]", "{}", "{{7*7}}",
    "%00", "a%00b", "%ff%fe", "%c0%ae%c0%ae", "%ed%a0%80", "%0d%0aSet-Cookie:x=1", "%09", "%20",
    "..%2f..%2fetc%2fpasswd", "..", "%5c%5cevil.test", "'", "' OR 1=1 --", '"', "%", "%25", "_",
    "<script>alert(1)</script>", "=1+1", "(", "[", "*", "\\", "^", "AND", "NEAR(", '"a" OR',
    quote("tin học"), quote("tin ho\u0323c"), quote("\u0301"), quote("\u202e"), quote("🙂"),
    "a" * 3000, quote("ơ" * 700), "-", "--", "/", "//", "1-", "1-%2f", "a b c " * 50,
]  # fmt: skip
NAMES = [
    "q", "topic", "ward", "near", "when", "mode", "audience", "language", "free", "open",
    "provider", "kind", "page", "sort", "from", "to", "by", "period", "format", "next", "lang",
    "day", "month", "date", "code", "phone", "id", "csrf_token", "x[]", "%00", "",
]  # fmt: skip
HEADERS = [
    {"Cookie": "session=%ff; lang=<; display=9999-x"},
    {"Cookie": "session=eyJhIjoxfQ.x.y; lang=\u00e9"},
    {"Accept-Encoding": "br;q=x, gzip;q=9999, *;q=-1"},
    {"Accept-Language": "x" * 2000},
    {"Range": "bytes=0-,1-,2-,9999999999999999999-"},
    {"If-None-Match": '"' * 50},
    {"If-Modified-Since": "yesterday"},
    {"Host": "evil.test:99999"},
    {"X-Forwarded-For": "' OR 1=1"},
    {"X-Forwarded-Host": "evil.test"},
    {"X-Request-ID": "\u00ff" * 100},
    {"Content-Type": "multipart/form-data"},
    {"Content-Length": "0"},
    {"X-Fragment": "../../"},
    {"Save-Data": "perhaps"},
    {},
]


@pytest.fixture
def visitors(app, run_jobs):
    """A stranger, a member of the city's staff and the owner of a provider, with things to see."""
    run = RunFactory(course=CourseFactory(provider__slug=LIKELY["slug"]))
    owner = StaffFactory(provider=run.course.provider, role=ProviderRole.OWNER)
    AttendanceFactory(session=SessionFactory(run=run), enrolment=EnrolmentFactory(run=run))
    ResourceFactory(provider=run.course.provider)
    clients = [app.test_client() for _ in range(3)]
    clients[1].sign_in(GrantFactory().account)
    clients[2].sign_in(owner.account)
    rebuild()
    run_jobs()
    db.session.rollback()
    return clients


@pytest.fixture(params=range(2))
def dice(request) -> random.Random:
    """Each gives the same throws in every run."""
    return random.Random(SEED + request.param)


@pytest.fixture
def rounds(request) -> range:
    return range(request.config.getoption("--malformed"))


class Odd:
    """What is wrong with the requests; each thing comes before another comes again."""

    def __init__(self, dice: random.Random) -> None:
        self._dice = dice
        self._texts, self._names = self._dealt(TEXTS), self._dealt(NAMES)
        self._headers = self._dealt(HEADERS)

    def _dealt(self, cards: Sequence[Any]) -> Iterator[Any]:
        while True:
            yield from self._dice.sample(cards, len(cards))

    def headers(self) -> dict[str, str]:
        return next(self._headers)

    def fields(self) -> dict[str, str]:
        return {name: next(self._texts) for name in self._dice.sample(FIELDS, 8)}

    def address(self, rule) -> str:
        """Mostly wrong in one place, so that what lies behind is reached as well."""
        wrong = self._dice.choice([*sorted(rule.arguments - {"lang"}), None])
        parts = []
        for is_argument, text in rule._trace:
            if not is_argument:
                parts.append(text)
            elif text == wrong or self._dice.random() < 0.1:
                parts.append(next(self._texts))
            else:
                parts.append({**LIKELY, "lang": self._dice.choice(["vi", "en"])}.get(text, "1"))
        pairs = range(self._dice.randint(0, 4))
        query = "&".join(f"{next(self._names)}={next(self._texts)}" for _ in pairs)
        return f"{''.join(parts).partition('|')[2]}?{query}"


def test_no_malformed_request_is_an_error_of_the_server(app, visitors, dice, rounds):
    reachable = [rule for rule in rules(app, "GET") if rule.endpoint != "static"]
    odd, failed = Odd(dice), []
    for _, rule, visitor in product(rounds, reachable, visitors):
        address = odd.address(rule)
        answer = visitor.get(address, headers=odd.headers())
        if answer.status_code >= 500:
            failed.append((answer.status_code, address[:200]))
    assert failed == []


def test_no_malformed_form_is_an_error_of_the_server(app, visitors, dice, rounds):
    reachable = [r for r in rules(app, "POST") if "sign" not in r.rule and "display" not in r.rule]
    signed_in = [(visitor, visitor.token()) for visitor in visitors[1:]]
    odd, failed = Odd(dice), []
    for _, rule, (visitor, token) in product(rounds, reachable, signed_in):
        address, fields = odd.address(rule), odd.fields()
        answer = visitor.post(address, data={"csrf_token": token, **fields})
        if answer.status_code >= 500:
            failed.append((answer.status_code, address[:200], fields))
    assert failed == []


FIELDS = [
    "name", "full_name", "phone", "born-day", "born-month", "born-year", "ward", "sex", "email",
    "title_vi", "title_en", "summary_vi", "topic", "audiences", "capacity", "waiting_capacity",
    "fee", "starts_on", "ends_on", "enrol_from", "enrol_until", "mode", "venue", "headcount",
    "present", "version", "url", "licence", "status", "language", "code", "password", "scheme",
    "text", "key", "step", "consent", "days", "times", "count", "number",
]  # fmt: skip
