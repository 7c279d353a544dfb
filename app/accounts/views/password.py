"""One's password."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts import login, operations
from app.accounts.forms.password import FirstPasswordForm, PasswordForm
from app.accounts.queries import ways
from app.accounts.views.blueprint import bp
from app.core import access
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import see_other


@bp.route("/me/password", methods=["GET", "POST"])
@access.signed_in
@access.own_eyes
def password() -> Response | tuple[str, int]:
    """Choose another password, or a first one; every browser signs in again."""
    account_id = access.actor().account_id or abort(403)
    has_one = ways.account(account_id).password_hash is not None
    if not has_one and not access.actor().is_confirmed:
        return see_other("accounts.confirm", next=request.path)
    form = PasswordForm() if has_one else FirstPasswordForm()
    if form.submitted():
        try:
            _change(account_id, form)
        except DomainError as error:
            form.refuse(error)
        else:
            login.end()
            flash(gettext("Your password has changed. Sign in with the new one."), "success")
            return see_other("accounts.sign_in")
    return render_template("accounts/password.html", form=form), form.status


def _change(account_id: int, form: PasswordForm | FirstPasswordForm) -> None:
    wanted = form.password.data or ""
    if isinstance(form, PasswordForm):
        operations.change_password(account_id, form.current.data or "", wanted)
    else:
        operations.set_password(account_id, wanted, account_id)
