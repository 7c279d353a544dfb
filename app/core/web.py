"""What every page has: language, request id, security headers, shared template names."""

import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, redirect, request, session, url_for
from markupsafe import Markup, escape
from werkzeug.routing import BuildError, IntegerConverter
from werkzeug.wrappers import Response

from app.core import access, assets, delivery, formats, gate, i18n, logs
from app.core import db as database
from app.core.access import View
from app.core.config import Settings
from app.core.gate import SAFE_METHODS
from app.core.i18n import Bilingual
from app.core.slugs import slug_of

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=()",
    "X-Frame-Options": "DENY",
}
_HTTPS_ONLY = "max-age=31536000; includeSubDomains"
DISPLAY_COOKIE = "display"
LANGUAGE_COOKIE = "lang"
A_YEAR = timedelta(days=365)


class Id(IntegerConverter):
    """A whole number that fits a database key."""

    def __init__(self, map: Any) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, min=1, max=2**31 - 1)


@dataclass(frozen=True, slots=True)
class Display:
    """How this reader wants pages to look; kept in a cookie of their own choice."""

    text: str = "100"
    scheme: str = "auto"

    TEXTS = ("100", "125", "150")
    SCHEMES = ("auto", "light", "dark", "contrast")

    @classmethod
    def read(cls, cookie: str) -> "Display":
        text, _, scheme = cookie.partition("-")
        return cls(
            text if text in cls.TEXTS else "100", scheme if scheme in cls.SCHEMES else "auto"
        )


def install(app: Flask, settings: Settings) -> None:
    """Hook the shared behaviour into the application."""
    app.url_map.converters["id"] = Id
    app.before_request(_begin)
    gate.install(app)
    app.after_request(_finish)
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)
    app.context_processor(_page_names)
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.filters.update(
        date=formats.long_date,
        short_date=formats.short_date,
        time=formats.clock_time,
        datetime=formats.date_time,
        number=formats.number,
        money=formats.money,
        phone=formats.phone,
        bilingual=marked,
        paragraphs=paragraphs,
        slug=slug_of,
    )
    app.jinja_env.globals.update(
        asset=assets.url,
        fonts=assets.font_urls,
        hotline=settings.hotline,
        owns=access.owns,
        edits=access.edits,
        is_suspended=access.is_suspended,
        teaches=access.teaches,
    )


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if given.isalnum() and len(given) <= 40 else secrets.token_hex(8)  # noqa: PLR2004
    g.began = time.perf_counter()
    _allow_files()
    database.announce_writing(intent=request.method not in SAFE_METHODS)


def takes_files(most: int) -> Callable[[View], View]:
    """Below one of the access decorators: requests to this view may have so many bytes."""

    def mark(view: View) -> View:
        view.most_bytes = most  # type: ignore[attr-defined]  # read by `_allow_files`
        return view

    return mark


def _allow_files() -> None:
    """Before anything reads the body."""
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "most_bytes", None)
    if most is not None:
        request.max_content_length = most


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault("Strict-Transport-Security", _HTTPS_ONLY)
    response.headers["X-Request-ID"] = g.get("request_id", "")
    _remember_language(response)
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if _is_personal() else "no-cache"
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
    delivery.pack(response)
    if request.endpoint != "static":
        _log(response)
    return response


def _log(response: Response) -> None:
    took = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000)
    what = {"method": request.method, "path": logs.address(), "status": response.status_code}
    log.info("request", extra={**what, "ms": took})


def _remember_language(response: Response) -> None:
    """Keep the language a reader has switched to; other visits set no cookie."""
    came_from = urlsplit(request.referrer or "").path.split("/", 2)
    language = _language_of_path()
    if language is None or request.method != "GET" or len(came_from) < 2:  # noqa: PLR2004 - "" and language
        return
    if came_from[1] == i18n.other_language(language):
        response.set_cookie(
            LANGUAGE_COOKIE, language, max_age=A_YEAR, samesite="Lax", secure=request.is_secure
        )


def _is_personal() -> bool:
    """Whether the answer was made for this one browser: it then may not be kept anywhere."""
    name = current_app.config["SESSION_COOKIE_NAME"]
    return request.method not in SAFE_METHODS or name in request.cookies or session.modified


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    language = (values or {}).pop("lang", None)
    g.lang = language or _language_of_path() or request.cookies.get(LANGUAGE_COOKIE)
    if g.lang not in i18n.LANGUAGES:
        g.lang = i18n.DEFAULT


def _language_of_path() -> str | None:
    """Pages that do not exist still answer in the language of their address."""
    first = request.path.split("/", 2)[1]
    return first if first in i18n.LANGUAGES else None


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    if current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values.setdefault("lang", i18n.current_language())


def page_url(language: str) -> str:
    """The same page in that language, path and query kept; relative to the site."""
    if request.endpoint is None or request.view_args is None or gate.is_too_long():
        return f"/{language}/"
    try:
        path = url_for(request.endpoint, **{**request.view_args, "lang": language})
    except BuildError:
        return f"/{language}/"
    if not path.startswith(f"/{language}/"):
        return f"/{language}/"
    query = request.query_string.decode("utf-8", "replace")
    return f"{path}?{query}" if query and request.method == "GET" else path


def absolute(path: str) -> str:
    """The public address of a path; never built from the Host header."""
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url + path


def _page_names() -> dict[str, Any]:
    settings: Settings = current_app.extensions["settings"]
    language = i18n.current_language()
    site = Bilingual(settings.site_name_vi, settings.site_name_en)
    path = urlsplit(page_url(language)).path
    return {
        "lang": language,
        "other_lang": i18n.other_language(language),
        "other_url": page_url(i18n.other_language(language)),
        "alternates": {each: absolute(page_url(each)) for each in i18n.LANGUAGES},
        "canonical_url": absolute(path),
        "site_name": site.text(),
        "actor": access.actor(),
        "display": Display.read(request.cookies.get(DISPLAY_COOKIE, "")),
        "save_data": request.headers.get("Save-Data", "") == "on",
    }


def marked(value: Bilingual | str) -> Markup:
    """The text in the page's language; text in the other one is wrapped in its `lang`."""
    if not isinstance(value, Bilingual):
        return escape(value)
    if not value.is_fallback:
        return escape(value.text())
    return Markup('<span lang="{}">{}</span>').format(value.language(), value.text())


def paragraphs(value: Bilingual | str) -> Markup:
    """Plain text with its line breaks as paragraphs."""
    text = value.text() if isinstance(value, Bilingual) else value
    lines = Markup("").join(
        Markup("<p>{}</p>").format(line) for line in text.splitlines() if line.strip()
    )
    if isinstance(value, Bilingual) and value.is_fallback:
        return Markup('<div lang="{}">{}</div>').format(value.language(), lines)
    return lines


def read_first() -> None:
    """Let others write while this form is read: the lock is taken when the operation begins."""
    database.announce_writing(intent=False)


def see_other(endpoint: str, **values: Any) -> Response:
    """After a change the browser is sent to a page it can reload."""
    return redirect(url_for(endpoint, **values), 303)
