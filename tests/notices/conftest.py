"""A mail relay and a text gateway of the tests' own, to which the application is connected."""

import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from app.core import clock
from app.core.db import db
from app.core.jobs import Job
from app.notices.models import Medium, Message


class Relay:
    """Keeps what it accepts, on one port all the time; `before` is called with each letter."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.letters: list[EmailMessage] = []
        self.before: Callable[[], None] = lambda: None
        self._server: Controller | None = None

    def start(self) -> None:
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 - aiosmtpd's
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        self.before()
        return "250 kept"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@dataclass
class Gateway:
    """Takes texts, or answers with an error while it is told to."""

    taken: list[dict[str, str]] = field(default_factory=list)
    status: int = 200
    url: str = ""

    @property
    def texts(self) -> list[str]:
        return [each["text"] for each in self.taken]


@pytest.fixture
def relay():
    ours = Relay()
    ours.start()
    yield ours
    ours.stop()


@pytest.fixture
def gateway():
    ours = Gateway()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if ours.status == 200:
                ours.taken.append(text)
            self.send_response(ours.status)
            self.end_headers()

        def log_message(self, *_):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ours.url = f"http://127.0.0.1:{server.server_port}/send"
    yield ours
    server.shutdown()
    server.server_close()


@pytest.fixture
def connected(app, relay, gateway):
    """The application sends to the relay and the gateway of this test."""
    before = app.extensions["settings"]
    app.extensions["settings"] = replace(before, smtp_url=relay.url, sms_url=gateway.url)
    yield
    app.extensions["settings"] = before


@pytest.fixture
def texts(run_jobs):
    """`texts(step)`: the texts that a step causes, in the order in which they were written."""

    def after(step=lambda: None) -> list[str]:
        run_jobs()
        before = set(db.session.scalars(select(Message.id)))
        db.session.rollback()
        step()
        run_jobs()
        rows = select(Message).where(Message.medium == Medium.SMS).order_by(Message.id)
        new = [each.body for each in db.session.scalars(rows) if each.id not in before]
        db.session.rollback()
        return new

    return after


@pytest.fixture
def due_now(run_jobs):
    """Run everything, also what waits for another try."""

    def run() -> None:
        db.session.rollback()
        db.session.execute(update(Job).values(due_at=clock.now()))
        db.session.commit()
        run_jobs()

    return run
