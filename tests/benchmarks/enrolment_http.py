"""Forms sent to the running web server, by a client that costs next to nothing.

Every hundred forms come from an address of their own on this machine's loopback, because one
address may send only so many.
"""

import os
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

from app.core.config import Settings
from app.home import server

_FORMS_OF_ONE_ADDRESS = 100
_PATIENCE = 60
_BUSY = b"HTTP/1.1 503"
_TICKS = os.sysconf("SC_CLK_TCK")
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
_addresses = count(256)


@dataclass(frozen=True, slots=True)
class Form:
    """One form for one run, as a browser sends it."""

    run_id: int
    answers: dict[str, str]

    def anew(self, form_key: str) -> "Form":
        """The same answers on a form that was opened anew."""
        return Form(self.run_id, self.answers | {"form_key": form_key})


@dataclass(frozen=True, slots=True)
class Site:
    """A running web server, and a browser that has opened its form."""

    port: int
    process: int
    token: str
    cookie: str
    busy: Iterator[int] = field(default_factory=count)
    """Counts forms that were sent again because the database was too busy."""

    def send(self, forms: Sequence[Form], connections: int, status: int) -> float:
        """Send these forms over so many connections; seconds."""
        raw = [self._request(form) for form in forms]
        shares = [raw[n::connections] for n in range(connections)]
        with ThreadPoolExecutor(connections) as pool:
            began = time.perf_counter()
            list(pool.map(self._send, shares, [status] * connections))
            return time.perf_counter() - began

    def cpu(self) -> float:
        """Seconds of CPU the server's processes have used."""
        return sum(_cpu(pid) for pid in _family(self.process))

    def _request(self, form: Form) -> bytes:
        body = urlencode({"csrf_token": self.token, **form.answers}).encode()
        head = (
            f"POST /vi/runs/{form.run_id}/enrol HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Cookie: {self.cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _send(self, requests: Sequence[bytes], status: int) -> None:
        for first in range(0, len(requests), _FORMS_OF_ONE_ADDRESS):
            with self._connection() as line:
                for request in requests[first : first + _FORMS_OF_ONE_ADDRESS]:
                    answer = _ask(line, request)
                    while answer.startswith(_BUSY):
                        next(self.busy)
                        answer = _ask(line, request)
                    assert answer.startswith(f"HTTP/1.1 {status}".encode()), answer[:2000].decode()

    def _connection(self) -> socket.socket:
        number = next(_addresses)
        address = f"127.{1 + (number >> 16)}.{number >> 8 & 255}.{number & 255}"
        line = socket.create_connection(("127.0.0.1", self.port), _PATIENCE, (address, 0))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line


@contextmanager
def site(environment: dict[str, str], run_id: int, program: str = "wsgi:app") -> Iterator[Site]:
    """The web server as `flask serve` starts it, without the worker of the jobs."""
    port = _free_port()
    given = {**os.environ, **environment, "PORT": str(port)}
    web = server._children(Settings.from_env(given), "127.0.0.1")[0]
    process = subprocess.Popen(
        [*web.command[:-1], program], cwd=web.folder, env=given, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await(port)
        yield _opened(port, process.pid, run_id)
    finally:
        process.terminate()
        process.wait(_PATIENCE)


def _opened(port: int, process: int, run_id: int) -> Site:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/vi/runs/{run_id}/enrol") as answer:
        token = _TOKEN.search(answer.read())
        assert token
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    return Site(port, process, token[1].decode(), cookie)


def _ask(line: socket.socket, request: bytes) -> bytes:
    """The whole of the answer."""
    line.sendall(request)
    found = b""
    while b"\r\n\r\n" not in found:
        found += line.recv(65536)
    head, _, body = found.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    assert length, head
    while len(body) < int(length[1]):
        body += line.recv(65536)
    return head + body


def _await(port: int) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz").close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = "the web server does not answer"
    raise TimeoutError(message)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _family(pid: int) -> list[int]:
    """A process and all that come from it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in _family(int(child)))]


def _cpu(pid: int) -> float:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / _TICKS
