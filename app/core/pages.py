"""Answers to what went wrong, in the reader's language, and the addresses for monitors."""

import logging
from http import HTTPStatus

from flask import Blueprint, Flask, current_app, g, jsonify, make_response, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.core import access, keys, logs
from app.core.db import db
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.i18n import lazy as _

log = logging.getLogger(__name__)
bp = Blueprint("pages", __name__)

_RESEND = _("Go back, reload the page and send the form again.")
_OTHER_ACCOUNT = _("Sign in with another account, or ask the person who gave you yours.")
_FIND = _("Search for what you want to learn.")
_FAILED = _("Nothing you sent was stored. Try again in a few minutes, or call us.")

WORDS: dict[int, tuple[str, str]] = {
    400: (_("We could not read that"), _RESEND),
    403: (_("This page is not for your account"), _OTHER_ACCOUNT),
    404: (
        _("There is no such page"),
        _("Check the address, or search for what you want to learn."),
    ),
    405: (
        _("This address cannot be used like that"),
        _("Go back and use the buttons on the page."),
    ),
    409: (_("This has changed meanwhile"), _("Go back, reload the page and look at it again.")),
    410: (_("This is no longer here"), _FIND),
    413: (_("That is too large"), _("Send a smaller file or a shorter text.")),
    415: (_("We could not read that"), _RESEND),
    422: (
        _("Something in the form needs a correction"),
        _("Go back and check what you typed."),
    ),
    429: (_("Too many attempts"), _("Wait 15 minutes and try again, or call us.")),
    500: (_("Something went wrong on our side"), _FAILED),
    503: (_("We are busy"), _FAILED),
}
_SECONDS_TO_WAIT = {429: 15 * 60, 503: 60}


def install(app: Flask) -> None:
    """Every error becomes a page; nothing technical is shown."""
    app.register_blueprint(bp)
    app.after_request(_say_when)
    app.register_error_handler(CSRFError, lambda _error: page(HTTPStatus.BAD_REQUEST))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(StaleDataError, lambda _error: _refusal(ChangedMeanwhile()))
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _broken)


def page(status: int, reason: str = "") -> Response:
    """The error page of this status; `reason` replaces the general advice."""
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    title, advice = WORDS.get(status, WORDS[500 if is_ours else 400])
    html = render_template("errors/error.html", title=title, advice=reason or advice, status=status)
    answer = make_response(html, status)
    answer.cache_control.no_store = True
    return answer


def _say_when(answer: Response) -> Response:
    """Programs read it too: when it is worth trying again."""
    if answer.status_code in _SECONDS_TO_WAIT:
        answer.retry_after = _SECONDS_TO_WAIT[answer.status_code]
    return answer


def _http(error: HTTPException) -> Response:
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    answer = page(code)
    answer.headers.extend(_kept(error))
    return answer


def _kept(error: HTTPException) -> list[tuple[str, str]]:
    """What the standard wants beside the status: Allow, Content-Range and the like."""
    return [(k, v) for k, v in error.get_headers() if k.lower() != "content-type"]


def _refusal(error: DomainError) -> Response:
    return page(error.status, str(error.message))


def _busy(error: OperationalError) -> Response:
    log.error("database unavailable", extra={"reason": str(error.orig)})
    return _without_database(HTTPStatus.SERVICE_UNAVAILABLE)


def _broken(error: Exception) -> Response:
    log.error("unexpected error", exc_info=error, extra={"path": logs.address()})
    return _without_database(HTTPStatus.INTERNAL_SERVER_ERROR)


def _without_database(status: int) -> Response:
    """Asking who is there would need the very database that may be the reason."""
    db.session.rollback()
    g.setdefault("actor", access.VISITOR)
    return page(status)


@bp.get("/healthz")
@access.public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@access.public
def readyz() -> tuple[Response, int]:
    """The database answers a query, its schema is there, and so are the keys.

    With what the packages tell of themselves, for a monitor.
    """
    try:
        db.session.execute(text("SELECT count(*) FROM begun_days"))
    except SQLAlchemyError as error:
        log.warning("not ready", extra={"reason": str(error)})
        db.session.rollback()
        return jsonify(status="database unavailable"), HTTPStatus.SERVICE_UNAVAILABLE
    if not keys.are_here():
        return jsonify(status="a key file is missing"), HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify(status="ok", **_told()), HTTPStatus.OK


@bp.get("/metrics")
@access.public
def metrics() -> Response:
    """The numbers of `readyz`, one on each line, as Prometheus and its like read them."""
    lines = [
        f"# TYPE phohoc_{package}_{name} gauge\nphohoc_{package}_{name} {number}\n"
        for package, numbers in _told().items()
        for name, number in numbers.items()
    ]
    answer = make_response("".join(lines))
    answer.mimetype = "text/plain"
    return answer


def _told() -> dict[str, dict[str, int]]:
    """What the packages tell of themselves."""
    return {name: tell() for name, tell in current_app.extensions["gauges"].items()}
