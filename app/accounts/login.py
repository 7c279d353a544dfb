"""The browser's side of a login session: a random token in the signed cookie, by Flask-Login."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from app.accounts import queries
from app.accounts.models import Account


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):
    """What Flask-Login holds during a request."""

    token: str
    account: Account

    def get_id(self) -> str:
        return self.token


def install(app: Flask) -> None:
    app.config["SESSION_PROTECTION"] = None  # the table decides; phones change their address
    manager = LoginManager(app)
    manager.user_loader(_load)


def _load(token: str) -> SignedIn | None:
    account = queries.account_of_session(token)
    return SignedIn(token, account) if account else None


def _signed_in() -> SignedIn | None:
    user: Any = current_user
    return user if isinstance(user, SignedIn) else None


def current_account() -> Account | None:
    """The account of this browser, unless its session has ended."""
    found = _signed_in()
    return found.account if found else None


def begin(token: str) -> None:
    """Carry this session in the cookie; nothing of the time before is kept."""
    account = queries.account_of_session(token)
    if account is not None:
        session.clear()
        login_user(SignedIn(token, account))


def end() -> str | None:
    """Forget the session in the cookie; its token, to be ended in the table."""
    found = _signed_in()
    token = found.token if found else None
    logout_user()
    session.clear()
    return token
