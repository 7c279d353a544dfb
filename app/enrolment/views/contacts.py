"""Another phone or mailbox for a place that was taken without an account."""

from flask import abort, flash

from app.accounts import pending
from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import CodePurpose
from app.accounts.pending import Pending
from app.core import access
from app.core.errors import DomainError
from app.core.forms import BaseForm
from app.core.i18n import current_language, gettext
from app.core.web import see_other
from app.enrolment import browser
from app.enrolment.models import Enrolment
from app.enrolment.operations import contacts
from app.enrolment.place_forms import CodeForm, EmailForm, NewPhoneForm
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, here, page_of


@bp.route("/places/<code>/contact", methods=["GET", "POST"])
@access.public
def contact(code: str) -> Page:
    """The e-mail, and the way to another phone number."""
    enrolment = _guest_place(code)
    if enrolment is None:
        return see_other("enrolment.place", code=code)
    form = EmailForm(email=enrolment.person.email)
    if form.submitted():
        try:
            contacts.change_email(enrolment.id, form.value)
        except DomainError as error:
            form.refuse(error)
        else:
            flash(gettext("The e-mail is changed."), "success")
            return see_other("enrolment.contact", code=code)
    return _page("contact", code, form)


@bp.route("/places/<code>/phone", methods=["GET", "POST"])
@access.public
def new_phone(code: str) -> Page:
    """The old number shows who asks; a code goes to the new one."""
    enrolment = _guest_place(code)
    if enrolment is None:
        return see_other("enrolment.place", code=code)
    form = NewPhoneForm()
    if form.submitted():
        new = Contact(ContactKind.PHONE, form.new.e164 or abort(400))
        try:
            known = browser.find(code, form.old.e164 or "", here())
            handle = contacts.ask_for_phone(known.id, new, here(), current_language())
        except DomainError as error:
            form.refuse(error)
        else:
            pending.keep(Pending(CodePurpose.CHANGE_CONTACT, handle, new, onward=known.code))
            return see_other("enrolment.phone_code", code=code)
    return _page("new_phone", code, form)


@bp.route("/places/<code>/phone/code", methods=["GET", "POST"])
@access.public
def phone_code(code: str) -> Page:
    """The code that went to the new number."""
    enrolment = _guest_place(code)
    waiting = pending.found(CodePurpose.CHANGE_CONTACT)
    if enrolment is None or waiting is None or waiting.onward != enrolment.code:
        return see_other("enrolment.place", code=code)
    form = CodeForm()
    if form.submitted():
        typed = form.code.data or ""
        try:
            contacts.change_phone(enrolment.id, waiting.contact, waiting.handle, typed, here())
        except DomainError as error:
            form.refuse(error)
        else:
            pending.forget()
            flash(gettext("The phone number is changed."), "success")
            return see_other("enrolment.place", code=code)
    return _page("phone_code", code, form, to=waiting.contact)


def _guest_place(code: str) -> Enrolment | None:
    """The place, if it is this browser's and its contact belongs to no account."""
    enrolment = browser.place(code)
    known = enrolment is not None and contacts.is_guest(enrolment.person_id)
    return enrolment if known else None


def _page(name: str, code: str, form: BaseForm, **more: object) -> Page:
    enrolment = browser.place(code) or abort(404)
    return page_of(f"enrolment/{name}.html", enrolment, form=form, **more), form.status
