"""What every answer carries, and how little of it travels."""

import gzip

import brotli
import pytest

from app import create_app
from app.core import assets
from app.core.config import Settings
from tests.client import Client
from tests.factories import AccountFactory

pytestmark = pytest.mark.on_any_database

EXPECTED = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}


def static(name="app.css") -> str:
    return assets.url(name)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/", 302),
        ("GET", "/vi/", 200),
        ("HEAD", "/vi/", 200),
        ("GET", "/en/sign-in", 200),
        ("GET", "/vi/khong-co", 404),
        ("GET", "/static/build/khong-co.css", 404),
        ("GET", "static", 200),
        ("GET", "/healthz", 200),
        ("POST", "/vi/sign-in", 400),
        ("DELETE", "/vi/", 405),
        ("GET", "/vi/staff/", 302),
    ],
)
def test_every_answer_carries_the_same_protection(client, method, address, status):
    answer = client.open(static() if address == "static" else address, method=method)
    if status != 302:
        assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in EXPECTED} == EXPECTED
    for name in EXPECTED:
        assert len(answer.headers.getlist(name)) == 1
    assert answer.headers["X-Request-ID"]


def test_in_production_browsers_are_told_to_come_by_https_only(app, environment, tmp_path):
    key = tmp_path / "person.key"
    key.write_bytes(b"k" * 32)
    city = {"APP_ENV": "production", "BASE_URL": "https://hoc.example.vn", "KEY_FILE": str(key)}
    served = create_app(Settings.from_env(environment | city))
    answer = Client(served, served.response_class).get(
        "/vi/sign-in", headers={"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    )
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain=" not in cookie


def test_pages_for_visitors_need_no_cookie_and_are_not_sent_twice(client):
    first = client.get("/vi/")
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == "no-cache"
    again = client.get("/vi/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == EXPECTED["Content-Security-Policy"]


def test_personal_pages_are_kept_nowhere_and_not_compressed(client):
    client.sign_in(AccountFactory())
    for address in ("/vi/", "/vi/sign-in", "/vi/help"):
        answer = client.get(address, headers={"Accept-Encoding": "br, gzip"})
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]
        assert "Content-Encoding" not in answer.headers
        assert "ETag" not in answer.headers


def test_a_page_with_a_token_is_kept_nowhere(client):
    answer = client.get("/vi/sign-in")
    assert "Set-Cookie" in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, deflate, br;q=0", "gzip", gzip.decompress),
        ("", None, bytes),
        ("identity", None, bytes),
    ],
)
@pytest.mark.parametrize("what", ["page", "style"])
def test_answers_are_packed_as_the_browser_can_read_them(client, what, accepted, encoding, unpack):
    address = "/vi/help" if what == "page" else static()
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": accepted})
    assert packed.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert unpack(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    if encoding:
        assert packed.headers["ETag"] != plain.headers["ETag"]
        assert len(packed.data) < len(plain.data) / 2
    assert packed.headers["Content-Type"].startswith("text/")


def test_built_files_are_kept_for_ever(client):
    for name in assets.manifest(assets.BUILD).values():
        answer = client.get(assets.ADDRESS + name)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        again = client.get(assets.ADDRESS + name, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize(
    "name",
    [
        "manifest.json",
        "OFL.txt",
        "../app.css",
        "%2e%2e/app.css",
        "..%2f..%2fconfig.py",
        ".app.css",
        "app.css",
    ],
)
def test_nothing_but_built_files_is_served(client, name):
    assert client.get(f"/static/build/{name}").status_code == 404


@pytest.mark.parametrize("name", ["app.css", "app.js", "build/"])
def test_sources_are_not_served(client, name):
    assert client.get(f"/static/{name}").status_code == 404
