"""How pages and files travel: small, and not twice."""

import gzip

import brotli
from flask import Flask, abort, request, send_from_directory
from werkzeug.wrappers import Response

from app.core import assets

_SUFFIXES = {"br": ".br", "gzip": ".gz"}  # the better encoding first
_MIMETYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "png": "image/png",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
}
_PACKABLE = frozenset({"text/html", "text/calendar", "application/json", "application/xml"})
_WORTH_IT = 600
_YEAR = 365 * 24 * 60 * 60


def install(app: Flask) -> None:
    """Serve the built files; nothing else under app/static is reachable."""
    app.add_url_rule(f"{assets.ADDRESS}<path:name>", endpoint="static", view_func=_file)


def _file(name: str) -> Response:
    """A built file, from the twin packed at set-up; its name changes with its content."""
    if name not in assets.manifest(assets.BUILD).values():
        abort(404)
    encoding = _best_encoding()
    packed = name + _SUFFIXES.get(encoding, "")
    if not (assets.BUILD / packed).is_file():
        encoding, packed = "", name
    answer = send_from_directory(
        assets.BUILD,
        packed,
        mimetype=_MIMETYPES[name.rpartition(".")[2]],
        max_age=_YEAR,
        etag=packed,
    )
    answer.cache_control.public = True
    answer.cache_control.immutable = True
    answer.vary.add("Accept-Encoding")
    for needless in ("Content-Disposition", "Expires"):
        del answer.headers[needless]
    if encoding:
        answer.content_encoding = encoding
    return answer


def _best_encoding() -> str:
    accepted = request.accept_encodings
    return next((each for each in _SUFFIXES if accepted[each]), "")


def pack(answer: Response) -> None:
    """Compress an answer that is the same for everybody, and spare whoever has it already.

    Personal answers stay as they are: compressed secrets beside text of a stranger's choice can be
    guessed by the length of the whole.
    """
    if answer.status_code != 200 or answer.is_streamed or answer.direct_passthrough:  # noqa: PLR2004
        return
    if answer.mimetype not in _PACKABLE or answer.cache_control.no_store:
        return
    answer.add_etag()
    answer.vary.add("Accept-Encoding")
    encoding = _best_encoding()
    content = answer.get_data()
    if encoding and len(content) > _WORTH_IT:
        answer.set_etag(f"{answer.get_etag()[0]}-{encoding}")
        packed = (
            brotli.compress(content, quality=5)
            if encoding == "br"
            else gzip.compress(content, 6, mtime=0)
        )
        answer.set_data(packed)
        answer.content_encoding = encoding
    answer.make_conditional(request)
