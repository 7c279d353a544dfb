"""The browser's side of a login session: a random token in the signed cookie, by Flask-Login."""

import logging
from dataclasses import dataclass
from typing import Any

from flask import Flask, after_this_request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError
from werkzeug.wrappers import Response

from app.accounts import operations, queries
from app.accounts.queries import OF_RESIDENTS, Browser

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):
    """What Flask-Login holds during a request."""

    token: str
    browser: Browser

    def get_id(self) -> str:
        return self.token


def install(app: Flask) -> None:
    app.config["SESSION_PROTECTION"] = None  # the table decides; phones change their address
    app.config["PERMANENT_SESSION_LIFETIME"] = OF_RESIDENTS.absolute
    app.config["SESSION_REFRESH_EACH_REQUEST"] = False
    manager = LoginManager(app)
    manager.user_loader(_load)


def _load(token: str) -> SignedIn | None:
    browser = queries.browser_of(token)
    return SignedIn(token, browser) if browser else None


def _signed_in() -> SignedIn | None:
    user: Any = current_user
    return user if isinstance(user, SignedIn) else None


def current_browser() -> Browser | None:
    """What stands behind this browser's cookie, unless its session has ended."""
    found = _signed_in()
    return found.browser if found else None


def current_token() -> str | None:
    """The token of this browser's session, for operations that spare it."""
    found = _signed_in()
    return found.token if found else None


def begin(token: str, *, stay: bool = False) -> None:
    """Carry this session in the cookie; nothing of the time before is kept.

    Args:
        stay: the browser keeps the cookie when it is closed; not for a machine others use.
    """
    browser = queries.browser_of(token)
    if browser is not None:
        session.clear()
        session.permanent = stay
        login_user(SignedIn(token, browser))


def renew(token: str) -> None:
    """Carry the session's new token; what else the cookie holds stays as it is."""
    browser = queries.browser_of(token)
    if browser is not None:
        login_user(SignedIn(token, browser))


def end() -> str | None:
    """Forget the session in the cookie; its token, to be ended in the table."""
    found = _signed_in()
    token = found.token if found else None
    logout_user()
    session.clear()
    return token


def note_use(token_hash: str) -> None:
    """Remember, once the answer is made, that this session is in use."""

    @after_this_request
    def _note(response: Response) -> Response:
        try:
            operations.see_session(token_hash)
        except OperationalError:  # a busy database keeps nobody from reading
            log.warning("the use of a session was not noted")
        return response
