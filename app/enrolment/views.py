"""What residents do: take a place, look at it, give it up."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import queries as people
from app.accounts.rights.purposes import ENROLMENT
from app.catalogue.cards import course_slug
from app.catalogue.models import ClassSession, Run, RunState
from app.catalogue.queries import planned_sessions
from app.catalogue.run_view import RunView
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.i18n import current_language, gettext, localised
from app.core.web import absolute, see_other
from app.enrolment import browser, draft, operations, own_views, policy, queries
from app.enrolment.errors import AlreadyEnrolled, SeatGone
from app.enrolment.forms import ClaimForm, EnrolForm, FindPlaceForm, LostCodeForm, OpenPlaceForm
from app.enrolment.models import Enrolment, EnrolmentState
from app.enrolment.qr import picture

bp = localised("enrolment", __name__)

FROM_ONE_ADDRESS = 120
"""Enrolments in a quarter of an hour: a class of thirty may share one address, four times over."""
WITH_ONE_PHONE, WITH_ONE_PHONE_A_DAY = 10, 30
LOST_CODES_PER_PHONE, LOST_CODES_PER_PHONE_A_DAY = 5, 10
"""Each of them sends a text to a phone that whoever asks has only typed."""
_A_DAY = 24 * 60

_JOINABLE = (RunState.OPEN, RunState.QUEUE)

Page = str | tuple[str, int] | Response


@bp.after_request
def _keep_private(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/runs/<id:run_id>/enrol")
@access.public
def enrol(run_id: int) -> Page:
    """First the details; an account knows them and asks only who of the family will learn."""
    run = access.load(Run, run_id, policy.view, *queries.RUN_PAGE)
    if run.state not in _JOINABLE:
        return render_template("enrolment/closed.html", **_about(run))
    if own_views.knows() and not own_views.is_for_somebody_else():
        choice = own_views.Choice.of(run)
        return own_views.ask(choice, choice.form(), **_about(run))
    form = draft.form(run.id) or EnrolForm()
    form.queue.data = "1" if run.state is RunState.QUEUE else ""
    return _details(form, run)


@bp.post("/runs/<id:run_id>/enrol")
@access.public
def send_enrolment(run_id: int) -> Page:
    """Details, then a page to check them, then the place."""
    run = access.load(Run, run_id, policy.view, *queries.RUN_PAGE)
    if own_views.knows() and own_views.was_sent():
        return _send_own(run)
    form = EnrolForm()
    draft.keep(run.id)
    if not form.submitted():
        return _details(form, run)
    if form.step != EnrolForm.SEND:
        return see_other("enrolment.check", run_id=run.id)
    try:
        enrolment = _take_place(form, run.id)
    except DomainError as error:
        return _refused(form, run_id, error)
    draft.forget()
    browser.remember(enrolment.code)
    return see_other("enrolment.place", code=enrolment.code)


def _send_own(run: Run) -> Page:
    choice = own_views.Choice.of(run)
    form = choice.form()
    if not form.submitted():
        return own_views.ask(choice, form, **_about(run)), form.status
    try:
        enrolment = own_views.take_place(form, run.id)
    except DomainError as error:
        choice = own_views.Choice.of(access.load(Run, run.id, policy.view, *queries.RUN_PAGE))
        return own_views.ask(choice, choice.refused(error), **_about(choice.run)), error.status
    return see_other("enrolment.place", code=enrolment.code)


@bp.get("/runs/<id:run_id>/enrol/check")
@access.public
def check(run_id: int) -> Page:
    """The details as understood; an address of its own, so that Back from the place is harmless."""
    run = access.load(Run, run_id, policy.view, *queries.RUN_PAGE)
    form = draft.form(run.id)
    if form is None or run.state not in _JOINABLE or not form.validate():
        return redirect(own_views.form_address(run.id), 303)
    return _check(form, run)


def _take_place(form: EnrolForm, run_id: int) -> Enrolment:
    throttle.check("enrol-from", throttle.line(request.remote_addr), FROM_ONE_ADDRESS)
    throttle.check("enrol-phone", form.phone.e164 or "", WITH_ONE_PHONE)
    throttle.check("enrol-phone-day", form.phone.e164 or "", WITH_ONE_PHONE_A_DAY, _A_DAY)
    me = people.person(access.actor().person_id)
    key, wait = form.form_key.data or "", form.agrees_to_wait
    if me and form.is_about(me):
        return operations.enrol(me.id, run_id, key, wait=wait, language=current_language())
    by_id = access.actor().account_id
    return operations.enrol_guest(form.guest(), run_id, key, recorded_by_id=by_id, wait=wait)


def _refused(form: EnrolForm, run_id: int, error: DomainError) -> tuple[str, int]:
    """The page as it was, with the reason; when the last seat went, the button offers the queue."""
    run = access.load(Run, run_id, policy.view, *queries.RUN_PAGE)
    form.refuse(error)
    if isinstance(error, SeatGone):
        form.queue.data = "1"
    return _check(form, run, has_place=isinstance(error, AlreadyEnrolled)), error.status


def _details(form: EnrolForm, run: Run) -> tuple[str, int]:
    mine = [own for own in _places_here() if own.run_id == run.id and own.is_live]
    page = "enrolment/details.html"
    return render_template(page, form=form, mine=mine, **_about(run)), form.status


def _check(form: EnrolForm, run: Run, *, has_place: bool = False) -> str:
    can_send = run.state in _JOINABLE and not has_place
    page = "enrolment/check.html"
    words = ENROLMENT.shown(current_language(), provider=run.course.provider.name.text())
    may = {"has_place": has_place, "can_send": can_send, "agreement": words}
    may["change_url"] = own_views.form_address(run.id)
    return render_template(page, form=form, **may, **_about(run))


@bp.route("/places/<code>", methods=["GET", "POST"])
@access.public
def place(code: str) -> Page:
    """One's place; a browser that does not know it is asked for the phone number."""
    enrolment = browser.place(code)
    if enrolment is None:
        return _ask_for_phone(code)
    if request.method == "POST":
        return see_other("enrolment.place", code=enrolment.code)
    return _page_of("enrolment/place.html", enrolment)


def _page_of(template: str, enrolment: Enrolment) -> str:
    address = absolute(url_for("enrolment.place", code=enrolment.code))
    waits = enrolment.state is EnrolmentState.WAITING
    line = queries.place_in_line(enrolment) if waits else 0
    about = _about(enrolment.run, enrolment.run.sessions)
    return render_template(template, enrolment=enrolment, line=line, qr=picture(address), **about)


def _about(run: Run, sessions: Sequence[ClassSession] | None = None) -> dict[str, Any]:
    """What every page says of the class."""
    if sessions is None:
        sessions = planned_sessions([run.id])[run.id]
    return {"run": run, "view": RunView(run, sessions), "slug": course_slug(run.course)}


def _open(form: OpenPlaceForm, code: str) -> str:
    return browser.open_place(code, form.phone.e164 or "", throttle.line(request.remote_addr))


def _ask_for_phone(code: str) -> Page:
    form = OpenPlaceForm()
    if form.submitted():
        try:
            found = _open(form, code)
        except DomainError as error:
            form.refuse(error)
            return render_template("enrolment/open.html", form=form), error.status
        return see_other("enrolment.place", code=found)
    return render_template("enrolment/open.html", form=form), form.status


@bp.get("/places/<code>/slip")
@access.public
def slip(code: str) -> Page:
    """A sheet to print and bring along."""
    enrolment = browser.place(code)
    if enrolment is None:
        return see_other("enrolment.place", code=code)
    return _page_of("enrolment/slip.html", enrolment)


@bp.get("/places/<code>/withdraw")
@access.public
def withdraw(code: str) -> Page:
    """What is lost, before it is lost."""
    enrolment = browser.place(code)
    if enrolment is None or not enrolment.is_live:
        return see_other("enrolment.place", code=code)
    return _page_of("enrolment/withdraw.html", enrolment)


@bp.post("/places/<code>/withdraw")
@access.public
def send_withdrawal(code: str) -> Page:
    """The place is free at once."""
    enrolment = browser.place(code)
    if enrolment is not None:
        operations.withdraw(enrolment.id, access.actor().account_id)
    return see_other("enrolment.place", code=code)


@bp.route("/my-place", methods=["GET", "POST"])
@access.public
def find_place() -> Page:
    """Back to one's place by code and phone; places this browser knows are listed."""
    form = FindPlaceForm()
    if form.submitted():
        try:
            code = _open(form, form.code.data or "")
        except DomainError as error:
            form.refuse(error)
            return _find(form), error.status
        return see_other("enrolment.place", code=code)
    return _find(form), form.status


def _find(form: FindPlaceForm) -> str:
    return render_template("enrolment/find.html", form=form, known=_places_here())


def _places_here() -> Sequence[Enrolment]:
    """Those this browser or this account may open."""
    return queries.places(browser.codes(), own_views.family_ids())


@bp.route("/my-place/claim", methods=["GET", "POST"])
@access.signed_in
def claim() -> Page:
    """A place taken without an account joins the account that has its phone."""
    if not own_views.knows():
        abort(404)
    form = ClaimForm()
    if form.submitted():
        try:
            own_views.claim(form)
        except DomainError as error:
            form.refuse(error)
            return render_template("enrolment/claim.html", form=form), error.status
        flash(gettext("The place is in your account now."), "success")
        return redirect(url_for("home.me"), 303)
    return render_template("enrolment/claim.html", form=form), form.status


def _limit_lost_codes(phone: str) -> None:
    throttle.check("lost-code-from", throttle.line(request.remote_addr), FROM_ONE_ADDRESS)
    throttle.check("lost-code", phone, LOST_CODES_PER_PHONE)
    throttle.check("lost-code-day", phone, LOST_CODES_PER_PHONE_A_DAY, _A_DAY)


@bp.route("/my-place/lost-code", methods=["GET", "POST"])
@access.public
def lost_code() -> Page:
    """The code goes to the phone it belongs to; the answer here is always the same."""
    form = LostCodeForm()
    if form.submitted():
        try:
            _limit_lost_codes(form.phone.e164 or "")
        except DomainError as error:
            form.refuse(error)
            return render_template("enrolment/lost_code.html", form=form), error.status
        operations.ask_for_code(form.phone.e164 or "", form.full_name.data or "")
        answer = gettext(
            "If there is a place with this name and phone number, "
            "its code is on the way to that phone by text message."
        )
        flash(answer, "success")
        return redirect(url_for("enrolment.find_place"), 303)
    return render_template("enrolment/lost_code.html", form=form), form.status
