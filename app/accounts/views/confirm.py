"""Showing again that one is there, before something that cannot be taken back."""

from enum import StrEnum

from flask import abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.accounts import identity, login, operations
from app.accounts.forms.second_factor import (
    ConfirmPasswordForm,
    IdentityForm,
    RecoveryCodeForm,
    SecondFactorForm,
    SentCodeForm,
)
from app.accounts.models import Account, CodePurpose
from app.accounts.queries import ways
from app.accounts.views.blueprint import bp
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.forms import BaseForm
from app.core.i18n import current_language
from app.core.web import see_other

_SENT = "confirm_code"


class Way(StrEnum):
    """How somebody can show it; the quickest first."""

    SECOND_FACTOR = "second_factor"
    RECOVERY = "recovery"
    PASSWORD = "password"  # noqa: S105 - the name of a way
    CODE = "code"
    IDENTITY_PROVIDER = "identity_provider"


_FORMS: dict[Way, type[BaseForm]] = {
    Way.SECOND_FACTOR: SecondFactorForm,
    Way.RECOVERY: RecoveryCodeForm,
    Way.PASSWORD: ConfirmPasswordForm,
    Way.CODE: SentCodeForm,
    Way.IDENTITY_PROVIDER: IdentityForm,
}


@bp.route("/sign-in/confirm", methods=["GET", "POST"])
@access.signed_in
@access.own_eyes
def confirm() -> Response | tuple[str, int]:
    """One way at a time; the others are links."""
    account = _own_account()
    onward = access.safe_next(request.args.get("next"), url_for("accounts.arrive"))
    open_ways = _ways(account)
    wanted = request.args.get("way")
    way = next((each for each in open_ways if each == wanted), next(iter(open_ways), None))
    form = _FORMS[way or Way.PASSWORD]()
    if way is not None and form.submitted():
        try:
            login.renew(_prove(way, account.id, form))
        except DomainError as error:
            form.refuse(error)
        else:
            session.pop(_SENT, None)
            return redirect(onward, 303)
    page = render_template(
        "accounts/confirm.html",
        form=form,
        way=way,
        others=[each for each in open_ways if each != way],
        onward=onward,
        contact=ways.proven_contact(account),
        is_sent=_SENT in session,
        scheme=identity.scheme(),
    )
    return page, form.status


@bp.post("/sign-in/confirm/code")
@access.signed_in
def send_confirm_code() -> Response:
    """A code to the phone or mailbox that was proved."""
    account = _own_account()
    contact = ways.proven_contact(account) or abort(404)
    onward = access.safe_next(request.form.get("next"), url_for("accounts.arrive"))
    session[_SENT] = operations.ask_code(
        CodePurpose.CONFIRM,
        contact,
        throttle.line(request.remote_addr),
        language=current_language(),
        account_id=account.id,
    )
    return see_other("accounts.confirm", way=Way.CODE, next=onward)


def _own_account() -> Account:
    """Whoever looks through somebody else's eyes cannot show to be them."""
    actor = access.actor()
    return (
        ways.account(actor.account_id) if actor.account_id and not actor.viewer_id else abort(403)
    )


def _ways(account: Account) -> list[Way]:
    has_factor = ways.second_factor(account.id) is not None
    has_scheme = identity.scheme() is not None and bool(ways.identities(account.id))
    is_open = {
        Way.SECOND_FACTOR: has_factor,
        Way.RECOVERY: has_factor,
        Way.PASSWORD: account.password_hash is not None,
        Way.CODE: ways.proven_contact(account) is not None,
        Way.IDENTITY_PROVIDER: has_scheme,
    }
    return [way for way in Way if is_open[way]]


def _prove(way: Way, account_id: int, form: BaseForm) -> str:
    """The session's new token, once the form has shown it."""
    token = login.current_token() or ""
    here = throttle.line(request.remote_addr)
    if way is Way.PASSWORD:
        return operations.prove_by_password(account_id, form["password"].data or "", token)
    if way is Way.CODE:
        handle = session.get(_SENT, "")
        return operations.prove_by_code(account_id, handle, form["code"].data or "", token, here)
    if way is Way.IDENTITY_PROVIDER:
        return abort(400)  # that form goes elsewhere
    return operations.show_second_factor(account_id, form["code"].data or "", token, here)
