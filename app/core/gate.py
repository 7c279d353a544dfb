"""Before any view: what no page of ours sends is refused, addresses are put right."""

from http import HTTPStatus
from itertools import chain
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, abort, redirect, request
from werkzeug.routing import RequestRedirect
from werkzeug.sansio.utils import host_is_trusted
from werkzeug.wrappers import Response

from app.core import config

LONGEST_ADDRESS = 8000
"""Characters of path and query; every filter of a search set at once stays far below."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = ("same-origin", "none")  # none: typed, or opened from a bookmark
_THIS_MACHINE = ("127.0.0.1", "localhost")  # whoever checks the server's health


def install(app: Flask) -> None:
    app.before_request(_refuse)
    app.before_request(_correct)


def is_too_long() -> bool:
    """Whether the address is too long to be repeated in a page."""
    return len(request.path) + len(request.query_string) > LONGEST_ADDRESS


def _refuse() -> None:
    if "\0" in request.path:
        abort(HTTPStatus.NOT_FOUND)
    if not _is_for_us() or _holds_nul() or _comes_from_elsewhere():
        abort(HTTPStatus.BAD_REQUEST)
    if is_too_long():
        abort(HTTPStatus.REQUEST_URI_TOO_LONG)


def _correct() -> Response | None:
    """To the right spelling of an address; the router would write the host of the request in it."""
    found = request.routing_exception
    if not isinstance(found, RequestRedirect):
        return None
    target = urlsplit(found.new_url)
    path = f"/{target.path.lstrip('/')}"
    return redirect(urlunsplit(("", "", path, target.query, "")), found.code)


def _is_for_us() -> bool:
    """In production only the public host name is answered: addresses may be built from it."""
    settings = config.current()
    if not settings.is_production:
        return True
    public = urlsplit(settings.base_url).hostname or ""
    return host_is_trusted(request.host, (public, *_THIS_MACHINE))


def _holds_nul() -> bool:
    """No text has this character, and PostgreSQL takes none that has."""
    pairs = (*request.args.items(multi=True), *request.form.items(multi=True))
    return any("\0" in text for text in chain.from_iterable(pairs))


def _comes_from_elsewhere() -> bool:
    """Whether the browser says that another site sends this change; old browsers say nothing."""
    if request.method in SAFE_METHODS:
        return False
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None:
        return site not in _OURS
    public = urlsplit(config.current().base_url)
    here = (request.host_url.rstrip("/"), f"{public.scheme}://{public.netloc}")
    return origin is not None and origin not in here
