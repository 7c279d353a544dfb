"""The second factor: asked for at the door, and one's own."""

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.accounts import login, operations, setup_key
from app.accounts.errors import SecondFactorRequired
from app.accounts.forms.second_factor import RecoveryCodeForm, SecondFactorForm
from app.accounts.queries import ways
from app.accounts.views.blueprint import bp
from app.core import access, config, throttle
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.keys import seal, unseal
from app.core.web import see_other

_PENDING = "new_second_factor"


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@access.public
def second_factor() -> Response | tuple[str, int]:
    """Whoever has shown one factor shows the other; nobody else has anything to do here."""
    account_id = access.actor().half_account_id
    onward = access.safe_next(request.args.get("next"), url_for("accounts.arrive"))
    if account_id is None:
        signed_in = access.actor().is_signed_in
        return redirect(onward) if signed_in else see_other("accounts.sign_in", next=onward)
    if ways.second_factor(account_id) is None:
        return see_other("accounts.set_up_second_factor", next=onward)
    by_recovery = request.args.get("with") == "recovery"
    form = (RecoveryCodeForm if by_recovery else SecondFactorForm)()
    if form.submitted():
        try:
            _show(account_id, form.code.data or "")
        except DomainError as error:
            form.refuse(error)
        else:
            return redirect(onward, 303)
    page = render_template(
        "accounts/second_factor.html", form=form, by_recovery=by_recovery, onward=onward
    )
    return page, form.status


@bp.get("/me/second-factor")
@access.signed_in
@access.own_eyes
def own_second_factor() -> str:
    """Whether a second factor is asked for, and what can be done about it."""
    account_id = access.actor().account_id or 0
    return render_template(
        "accounts/own_second_factor.html",
        factor=ways.second_factor(account_id),
        left=ways.recovery_codes_left(account_id),
        is_required=_is_required(),
    )


@bp.route("/me/second-factor/new", methods=["GET", "POST"])
@access.public
@access.own_eyes
def set_up_second_factor() -> Response | tuple[str, int]:
    """Share a secret with an app; for staff also when they may not go anywhere else yet."""
    account_id, elsewhere = _who_sets_up()
    if elsewhere is not None:
        return elsewhere
    secret = _pending_secret(account_id)
    form = SecondFactorForm()
    if form.submitted():
        try:
            token, codes = operations.set_second_factor(
                account_id, secret, form.code.data or "", login.current_token() or ""
            )
        except DomainError as error:
            form.refuse(error)
        else:
            session.pop(_PENDING, None)
            login.renew(token)
            return _codes_page(codes, request.args.get("next")), 200
    uri = setup_key.address(secret, ways.account(account_id))
    page = render_template(
        "accounts/set_up_second_factor.html",
        form=form,
        secret=setup_key.readable(secret),
        address=uri,
        qr=setup_key.picture(uri),
        is_half=not access.actor().is_signed_in,
    )
    return page, form.status


@bp.post("/me/second-factor/recovery-codes")
@access.signed_in
@access.confirmed
def new_recovery_codes() -> Response | str:
    """Other codes; the earlier ones are worth nothing any more."""
    account_id = access.actor().account_id or 0
    if ways.second_factor(account_id) is None:
        return see_other("accounts.own_second_factor")
    return _codes_page(operations.new_recovery_codes(account_id), None)


@bp.post("/me/second-factor/remove")
@access.signed_in
@access.confirmed
def remove_second_factor() -> Response:
    """Ask for one factor only."""
    if _is_required():
        flash(str(SecondFactorRequired.message), "error")
        return see_other("accounts.own_second_factor")
    operations.remove_second_factor(access.actor().account_id or 0)
    flash(gettext("No code is asked for any more when you sign in."), "success")
    return see_other("accounts.own_second_factor")


@bp.app_template_global()
def is_invited_to_second_factor() -> bool:
    """Whether a member of staff gets in with one factor only."""
    browser = login.current_browser()
    actor = access.actor()
    return (
        browser is not None
        and actor.is_staff
        and actor.viewer_id is None
        and not browser.has_second_factor
        and browser.session.second_factor_at is None
    )


def _is_required() -> bool:
    actor = access.actor()
    return actor.is_staff and config.current().staff_second_factor == config.REQUIRED


def _show(account_id: int, typed: str) -> None:
    here = throttle.line(request.remote_addr)
    token = operations.show_second_factor(account_id, typed, login.current_token() or "", here)
    login.renew(token)


def _who_sets_up() -> tuple[int, Response | None]:
    """The account that may share a secret now, or where to send the browser first."""
    actor = access.actor()
    back = request.full_path.rstrip("?")
    if actor.account_id is not None:
        unsure = not actor.is_confirmed
        return actor.account_id, see_other("accounts.confirm", next=back) if unsure else None
    half = actor.half_account_id
    if half is None:
        return 0, see_other("accounts.sign_in", next=back)
    has_one = ways.second_factor(half) is not None
    return half, see_other("accounts.second_factor", next=back) if has_one else None


def _pending_secret(account_id: int) -> str:
    """The secret this browser was shown; a new one for another account, or at the first visit."""
    pending = unseal(session[_PENDING]) if _PENDING in session else ""
    owner, _, secret = pending.partition("|")
    if owner != str(account_id):
        secret = operations.new_secret()
        session[_PENDING] = seal(f"{account_id}|{secret}")
    return secret


def _codes_page(codes: list[str], onward: str | None) -> str:
    target = access.safe_next(onward, url_for("accounts.own_second_factor"))
    return render_template("accounts/recovery_codes.html", codes=codes, onward=target)
