"""A mail relay and a gateway of text messages that keep whatever they are given, repeats too."""

import json
import socket
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from aiosmtpd.controller import Controller

Received = dict[str, list[tuple[str, str]]]
"""For each address what came, as (key or Message-ID, words)."""


class Relay:
    """Of the tests' own; it listens on this machine only."""

    def __init__(self):
        self.letters: Received = defaultdict(list)

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802 - aiosmtpd's
        letter = message_from_bytes(envelope.content, policy=policy.default)
        said = (str(letter["Message-ID"]), letter.get_content())
        for address in envelope.rcpt_tos:
            self.letters[address].append(said)
        return "250 kept"


@contextmanager
def relay() -> Iterator[tuple[str, Received]]:
    """Its address and what it got."""
    kept = Relay()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield f"smtp://127.0.0.1:{port}", kept.letters
    finally:
        server.stop()


@contextmanager
def gateway() -> Iterator[tuple[str, Received]]:
    """Its address and what it got."""
    texts: Received = defaultdict(list)

    class Gateway(BaseHTTPRequestHandler):
        def do_POST(self):
            text = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            texts[text["to"]].append((text["key"], text["text"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_words):
            """Nothing: the tests say what they see."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", texts
    finally:
        server.shutdown()
        server.server_close()
