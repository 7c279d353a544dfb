"""Whom a request says it is for and from: hosts, proxies, health checks."""

import pytest
from bs4 import BeautifulSoup

from app import create_app
from app.core import throttle
from app.core.config import Settings
from tests.client import Client

EVIL = [
    "evil.test",
    "hoc.example.vn.evil.test",
    "evil.test:443",
    "hoc.example.vn@evil.test",
    "a b",
    "",
]


@pytest.fixture
def city(app, environment, tmp_path) -> Client:
    """A browser of the same installation run for a city, behind its proxy."""
    key = tmp_path / "person.key"
    key.write_bytes(b"k" * 32)
    public = {"APP_ENV": "production", "BASE_URL": "https://hoc.example.vn", "KEY_FILE": str(key)}
    served = create_app(Settings.from_env(environment | public))
    return Client(served, served.response_class)


@pytest.mark.parametrize("host", EVIL)
def test_a_city_answers_to_its_own_name_only(city, host):
    for path in ("/vi", "/vi/courses", "/vi/khong-co", "/healthz"):
        answer = city.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert b"evil" not in answer.data
        assert "evil" not in str(answer.headers)


@pytest.mark.parametrize("host", ["hoc.example.vn", "127.0.0.1:8000", "localhost"])
def test_its_own_name_and_health_checks_are_answered(city, host):
    assert city.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("path", "right"),
    [("/vi", "/vi/"), ("/vi//courses?q=a", "/vi/courses?q=a"), ("/en/me/", None)],
)
def test_a_corrected_address_names_no_host(client, path, right):
    headers = {"Host": "evil.test", "X-Forwarded-Host": "evil.test"}
    answer = client.get(path, headers=headers)
    assert answer.location == right
    assert b"http://evil.test" not in answer.data


def test_no_page_repeats_the_host_it_was_asked_for(client):
    headers = {"Host": "evil.test", "X-Forwarded-Host": "evil.test", "Forwarded": "host=evil.test"}
    for path in ("/vi/", "/vi/courses", "/vi/sign-in", "/sitemap.xml", "/robots.txt", "/vi/none"):
        assert b"evil.test" not in client.get(path, headers=headers).data


HERE = {"base_url": "https://hoc.example.vn"}
TRIES = 11  # one more than one line has for one name


def _tries(browser: Client, lines: list[str], **here: str) -> list[int]:
    """The answers to wrong passwords that say they come over these proxies."""
    page = BeautifulSoup(browser.get("/vi/sign-in", **here).data, "html5lib")
    token = page.select_one("input[name=csrf_token]")["value"]
    fields = {"csrf_token": token, "name": "nobody@example.org", "password": "wrong"}
    referer = f"{here.get('base_url', '')}/vi/sign-in"
    return [
        browser.post(
            "/vi/sign-in",
            data=fields,
            headers={"X-Forwarded-For": line, "X-Forwarded-Proto": "https", "Referer": referer},
            **here,
        ).status_code
        for line in lines
    ]


def test_without_a_proxy_nobody_chooses_the_line_he_comes_from(client):
    assert _tries(client, [f"203.0.113.{n}" for n in range(TRIES)])[-1] == 429


def test_behind_the_proxy_only_what_the_proxy_added_counts(city):
    invented = [f"198.51.100.{n}, 10.0.0.{n}, 203.0.113.7" for n in range(TRIES)]
    assert _tries(city, invented, **HERE)[-1] == 429


def test_behind_the_proxy_visitors_are_told_apart(city):
    assert set(_tries(city, [f"203.0.113.{n}" for n in range(TRIES)], **HERE)) == {422}


def test_the_many_addresses_of_one_line_are_one(city):
    assert _tries(city, [f"2001:db8:1:2::{n:x}" for n in range(TRIES)], **HERE)[-1] == 429


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unix:", "unix:"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_line_is_an_address_or_the_network_given_to_it(address, line):
    assert throttle.line(address) == line
