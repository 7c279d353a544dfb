"""Another phone or mailbox for a place that was taken without an account.

The present number has to agree by a code: the place shows only that somebody knows the details.
"""

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
from app.enrolment.place_forms import CodeForm, EmailForm, NewPhoneForm, TwoCodesForm
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, here, page_of


@bp.route("/places/<code>/contact", methods=["GET", "POST"])
@access.public
def contact(code: str) -> Page:
    """The e-mail, and the way to another phone number; what is written there now is not shown."""
    enrolment = _place(code)
    if enrolment is None:
        return see_other("enrolment.place", code=code)
    form = EmailForm()
    if form.submitted() and _ask(code, form, None, form.value or ""):
        return see_other("enrolment.phone_code", code=code)
    return _page("contact", code, form)


@bp.route("/places/<code>/phone", methods=["GET", "POST"])
@access.public
def new_phone(code: str) -> Page:
    """A code goes to the present number and one to the new."""
    enrolment = _place(code)
    if enrolment is None:
        return see_other("enrolment.place", code=code)
    form = NewPhoneForm()
    if form.submitted():
        new = Contact(ContactKind.PHONE, form.new.e164 or abort(400))
        if _ask(code, form, new):
            return see_other("enrolment.phone_code", code=code)
    return _page("new_phone", code, form)


@bp.route("/places/<code>/phone/code", methods=["GET", "POST"])
@access.public
def phone_code(code: str) -> Page:
    """The codes that were sent: to the present number, and to the new one."""
    enrolment, waiting = _place(code), pending.found(CodePurpose.CHANGE_CONTACT)
    whose, _, email = waiting.onward.partition(" ") if waiting else ("", "", "")
    if enrolment is None or waiting is None or whose != enrolment.code:
        return see_other("enrolment.place", code=code)
    form = TwoCodesForm() if waiting.old else CodeForm()
    if form.submitted():
        try:
            _change(enrolment.id, waiting, form, email or None)
        except DomainError as error:
            form.refuse(error)
        else:
            pending.forget()
            is_phone = waiting.old is not None
            changed = gettext("The phone number is changed.")
            flash(changed if is_phone else gettext("The e-mail is changed."), "success")
            return see_other("enrolment.place", code=code)
    return _page("phone_code", code, form, waiting=waiting)


def _ask(code: str, form: EmailForm | NewPhoneForm, new: Contact | None, email: str = "") -> bool:
    """Whether codes are on their way; else the form says why not."""
    present = Contact(ContactKind.PHONE, form.old.e164 or abort(400))
    try:
        known = browser.find(code, present.value, here())
        first, second = contacts.ask(known.id, present, new, here(), current_language())
    except DomainError as error:
        form.refuse(error)
        return False
    purpose, onward = CodePurpose.CHANGE_CONTACT, f"{known.code} {email}"
    if new is None:
        pending.keep(Pending(purpose, first, present, onward=onward))
    else:
        pending.keep(Pending(purpose, second, new, onward=onward, old_handle=first, old=present))
    return True


def _change(enrolment_id: int, waiting: Pending, form: BaseForm, email: str | None) -> None:
    codes = {waiting.handle: form["code"].data or ""}
    if waiting.old is None:
        contacts.change_email(enrolment_id, email, waiting.contact, codes, here())
    else:
        codes[waiting.old_handle] = form["old_code"].data or ""
        contacts.change_phone(enrolment_id, waiting.contact, waiting.old, codes, here())


def _place(code: str) -> Enrolment | None:
    """The place, if this browser may open it; one's own account changes its contacts elsewhere."""
    enrolment = browser.place(code)
    is_own = enrolment is not None and browser.is_own(enrolment)
    return None if is_own else enrolment


def _page(name: str, code: str, form: BaseForm, **more: object) -> Page:
    enrolment = browser.place(code) or abort(404)
    return page_of(f"enrolment/{name}.html", enrolment, form=form, **more), form.status
