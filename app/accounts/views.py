"""Signing in and out, and one's password."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import login, operations
from app.accounts.forms import PasswordForm, SignInForm
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.i18n import current_language, gettext, localised
from app.core.web import see_other

bp = localised("accounts", __name__)


@bp.route("/sign-in", methods=["GET", "POST"])
@access.public
def sign_in() -> Response | tuple[str, int]:
    """One door for everyone who has an account."""
    form = SignInForm(next=request.args.get("next"))
    if form.submitted():
        try:
            token = operations.sign_in(
                form.name.data or "", form.password.data or "", throttle.line(request.remote_addr)
            )
        except DomainError as error:
            form.refuse(error)
        else:
            login.begin(token)
            return redirect(access.safe_next(form.next.data, url_for("accounts.arrive")), 303)
    return render_template("accounts/sign_in.html", form=form), form.status


@bp.get("/sign-in/done")
@access.signed_in
def arrive() -> Response:
    """Where somebody's work begins."""
    actor = access.actor()
    language = current_language()
    if actor.is_city_staff:
        return redirect(f"/{language}/staff/")
    return redirect(f"/{language}/provider/" if actor.memberships else f"/{language}/")


@bp.post("/sign-out")
@access.public
def sign_out() -> Response:
    """The session ends on the server; the page in the browser's memory is forgotten too."""
    token = login.end()
    if token is not None:
        operations.sign_out(token)
    answer = see_other("accounts.sign_in")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@bp.route("/me/password", methods=["GET", "POST"])
@access.signed_in
def password() -> Response | tuple[str, int]:
    """Choose another password; every browser signs in again."""
    form = PasswordForm()
    account_id = access.actor().account_id or abort(403)
    if form.submitted():
        try:
            operations.change_password(
                account_id, form.current.data or "", form.password.data or ""
            )
        except DomainError as error:
            form.refuse(error)
        else:
            login.end()
            flash(gettext("Your password has changed. Sign in with the new one."), "success")
            return see_other("accounts.sign_in")
    return render_template("accounts/password.html", form=form), form.status
