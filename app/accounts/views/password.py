"""One's password."""

from flask import abort, flash, render_template
from werkzeug.wrappers import Response

from app.accounts import login, operations
from app.accounts.forms import PasswordForm
from app.accounts.views.blueprint import bp
from app.core import access
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import see_other


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
