"""Answers to what went wrong, in the reader's language, and the two health addresses."""

import logging
from http import HTTPStatus

from flask import Blueprint, Flask, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.core import access
from app.core.db import db
from app.core.errors import ChangedMeanwhile, DomainError
from app.core.i18n import lazy as _

log = logging.getLogger(__name__)
bp = Blueprint("pages", __name__)

WORDS: dict[int, tuple[str, str]] = {
    400: (_("We could not read that"), _("Go back, reload the page and send the form again.")),
    403: (_("This page is not for your account"), _("Sign in with another account, or ask the person who gave you yours.")),
    404: (_("There is no such page"), _("Check the address, or search for what you want to learn.")),
    405: (_("This address cannot be used like that"), _("Go back and use the buttons on the page.")),
    409: (_("This has changed meanwhile"), _("Go back, reload the page and look at it again.")),
    410: (_("This is no longer here"), _("Search for what you want to learn.")),
    413: (_("That is too large"), _("Send a smaller file or a shorter text.")),
    415: (_("We could not read that"), _("Go back, reload the page and send the form again.")),
    422: (_("Something in the form needs a correction"), _("Go back and check what you typed.")),
    429: (_("Too many attempts"), _("Wait 15 minutes and try again, or call us.")),
    500: (_("Something went wrong on our side"), _("Nothing you sent was stored. Try again in a few minutes, or call us.")),
    503: (_("We are busy"), _("Nothing you sent was stored. Try again in a minute, or call us.")),
}


def install(app: Flask) -> None:
    """Every error becomes a page; nothing technical is shown."""
    app.register_blueprint(bp)
    app.register_error_handler(CSRFError, lambda _error: page(HTTPStatus.BAD_REQUEST))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(StaleDataError, lambda _error: _refusal(ChangedMeanwhile()))
    app.register_error_handler(OperationalError, _busy)
    app.register_error_handler(Exception, _broken)


def page(status: int, reason: str = "") -> tuple[str, int]:
    """The error page of this status; `reason` replaces the general advice."""
    title, advice = WORDS.get(status, WORDS[500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400])
    return render_template("errors/error.html", title=title, advice=reason or advice, status=status), status


def _http(error: HTTPException) -> tuple[str, int] | Response:
    code = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    return page(code)


def _refusal(error: DomainError) -> tuple[str, int]:
    return page(error.status, str(error.message))


def _busy(error: OperationalError) -> tuple[str, int]:
    log.error("database unavailable", extra={"reason": str(error.orig)})
    db.session.rollback()
    return page(HTTPStatus.SERVICE_UNAVAILABLE)


def _broken(error: Exception) -> tuple[str, int]:
    log.error("unexpected error", exc_info=error, extra={"path": request.path})
    db.session.rollback()
    return page(HTTPStatus.INTERNAL_SERVER_ERROR)


@bp.get("/healthz")
@access.public
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@access.public
def readyz() -> tuple[Response, int]:
    """The database answers a query and its schema is there."""
    try:
        db.session.execute(text("SELECT count(*) FROM jobs"))
    except Exception:  # noqa: BLE001 - whatever it is, we are not ready
        db.session.rollback()
        return jsonify(status="database unavailable"), HTTPStatus.SERVICE_UNAVAILABLE
    return jsonify(status="ok"), HTTPStatus.OK
