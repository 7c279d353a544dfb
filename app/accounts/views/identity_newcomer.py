"""Somebody signed in elsewhere whom nobody here knows yet."""

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.accounts import login, operations, queries
from app.accounts.contacts import Contact, ContactKind
from app.accounts.forms.sign_in import NewAccountForm
from app.accounts.identity import VouchedIdentity, newcomer, scheme
from app.accounts.views.blueprint import bp
from app.accounts.views.identity_provider import NEWCOMER
from app.core import access
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import see_other


@bp.route("/sign-in/provider/new", methods=["GET", "POST"])
@access.public
def new_account_with_identity() -> Response | tuple[str, int]:
    """Make an account, or open the one they have and add this sign-in there.

    Without a proved mailbox that is still free here, a phone has to be proved first.
    """
    vouched = newcomer.recall(session.get(NEWCOMER))
    if vouched is None:
        return see_other("accounts.sign_in")
    if vouched.email is None or queries.account_named(vouched.email) is not None:
        return render_template("accounts/identity_newcomer.html", scheme=scheme()), 200
    form = _prefilled(vouched)
    if form.submitted():
        try:
            token = operations.join_with_identity(
                vouched, form.newcomer(), request.user_agent.string
            )
        except DomainError as error:
            form.refuse(error)
        else:
            return _enter(token)
    contact = Contact(ContactKind.EMAIL, vouched.email)
    page = render_template("accounts/new_account.html", form=form, contact=contact)
    return page, form.status


def _prefilled(vouched: VouchedIdentity) -> NewAccountForm:
    """What the provider says stands in the form already, to be corrected."""
    born = vouched.born_on
    parts = {"day": born.day, "month": born.month, "year": born.year} if born else {}
    birth = {name: str(value) for name, value in parts.items()}
    return NewAccountForm(full_name=vouched.name, birth=birth)


def _enter(token: str) -> Response:
    onward = access.safe_next(request.args.get("next"), url_for("accounts.arrive"))
    login.begin(token)
    flash(gettext("Your account is ready. You are signed in."), "success")
    return redirect(onward, 303)
