"""Ten thousand requests that no browser would send; none may be the server's fault."""

import random
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

SEED = 20261122
REQUESTS, FORMS = 10_000, 1000

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


@pytest.fixture(params=range(4))
def dice(request) -> random.Random:
    """Each gives the same throws in every run."""
    return random.Random(SEED + request.param)


def _address(rule, dice: random.Random) -> str:
    """Mostly wrong in one place, so that what lies behind is reached as well."""
    wrong = dice.choice([*sorted(rule.arguments - {"lang"}), None])
    parts = []
    for is_argument, text in rule._trace:
        if not is_argument:
            parts.append(text)
        elif text == wrong or dice.random() < 0.1:
            parts.append(dice.choice(TEXTS))
        else:
            parts.append({**LIKELY, "lang": dice.choice(["vi", "en"])}.get(text, "1"))
    pairs = (f"{dice.choice(NAMES)}={dice.choice(TEXTS)}" for _ in range(dice.randint(0, 4)))
    return f"{''.join(parts).partition('|')[2]}?{'&'.join(pairs)}"


def test_no_malformed_request_is_an_error_of_the_server(app, visitors, dice, request):
    reachable = [rule for rule in rules(app, "GET") if rule.endpoint != "static"]
    embedded = request.config.getoption("--database") == "sqlite"
    failed = []
    for _ in range(REQUESTS // 4 if embedded else REQUESTS // 16):
        address = _address(dice.choice(reachable), dice)
        answer = dice.choice(visitors).get(address, headers=dice.choice(HEADERS))
        if answer.status_code >= 500:
            failed.append((answer.status_code, address[:200]))
    assert failed == []


def test_no_malformed_form_is_an_error_of_the_server(app, visitors, dice):
    reachable = [r for r in rules(app, "POST") if "sign" not in r.rule and "display" not in r.rule]
    tokens = [visitor.token() for visitor in visitors[1:]]
    failed = []
    for _ in range(FORMS // 4):
        at = dice.randrange(2)
        address = _address(dice.choice(reachable), dice)
        fields = {name: dice.choice(TEXTS) for name in dice.sample(FIELDS, 8)}
        answer = visitors[at + 1].post(address, data={"csrf_token": tokens[at], **fields})
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
