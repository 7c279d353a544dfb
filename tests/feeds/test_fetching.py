"""Fetching reaches public addresses and nothing else; a feed goes the way of every file."""

import json
import socket
import threading
import time
from contextlib import contextmanager, suppress
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy import func, select, update

from app.catalogue.models import Course, CourseStatus
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import TooManyAttempts
from app.feeds.addresses import is_public, web_address
from app.feeds.errors import AddressKnown, AddressNotAllowed
from app.feeds.fetching import NETWORK, Network, NotFetched, fetch
from app.feeds.models import FeedImport, FeedSource, ImportState, SourceKind
from app.feeds.operations import sources
from app.feeds.operations.sources import SourceFields
from app.providers.models import ProviderStatus

PUBLIC = "93.184.215.14"
HOST = "http://feeds.example"


class Site:
    """A server of the test: what it answers by path, and what it was asked."""

    def __init__(self):
        self.answers, self.asked, self.dialled = {}, [], []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                site.asked.append((self.path, dict(self.headers)))
                status, headers, body = site.answers.get(self.path, (404, {}, b""))
                if headers.get("ETag") and headers["ETag"] == self.headers.get("If-None-Match"):
                    status, body = 304, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.names = {"feeds.example": [PUBLIC]}

    def resolve(self, host, _port):
        return self.names.get(host) or [host]

    def dial(self, address, port, timeout):
        self.dialled.append((address, port))
        return socket.create_connection(self.server.server_address, timeout)

    @property
    def network(self):
        return Network(self.resolve, self.dial)


@contextmanager
def running(site):
    thread = threading.Thread(target=site.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        thread.join()
        site.server.server_close()


@pytest.fixture
def site():
    with running(Site()) as found:
        yield found


@pytest.fixture
def get(site, tmp_path):
    """Fetch a path of the site, or a whole address; what came."""

    def ask(path="/feed", **asked):
        address = path if "//" in path else f"{HOST}{path}"
        told = fetch(address, tmp_path / "came", site.network, **asked)
        return told, b"" if told.is_same else (tmp_path / "came").read_bytes()

    return ask


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),  # noqa: S104 - a test of it
        *("::1", "::", "fe80::1", "fc00::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1"),
        *("::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:1::1", "::7f00:1"),
        *("fe80::1%eth0", "no address"),
    ],
)
def test_no_inner_address_is_public(address, site, tmp_path):
    assert not is_public(address)
    site.names["feeds.example"] = [PUBLIC, address]
    with pytest.raises(NotFetched, match="not_allowed"):
        fetch(f"{HOST}/feed", tmp_path / "came", site.network)
    assert (site.dialled, site.asked) == ([], [])


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "file:///etc/passwd",
            "ftp://feeds.example/",
            "gopher://feeds.example/",
            "//feeds.example",
        ),
        *("http://u:p@feeds.example/", "http://feeds.example:22/", "http://feeds.example:99999/"),
        *(
            "http://",
            "http://feeds.example\\@x/",
            "http://feeds .example/",
            "http://[::1",
            "javascript:1",
        ),
        "http://feeds.example/\r\nX: y",
    ],
)
def test_other_addresses_are_not_looked_up(address, site, tmp_path, provider):
    assert web_address(address) is None
    with pytest.raises(NotFetched, match="not_allowed"):
        fetch(address, tmp_path / "came", site.network)
    with pytest.raises(AddressNotAllowed):
        sources.add_source(
            provider.id, SourceFields(name="", address=address, kind=SourceKind.JSON)
        )


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:8080/", "http://0x7f000001/", "http://2130706433/", "http://localhost/"],
)
def test_numbers_in_disguise_are_what_they_stand_for(address, site, tmp_path):
    network = Network(dial=site.dial)
    with pytest.raises(NotFetched):
        fetch(address, tmp_path / "came", network)
    assert site.dialled == []


def test_the_connection_goes_to_the_address_that_was_checked(site, get):
    site.answers["/feed"] = (200, {}, b"ok")
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    site.resolve = lambda *_: next(answers)
    assert get()[1] == b"ok"
    assert site.dialled == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:8080/", "http://169.254.169.254/", "file:///etc/passwd", "//[::1]/"],
)
def test_a_redirect_is_checked_like_the_first_address(target, site, get):
    site.answers["/feed"] = (302, {"Location": target}, b"")
    with pytest.raises(NotFetched, match="not_allowed"):
        get()
    assert len(site.asked) == 1


def test_redirects_are_followed_and_bounded(site, get):
    site.answers["/feed"] = (301, {"Location": "/new"}, b"")
    site.answers["/new"] = (200, {}, b"here")
    assert get()[1] == b"here"
    site.answers["/new"] = (302, {"Location": "/feed"}, b"")
    with pytest.raises(NotFetched, match="redirects"):
        get()


def test_size_and_time_are_bounded(site, get, monkeypatch):
    monkeypatch.setattr("app.feeds.fetching.MOST_BYTES", 1000)
    site.answers["/feed"] = (200, {}, b"x" * 1001)
    with pytest.raises(NotFetched, match="too_big"):
        get()
    monkeypatch.setattr("app.feeds.fetching.WALL_SECONDS", -1)
    site.answers["/feed"] = (200, {}, b"x")
    with pytest.raises(NotFetched, match="slow"):
        get()


def test_a_server_that_says_a_byte_now_and_then_is_left_in_time(site, tmp_path, monkeypatch):
    monkeypatch.setattr("app.feeds.fetching.WALL_SECONDS", 0.5)
    ours, theirs = socket.socketpair()

    def drip():
        theirs.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
        with suppress(OSError):
            for _byte in range(40):
                theirs.sendall(b"x")
                time.sleep(0.1)
        theirs.close()

    threading.Thread(target=drip, daemon=True).start()
    began, network = time.monotonic(), Network(site.resolve, lambda *_: ours)
    with pytest.raises(NotFetched, match="slow"):
        fetch(f"{HOST}/feed", tmp_path / "came", network)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((500, {}, b"no"), "http_500"),
        ((200, {}, b""), "empty"),
        ((200, {"Content-Encoding": "gzip"}, b"x"), "packed"),
        ((200, {"Content-Length": "10"}, b"short"), "no_answer"),
    ],
)
def test_answers_of_no_use_are_told(answer, code, site, get):
    site.answers["/feed"] = answer
    with pytest.raises(NotFetched, match=code):
        get()


def test_what_has_not_changed_is_not_sent_again(site, get):
    site.answers["/feed"] = (200, {"ETag": '"1"', "Last-Modified": "Mon"}, b"x")
    first, _body = get()
    assert (first.etag, first.modified) == ('"1"', "Mon")
    assert get(etag=first.etag, modified=first.modified)[0].is_same
    assert "Cookie" not in site.asked[-1][1]


# A feed from its address to the catalogue.

SOON = (clock.today() + timedelta(days=9)).isoformat()


def feed_of(*keys, **more):
    told = {"title_vi": "Tin học", "summary_vi": "Từ đầu.", "topic": "digital-skills", **more}
    runs = [{"run_id": "L1", "starts_on": SOON, "ends_on": SOON}]
    return json.dumps(
        {"courses": [{"course_id": key, **told, "runs": runs} for key in keys]}
    ).encode()


@pytest.fixture
def source(app, site, provider):
    """A feed that is fetched every six hours."""
    app.extensions[NETWORK] = site.network
    fields = SourceFields(
        name="Hệ thống của trường", address=f"{HOST}/feed", kind=SourceKind.JSON, every_hours=6
    )
    yield sources.add_source(provider.id, fields).id
    del app.extensions[NETWORK]


@pytest.fixture
def fetched(source, run_jobs):
    """Let the hour of the feed come; the newest import of it."""

    def run():
        db.session.execute(update(FeedSource).values(due_at=clock.now()))
        db.session.commit()
        sources.announce_due()
        run_jobs()
        db.session.expire_all()
        return db.session.scalar(select(FeedImport).order_by(FeedImport.id.desc()).limit(1))

    return run


def answer():
    db.session.expire_all()
    return db.session.scalars(select(FeedSource.answer)).one()


def test_a_feed_that_comes_waits_until_somebody_has_looked(site, fetched):
    site.answers["/feed"] = (200, {}, feed_of("K1", "K2"))
    found = fetched()
    assert (found.state, answer()) == (ImportState.READY, "came")
    assert db.session.scalar(select(func.count(Course.id))) == 0


def test_each_feed_is_fetched_once_when_its_hour_comes(site, fetched, source):
    site.answers["/feed"] = (200, {}, feed_of("K1"))
    fetched()
    sources.announce_due()
    due = db.session.get_one(FeedSource, source).due_at
    assert due - clock.now() > timedelta(hours=5)
    assert len(site.asked) == 1


def test_what_fails_is_told_and_tried_again_in_an_hour(site, fetched, source):
    assert fetched() is None
    assert answer() == "http_404"
    assert db.session.get_one(FeedSource, source).due_at - clock.now() < timedelta(hours=2)


def test_a_feed_applies_itself_only_where_it_may(site, fetched, source):
    db.session.execute(update(FeedSource).values(applies_itself=True))
    db.session.commit()
    keys = [f"K{n}" for n in range(10)]
    site.answers["/feed"] = (200, {}, feed_of(*keys))
    assert fetched().state is ImportState.APPLIED
    assert fetched().file_name == "Hệ thống của trường"
    assert answer() == "same"
    site.answers["/feed"] = (200, {}, feed_of(*keys[1:]))
    assert fetched().state is ImportState.APPLIED
    withdrawn = select(func.count(Course.id)).where(Course.status == CourseStatus.WITHDRAWN)
    assert db.session.scalar(withdrawn) == 1
    site.answers["/feed"] = (200, {}, feed_of("K1"))
    assert fetched().state is ImportState.READY
    assert db.session.scalar(withdrawn) == 1
    site.answers["/feed"] = (200, {}, feed_of(*keys, topic="?"))
    assert fetched().state is ImportState.ERRORS


def test_another_kind_than_the_one_chosen_is_refused(site, fetched):
    site.answers["/feed"] = (200, {}, b"course_id,title_vi,topic\nK1,T,health\n")
    assert fetched().refusal["code"] == "other_kind"


def test_feeds_of_who_is_not_at_work_are_not_fetched(site, fetched, provider):
    provider.status = ProviderStatus.CLOSED
    db.session.commit()
    assert fetched() is None
    assert site.asked == []


def test_an_address_is_written_down_once(provider, source):
    fields = SourceFields(name="", address=f"{HOST}/feed", kind=SourceKind.JSON)
    with pytest.raises(AddressKnown):
        sources.add_source(provider.id, fields)


def test_nothing_is_fetched_in_a_transaction(site, fetched, source, app):
    site.answers["/feed"] = (200, {}, feed_of("K1"))
    seen = []

    def dial(*given):
        seen.append(db.session().in_transaction())
        return site.dial(*given)

    app.extensions[NETWORK] = Network(site.resolve, dial)
    fetched()
    assert seen == [False]


def test_nobody_keeps_the_worker_busy_by_asking_again_and_again(source):
    for _time in range(sources.ASKED_AN_HOUR):
        sources.fetch_soon(source)
    with pytest.raises(TooManyAttempts):
        sources.fetch_soon(source)


def test_the_pages_of_feeds(client, provider, source, site, run_jobs):
    from tests.factories import StaffFactory  # noqa: PLC0415

    client.sign_in(StaffFactory(provider=provider).account)
    base = "/vi/provider/hoa-sen"
    wrong = client.send(
        f"{base}/feeds/new", {"address": "http://10.0.0.1:22/", "kind": "json", "topic": ""}, 422
    )
    assert "Không được dùng địa chỉ này" in wrong.get_data(as_text=True)
    told = {"address": "https://b.example/x.xml", "kind": "xcri", "topic": "health"}
    client.send(f"{base}/feeds/new", {**told, "every_hours": "12", "applies_itself": "y"})
    listed = client.page(f"{base}/imports").text
    assert "12 giờ một lần" in listed
    client.send(f"{base}/feeds/{source}/fetch", page=f"{base}/imports")
    run_jobs()
    assert "HTTP 404" in client.page(f"{base}/feeds/{source}").text
    client.send(f"{base}/feeds/{source}/remove", page=f"{base}/imports")
    assert client.get(f"{base}/feeds/{source}").status_code == 404


def test_fields_are_locked_on_a_page_of_the_course(client, provider, source):
    from tests.factories import CourseFactory, StaffFactory  # noqa: PLC0415

    client.sign_in(StaffFactory(provider=provider).account)
    course = CourseFactory(provider=provider)
    address = f"/vi/provider/hoa-sen/courses/{course.id}/feed"
    client.send(address, {"field": ["title_vi", "fee", "nonsense"]})
    ticked = {box["value"] for box in client.page(address).select("input[checked]")}
    assert ticked == {"title_vi", "fee"}
    other = CourseFactory()
    assert client.get(address.replace(str(course.id), str(other.id))).status_code == 404


def test_two_workers_fetch_a_feed_once(source, at_once):
    db.session.execute(update(FeedSource).values(due_at=clock.now()))
    db.session.commit()
    at_once([sources.announce_due] * 3)
    with transaction() as session:
        from app.core.jobs import Job  # noqa: PLC0415

        assert session.scalar(select(func.count(Job.id))) == 1
