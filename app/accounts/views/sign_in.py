"""Signing in and out."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import login, operations
from app.accounts.forms import SignInForm
from app.accounts.views.blueprint import bp
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.i18n import current_language
from app.core.web import see_other


@bp.route("/sign-in", methods=["GET", "POST"])
@access.public
def sign_in() -> Response | tuple[str, int]:
    """One door for everyone who has an account."""
    form = SignInForm(next=request.args.get("next"))
    if form.submitted():
        try:
            token = operations.sign_in(
                form.name.data or "",
                form.password.data or "",
                throttle.line(request.remote_addr),
                request.user_agent.string,
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
@access.any_eyes
def sign_out() -> Response:
    """The session ends on the server; the page in the browser's memory is forgotten too."""
    token = login.end()
    if token is not None:
        operations.sign_out(token)
    answer = see_other("accounts.sign_in")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
