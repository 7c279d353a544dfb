"""Signing in elsewhere: setting out, coming back, and which accounts elsewhere open this one."""

from collections.abc import Callable
from typing import Any

from flask import (
    abort,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from app.accounts import identity, login, operations
from app.accounts.errors import IdentityRefused
from app.accounts.forms.second_factor import IdentityForm
from app.accounts.identity import IdentityScheme, VouchedIdentity, newcomer
from app.accounts.queries import ways
from app.accounts.views.blueprint import bp
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.i18n import DEFAULT, current_language, gettext
from app.core.web import absolute, see_other

NEWCOMER = "newcomer"
_ON_THE_WAY = "identity"
FROM_ONE_ADDRESS = 60
SIGN_IN, LINK, CONFIRM = "sign_in", "link", "confirm"


@bp.route("/sign-in/provider", methods=["GET", "POST"])
@access.public
@access.own_eyes
def identity_provider() -> Response | tuple[str, int]:
    """Set out to sign in elsewhere.

    The browser is sent on by a header of a page and not by a redirect: the content policy lets no
    form lead to another site.
    """
    scheme = _scheme()
    form = IdentityForm(next=request.args.get("next"), purpose=request.args.get("purpose"))
    if form.submitted():
        try:
            return _set_out(scheme, form)
        except DomainError as error:
            form.refuse(error)
    return render_template("accounts/identity_provider.html", form=form, scheme=scheme), form.status


@bp.get("/sign-in/provider/callback")
@access.public
def identity_returned() -> Response:
    """Come back from there, once."""
    scheme = _scheme()
    began = session.pop(_ON_THE_WAY, None)
    if began is None:
        flash(str(IdentityRefused.message), "error")
        return see_other("accounts.sign_in")
    g.lang = began["language"]
    try:
        if not _is_same_browser(began):
            raise IdentityRefused
        vouched = scheme.finish(request.args, began["kept"])
        return _ARRIVALS[began["purpose"]](vouched, began)
    except DomainError as error:
        flash(str(error.message), "error")
        return _back_to_where_it_began(began)


@bp.get("/me/identity")
@access.signed_in
@access.own_eyes
def identities() -> str:
    """The accounts elsewhere that open this one."""
    account_id = access.actor().account_id or 0
    return render_template(
        "accounts/identities.html",
        identities=ways.identities(account_id),
        scheme=identity.scheme(),
        form=IdentityForm(formdata=None, purpose=LINK, next=url_for("accounts.identities")),
    )


@bp.post("/me/identity/unlink")
@access.signed_in
@access.confirmed
def unlink_identity() -> Response:
    """It opens this account no longer."""
    number = request.form.get("identity", type=int) or 0
    try:
        operations.unlink_identity(access.actor().account_id or 0, number)
    except DomainError as error:
        flash(str(error.message), "error")
    else:
        flash(gettext("That sign-in no longer opens your account."), "success")
    return see_other("accounts.identities")


@bp.app_template_global()
def identity_scheme() -> IdentityScheme | None:
    """The way of signing in elsewhere that this installation offers."""
    return identity.scheme()


def _scheme() -> IdentityScheme:
    return identity.scheme() or abort(404)


def _set_out(scheme: IdentityScheme, form: IdentityForm) -> Response:
    actor = access.actor()
    purpose = form.purpose.data if form.purpose.data in (LINK, CONFIRM) else SIGN_IN
    if purpose != SIGN_IN and not actor.is_signed_in:
        abort(403)
    if purpose == LINK and not actor.is_confirmed:
        return see_other("accounts.confirm", next=url_for("accounts.identities"))
    throttle.check("identity-from", throttle.line(request.remote_addr), FROM_ONE_ADDRESS)
    back = absolute(url_for("accounts.identity_returned", lang=DEFAULT))
    departure = scheme.begin(back, again=purpose == CONFIRM)
    session[_ON_THE_WAY] = {
        "kept": departure.kept,
        "purpose": purpose,
        "account_id": actor.account_id,
        "next": form.next.data or "",
        "language": current_language(),
    }
    page = make_response(
        render_template("accounts/identity_leave.html", scheme=scheme, address=departure.address)
    )
    page.headers["Refresh"] = f"0; url={departure.address}"
    return page


def _is_same_browser(began: dict[str, Any]) -> bool:
    """Whoever links or confirms is still signed in as the one who set out."""
    actor = access.actor()
    return began["purpose"] == SIGN_IN or (
        actor.account_id == began["account_id"] and actor.viewer_id is None
    )


def _sign_in(vouched: VouchedIdentity, began: dict[str, Any]) -> Response:
    token = operations.sign_in_with_identity(vouched, request.user_agent.string)
    if token is None:
        session[NEWCOMER] = newcomer.keep(vouched)
        return see_other("accounts.new_account_with_identity", next=began["next"] or None)
    login.begin(token)
    return redirect(access.safe_next(began["next"], url_for("accounts.arrive")), 303)


def _link(vouched: VouchedIdentity, _began: dict[str, Any]) -> Response:
    operations.link_identity(access.actor().account_id or 0, vouched)
    flash(gettext("You can sign in this way from now on."), "success")
    return see_other("accounts.identities")


def _confirm(vouched: VouchedIdentity, began: dict[str, Any]) -> Response:
    token = login.current_token() or ""
    login.renew(operations.prove_by_identity(access.actor().account_id or 0, vouched, token))
    return redirect(access.safe_next(began["next"], url_for("accounts.arrive")), 303)


_ARRIVALS: dict[str, Callable[[VouchedIdentity, dict[str, Any]], Response]] = {
    SIGN_IN: _sign_in,
    LINK: _link,
    CONFIRM: _confirm,
}


def _back_to_where_it_began(began: dict[str, Any]) -> Response:
    if began["purpose"] == LINK:
        return see_other("accounts.identities")
    door = "accounts.confirm" if began["purpose"] == CONFIRM else "accounts.sign_in"
    return see_other(door, next=began["next"] or None)
