"""Fetching a feed from an address that a provider wrote down, and from nowhere else.

The name is looked up once, every address it has is checked, and the connection goes to one of those
that were checked: a name that answers differently the next moment changes nothing. Each redirect
begins anew. No proxy, no cookie, no password; bounded in size and time.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer
from urllib.parse import SplitResult, urljoin

from flask import current_app

from app.feeds.addresses import PORTS, is_public, web_address

MOST_BYTES = 20 * 1024**2
MOST_REDIRECTS = 3
STEP_SECONDS = 5.0
WALL_SECONDS = 60.0
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _SAME = 200, 304
Resolve = Callable[[str, int], list[str]]
Dial = Callable[[str, int, float], socket.socket]


NETWORK = "feed_network"


class NotFetched(Exception):
    """Why nothing came; `code` is kept with the source."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


def _dial(address: str, port: int, timeout: float) -> socket.socket:
    return socket.create_connection((address, port), timeout)


@dataclass(frozen=True, slots=True)
class Network:
    """How names are looked up and connections made."""

    resolve: Resolve = _resolve
    dial: Dial = _dial
    trusted: ssl.SSLContext = field(default_factory=ssl.create_default_context)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came; `is_same` when the server says that nothing has changed."""

    etag: str = ""
    modified: str = ""
    is_same: bool = False


def network() -> Network:
    """How this installation reaches others; an extension of the application may say so."""
    found = current_app.extensions.get(NETWORK)
    return found if isinstance(found, Network) else Network()


def fetch(
    address: str, into: Path, network: Network, *, etag: str = "", modified: str = ""
) -> Fetched:
    """Fetch into a file.

    Args:
        etag: of what came the last time; with `modified`, so that the same is not sent again.

    Raises:
        NotFetched: as its code says.
    """
    asked = {"If-None-Match": etag, "If-Modified-Since": modified}
    ends = time.monotonic() + WALL_SECONDS
    for _redirect in range(MOST_REDIRECTS + 1):
        parts = web_address(address)
        if parts is None:
            raise NotFetched(code="not_allowed")
        try:
            answer = _ask(parts, asked, into, network, ends)
        except (TimeoutError, socket.gaierror) as error:
            code = "slow" if isinstance(error, TimeoutError) else "unknown_host"
            raise NotFetched(code) from error
        except ssl.SSLError as error:
            raise NotFetched(code="certificate") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotFetched(code="no_answer") from error
        if isinstance(answer, Fetched):
            return answer
        address = urljoin(address, answer)
    raise NotFetched(code="redirects")


def _ask(
    parts: SplitResult, asked: dict[str, str], into: Path, network: Network, ends: float
) -> Fetched | str:
    """What came, or where it is said to be."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    found = network.resolve(host, port)
    if not found or not all(map(is_public, found)):
        raise NotFetched(code="not_allowed")
    plain = network.dial(found[0], port, STEP_SECONDS)
    with closing(plain):
        connection = http.client.HTTPConnection(host, port, timeout=STEP_SECONDS)
        connection.sock = plain
        if parts.scheme == "https":  # the handshake takes its time like everything else
            connection.sock = network.trusted.wrap_socket(
                plain, server_hostname=host, do_handshake_on_connect=False
            )
        with closing(connection), _hung_up_at(ends, connection.sock) as held:
            if isinstance(held, ssl.SSLSocket):
                held.do_handshake()
            connection.request("GET", _target(parts), headers=_headers(parts, asked))
            return _answer(connection.getresponse(), into, ends)


@contextmanager
def _hung_up_at(ends: float, held: socket.socket) -> Iterator[socket.socket]:
    """Whoever says a byte now and then never lets a reading time out: the line is cut for all.

    Raises:
        NotFetched: slow, whatever had come by then.
    """
    timer = Timer(max(ends - time.monotonic(), 0.0), _hang_up, (held,))
    timer.daemon = True
    timer.start()
    try:
        yield held
    except Exception as error:
        if time.monotonic() > ends:
            raise NotFetched(code="slow") from error
        raise
    finally:
        timer.cancel()
    if time.monotonic() > ends:
        raise NotFetched(code="slow")


def _hang_up(held: socket.socket) -> None:
    """The reader meets the end of the stream; of a safe line the cipher is left alone."""
    with suppress(OSError):
        socket.socket.shutdown(held, socket.SHUT_RDWR)


def _target(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _headers(parts: SplitResult, asked: dict[str, str]) -> dict[str, str]:
    told = {
        "Host": parts.netloc,
        "Accept": "application/json, application/ld+json, application/xml, text/csv, */*;q=0.1",
        "Accept-Encoding": "identity",
        "User-Agent": "PhoHoc-feeds/1",
        "Connection": "close",
    }
    return told | {name: value for name, value in asked.items() if value}


def _answer(response: http.client.HTTPResponse, into: Path, ends: float) -> Fetched | str:
    if response.status == _SAME:
        return Fetched(is_same=True)
    if response.status in _REDIRECTS and response.headers.get("Location"):
        return str(response.headers["Location"])
    if response.status != _OK:
        raise NotFetched(code=f"http_{response.status}")
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise NotFetched(code="packed")
    _save(response, into, ends)
    told = response.headers
    return Fetched(told.get("ETag", "")[:300], told.get("Last-Modified", "")[:100])


def _save(response: http.client.HTTPResponse, into: Path, ends: float) -> None:
    size = 0
    with into.open("wb") as file:
        while part := response.read1(_CHUNK):
            size += len(part)
            if size > MOST_BYTES:
                raise NotFetched(code="too_big")
            if time.monotonic() > ends:
                raise NotFetched(code="slow")
            file.write(part)
    if response.length not in (None, 0):
        raise NotFetched(code="no_answer")
    if size == 0:
        raise NotFetched(code="empty")
