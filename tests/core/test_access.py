from urllib.parse import urlencode

import pytest

from app.core.access import safe_next
from tests.client import PASSWORD
from tests.factories import AccountFactory

ELSEWHERE = [
    "//evil.test",
    "///evil.test",
    r"/\evil.test",
    r"\\evil.test",
    r"/vi/\evil.test",
    "https:evil.test",
    "https://evil.test",
    "//evil.test/vi/",
    "/%09/evil.test",
    "/\t/evil.test",
    "/\n/evil.test",
    "/%0a/evil.test",
    "/%0d/evil.test",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "/%2f%2fevil.test",
    "/%2F/evil.test",
    "/%5c%5cevil.test",
    "/%5Cevil.test",
    "/vi//evil.test",
    "http://127.0.0.1:8080@evil.test",
    "evil.test",
    "@evil.test",
    "?next=//evil.test",
    " //evil.test",
    "\u2028//evil.test",
    "/\u202evil.test",
    "",
    None,
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_to_another_site(target):
    assert safe_next(target, "/vi/") == "/vi/"


@pytest.mark.parametrize(
    "target",
    [
        "/vi/",
        "/en/provider/trung-tam-1",
        "/vi/courses?q=tin+h%E1%BB%8Dc&page=2",
        "/vi/courses?q=a//b",
        "/vi/courses/12-tin-học",
    ],
)
def test_a_path_of_this_site_is_kept(target):
    assert safe_next(target, "/vi/") == target


@pytest.mark.parametrize("target", ["//evil.test", r"/\evil.test", "/%2f%2fevil.test"])
def test_signing_in_leads_to_this_site_only(client, target):
    account = AccountFactory()
    page = f"/vi/sign-in?{urlencode({'next': target})}"
    answer = client.send(page, {"name": account.email, "password": PASSWORD})
    assert answer.location.startswith("/vi/")
    assert "evil" not in answer.location
