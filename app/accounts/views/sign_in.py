"""Signing in and out."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import login, operations, pending
from app.accounts.forms.sign_in import CodeForm, NewAccountForm, SignInForm
from app.accounts.models import CodePurpose
from app.accounts.pending import Pending
from app.accounts.views.blueprint import bp
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.i18n import current_language, gettext
from app.core.web import see_other


@bp.route("/sign-in", methods=["GET", "POST"])
@access.public
def sign_in() -> Response | tuple[str, int]:
    """One door for everyone who has an account, or wants one."""
    form = SignInForm(next=request.args.get("next"))
    if form.submitted():
        try:
            return _send_code(form) if form.by_code else _by_password(form)
        except DomainError as error:
            form.refuse(error)
    return render_template("accounts/sign_in.html", form=form), form.status


@bp.route("/sign-in/code", methods=["GET", "POST"])
@access.public
def sign_in_code() -> Response | tuple[str, int]:
    """The code that was sent opens the account, or leads to making one."""
    waiting = pending.found(CodePurpose.SIGN_IN)
    if waiting is None:
        return see_other("accounts.sign_in")
    form = CodeForm()
    if form.submitted():
        try:
            return _by_code(waiting, form.code.data or "")
        except DomainError as error:
            form.refuse(error)
    page = render_template(
        "accounts/sign_in_code.html",
        form=form, contact=waiting.contact, again=url_for("accounts.sign_in"),
    )  # fmt: skip
    return page, form.status


@bp.route("/sign-in/new", methods=["GET", "POST"])
@access.public
def new_account() -> Response | tuple[str, int]:
    """Few questions make an account, once a phone or mailbox is proved."""
    waiting = pending.found(CodePurpose.SIGN_IN)
    if waiting is None or not operations.proven_lately(
        CodePurpose.SIGN_IN, waiting.handle, waiting.contact
    ):
        return see_other("accounts.sign_in")
    form = NewAccountForm()
    if form.submitted():
        try:
            token = operations.join(
                waiting.contact, waiting.handle, form.newcomer(), request.user_agent.string
            )
        except DomainError as error:
            form.refuse(error)
        else:
            answer = _enter(token, waiting)
            flash(gettext("Your account is ready. You are signed in."), "success")
            return answer
    page = render_template("accounts/new_account.html", form=form, contact=waiting.contact)
    return page, form.status


def _by_password(form: SignInForm) -> Response:
    here = throttle.line(request.remote_addr)
    token = operations.sign_in(
        form.name.data or "", form.password.data or "", here, request.user_agent.string
    )
    login.begin(token, stay=bool(form.stay.data))
    return redirect(access.safe_next(form.next.data, url_for("accounts.arrive")), 303)


def _send_code(form: SignInForm) -> Response:
    contact = form.contact or abort(400)
    here = throttle.line(request.remote_addr)
    handle = operations.ask_to_sign_in(contact, here, current_language())
    pending.keep(
        Pending(
            CodePurpose.SIGN_IN,
            handle,
            contact,
            onward=access.safe_next(form.next.data, ""),
            stay=bool(form.stay.data),
        )
    )
    return see_other("accounts.sign_in_code")


def _by_code(waiting: Pending, typed: str) -> Response:
    here = throttle.line(request.remote_addr)
    token = operations.sign_in_with_code(
        waiting.contact, waiting.handle, typed, here, request.user_agent.string
    )
    return _enter(token, waiting) if token else see_other("accounts.new_account")


def _enter(token: str, waiting: Pending) -> Response:
    login.begin(token, stay=waiting.stay)
    return redirect(access.safe_next(waiting.onward, url_for("accounts.arrive")), 303)


@bp.get("/sign-in/done")
@access.signed_in
def arrive() -> Response:
    """Where somebody's work begins."""
    actor = access.actor()
    language = current_language()
    if actor.is_city_staff:
        return redirect(f"/{language}/staff/")
    return redirect(f"/{language}/provider/" if actor.memberships else f"/{language}/me")


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
