"""Somebody signed in elsewhere whom nobody here knows yet."""

from flask import render_template, session
from werkzeug.wrappers import Response

from app.accounts.identity import newcomer, scheme
from app.accounts.views.blueprint import bp
from app.accounts.views.identity_provider import NEWCOMER
from app.core import access
from app.core.web import see_other


@bp.get("/sign-in/provider/new")
@access.public
def new_account_with_identity() -> Response | str:
    """Two ways on: open the account they have, or make one."""
    vouched = newcomer.recall(session.get(NEWCOMER))
    if vouched is None:
        return see_other("accounts.sign_in")
    return render_template("accounts/identity_newcomer.html", vouched=vouched, scheme=scheme())
