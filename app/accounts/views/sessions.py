"""The browsers one is signed in with."""

from flask import abort, flash, render_template
from werkzeug.wrappers import Response

from app.accounts import login, operations, queries
from app.accounts.views.blueprint import bp
from app.core import access
from app.core.i18n import gettext
from app.core.web import see_other


@bp.get("/me/sessions")
@access.signed_in
@access.own_eyes
def sessions() -> str:
    actor, here = access.actor(), login.current_browser()
    lifetime = queries.OF_STAFF if actor.is_staff else queries.OF_RESIDENTS
    return render_template(
        "accounts/sessions.html",
        sessions=queries.sessions_of(actor.account_id or abort(403), lifetime),
        this=here.session.handle if here else "",
    )


@bp.post("/me/sessions/<code>/end")
@access.signed_in
def end_session(code: str) -> Response:
    """One's own only; another's is as if there were none."""
    account_id = access.actor().account_id or abort(403)
    if not operations.end_session(account_id, code, account_id):
        abort(404)
    flash(gettext("That browser is signed out."), "success")
    return see_other("accounts.sessions")


@bp.post("/me/sessions/end-others")
@access.signed_in
def end_other_sessions() -> Response:
    account_id = access.actor().account_id or abort(403)
    operations.end_sessions(account_id, account_id, but=login.current_token() or "")
    flash(gettext("All other browsers are signed out."), "success")
    return see_other("accounts.sessions")


@bp.post("/me/sessions/end-all")
@access.signed_in
def end_all_sessions() -> Response:
    account_id = access.actor().account_id or abort(403)
    operations.end_sessions(account_id, account_id)
    login.end()
    flash(gettext("You are signed out everywhere."), "success")
    answer = see_other("accounts.sign_in")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
