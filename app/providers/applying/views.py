"""Pages for an organisation that wants to teach here; its own link opens its application."""

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import operations as accounts
from app.accounts import pending
from app.accounts.contacts import Contact
from app.accounts.forms.sign_in import CodeForm, ContactForm
from app.accounts.models import CodePurpose
from app.accounts.pending import Pending
from app.accounts.queries import ways
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.forms import BaseForm, choices
from app.core.i18n import current_language, gettext, localised
from app.core.web import read_first, see_other, takes_files
from app.providers import queries as providers
from app.providers.applying import operations, queries
from app.providers.applying.documents import MOST_AT_ONCE
from app.providers.applying.forms import ApplicationForm
from app.providers.applying.words import STATES, STEPS

bp = localised("applying", __name__, "/providers/apply")
Page = Response | tuple[str, int]
_PURPOSE = CodePurpose.PROVIDER_APPLICATION
_SENDS_AN_HOUR, _AN_HOUR = 30, 60


@bp.route("", methods=["GET", "POST"])
@access.public
def start() -> Page:
    """Who can apply and what is needed; a phone or mailbox is proved first."""
    own = _own_contact()
    form = BaseForm() if own else ContactForm()
    if form.submitted():
        try:
            return _go_on(own) if own else _send_code(form)
        except DomainError as error:
            form.refuse(error)
    return render_template("providers/apply.html", form=form, own=own), form.status


@bp.route("/code", methods=["GET", "POST"])
@access.public
def code() -> Page:
    """The code that was sent leads to the application."""
    waiting = pending.found(_PURPOSE)
    if waiting is None:
        return see_other("applying.start")
    form = CodeForm()
    if form.submitted():
        try:
            here = throttle.line(request.remote_addr)
            accounts.check_code(_PURPOSE, waiting.handle, form.code.data or "", here)
            answer = _go_on(waiting.contact)
        except DomainError as error:
            form.refuse(error)
        else:
            pending.forget()
            return answer
    page = render_template(
        "accounts/sign_in_code.html",
        form=form, contact=waiting.contact, again=url_for("applying.start"),
    )  # fmt: skip
    return page, form.status


@bp.route("/<key>", methods=["GET", "POST"])
@access.public
@takes_files(MOST_AT_ONCE)
def application(key: str) -> Page:
    """What was said so far; to be filled in, or to be read once it is with the city."""
    read_first()
    found = queries.by_key(key) or abort(404)
    if request.method == "POST" and not found.is_with_applicant:
        return see_other("applying.application", key=key)  # it was sent already, perhaps just now
    form = _form()
    if request.method == "GET":
        form.show(found)
    elif (sent := _sent(found.id, form)) is not None:
        flash(gettext("Sent. We write to you as soon as we have looked at it."), "success")
        return see_other("applying.application", key=queries.key_of(sent))
    found = queries.by_key(key) or abort(404)
    page = render_template(
        "providers/application.html",
        application=found, form=form, key=key, steps=STEPS, states=STATES,
        others=[(queries.key_of(each.id), each) for each in queries.others_of(found)],
    )  # fmt: skip
    return page, form.status


@bp.post("/<key>/files/<id:file_id>/remove")
@access.public
def remove_file(key: str, file_id: int) -> Response:
    """Take a document back."""
    found = queries.by_key(key) or abort(404)
    operations.remove_document(found.id, file_id)
    flash(gettext("Removed."), "success")
    return see_other("applying.application", key=key)


def _own_contact() -> Contact | None:
    """Whoever is signed in has proved a contact already."""
    account_id = access.actor().account_id
    return ways.proven_contact(ways.account(account_id)) if account_id else None


def _send_code(form: BaseForm) -> Response:
    contact = form.contact or abort(400)  # type: ignore[attr-defined]  # a ContactForm
    here = throttle.line(request.remote_addr)
    handle = accounts.ask_code(_PURPOSE, contact, here, language=current_language())
    pending.keep(Pending(_PURPOSE, handle, contact))
    return see_other("applying.code")


def _go_on(contact: Contact) -> Response:
    begun = operations.begin(contact, current_language())
    return see_other("applying.application", key=queries.key_of(begun.id))


def _form() -> ApplicationForm:
    form = ApplicationForm()
    kinds = [(str(kind.id), kind.name.text()) for kind in providers.types()]
    choices(form.type_id, [("", gettext("Choose one")), *kinds])
    return form


def _sent(application_id: int, form: ApplicationForm) -> int | None:
    """The number of the application that was handed in; documents stay whatever else is wrong."""
    try:
        throttle.check("application-sent", str(application_id), _SENDS_AN_HOUR, _AN_HOUR)
        operations.add_documents(application_id, form.uploads())
    except DomainError as error:
        form.submitted()
        form.refuse(error)
        return None
    if not form.submitted():
        return None
    try:
        return operations.send(application_id, form.fields(), form.version.seen)
    except DomainError as error:
        form.refuse(error)
        return None
