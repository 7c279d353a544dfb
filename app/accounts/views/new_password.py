"""A new password for whoever forgot the old one."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts import operations, pending
from app.accounts.forms.sign_in import ContactForm, NewPasswordByCodeForm
from app.accounts.models import CodePurpose
from app.accounts.pending import Pending
from app.accounts.views.blueprint import bp
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.i18n import current_language, gettext
from app.core.web import see_other


@bp.route("/sign-in/new-password", methods=["GET", "POST"])
@access.public
def new_password() -> Response | tuple[str, int]:
    """The page says the same whether there is an account or not; only the message differs."""
    form = ContactForm()
    if form.submitted():
        contact = form.contact or abort(400)
        here = throttle.line(request.remote_addr)
        try:
            handle = operations.ask_for_new_password(contact, here, current_language())
        except DomainError as error:
            form.refuse(error)
        else:
            pending.keep(Pending(CodePurpose.NEW_PASSWORD, handle, contact))
            return see_other("accounts.new_password_code")
    return render_template("accounts/new_password.html", form=form), form.status


@bp.route("/sign-in/new-password/code", methods=["GET", "POST"])
@access.public
def new_password_code() -> Response | tuple[str, int]:
    """The code that was sent, and the password from now on."""
    waiting = pending.found(CodePurpose.NEW_PASSWORD)
    if waiting is None:
        return see_other("accounts.new_password")
    form = NewPasswordByCodeForm()
    if form.submitted():
        here = throttle.line(request.remote_addr)
        code, password = form.code.data or "", form.password.data or ""
        try:
            operations.take_new_password(waiting.contact, waiting.handle, code, password, here)
        except DomainError as error:
            form.refuse(error)
        else:
            pending.forget()
            flash(gettext("Your password has changed. Sign in with the new one."), "success")
            return see_other("accounts.sign_in")
    page = render_template("accounts/new_password_code.html", form=form, contact=waiting.contact)
    return page, form.status
