"""The phone and the mailbox of one's account."""

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.accounts import login, operations, pending
from app.accounts.contacts import Contact, ContactKind
from app.accounts.forms.contact import NewContactForm, OneCodeForm, TwoCodesForm
from app.accounts.models import Account, CodePurpose
from app.accounts.pending import Pending
from app.accounts.queries import ways
from app.accounts.views.blueprint import bp
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.i18n import current_language, gettext
from app.core.web import see_other


@bp.get("/me/contact")
@access.signed_in
@access.own_eyes
def contact() -> str:
    return render_template("accounts/contact.html", account=_account())


@bp.route("/me/contact/<any(phone, email):kind>", methods=["GET", "POST"])
@access.signed_in
@access.confirmed
def change_contact(kind: str) -> Response | tuple[str, int]:
    """Another phone or mailbox, a first one, or the present one to be proved."""
    account, wanted = _account(), ContactKind(kind)
    present = account.phone if wanted is ContactKind.PHONE else account.email
    is_proven = account.phone_proven_at if wanted is ContactKind.PHONE else account.email_proven_at
    form = NewContactForm(wanted, name=present if not is_proven else None)
    if form.submitted():
        new, here = form.contact or abort(400), throttle.line(request.remote_addr)
        try:
            asked = operations.ask_to_change(account, new, here, current_language())
        except DomainError as error:
            form.refuse(error)
        else:
            handle, old_handle, old = asked
            purpose = CodePurpose.CHANGE_CONTACT
            pending.keep(Pending(purpose, handle, new, old_handle=old_handle, old=old))
            return see_other("accounts.change_contact_codes")
    page = render_template(
        "accounts/change_contact.html",
        form=form,
        kind=wanted,
        old=operations.contact_to_ask(account, wanted),
    )
    return page, form.status


@bp.route("/me/contact/codes", methods=["GET", "POST"])
@access.signed_in
@access.own_eyes
def change_contact_codes() -> Response | tuple[str, int]:
    """The codes that were sent to the new and to the present contact."""
    waiting = pending.found(CodePurpose.CHANGE_CONTACT)
    if waiting is None:
        return see_other("accounts.contact")
    form = TwoCodesForm() if waiting.old else OneCodeForm()
    if form.submitted():
        codes = {waiting.handle: form["code"].data or ""}
        if waiting.old:
            codes[waiting.old_handle] = form["old_code"].data or ""
        try:
            _change(waiting.contact, codes)
        except DomainError as error:
            form.refuse(error)
        else:
            pending.forget()
            flash(gettext("Changed. Your other browsers sign in again."), "success")
            return see_other("accounts.contact")
    page = render_template("accounts/change_contact_codes.html", form=form, waiting=waiting)
    return page, form.status


def _change(new: Contact, codes: dict[str, str]) -> None:
    here, token = throttle.line(request.remote_addr), login.current_token() or ""
    operations.change_contact(_account().id, new, codes, here, token)


def _account() -> Account:
    return ways.account(access.actor().account_id or abort(403))
