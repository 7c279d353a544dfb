"""Taking a place: the details, a page to check them, then the place."""

from flask import redirect, render_template, request

from app.accounts import queries as people
from app.accounts.rights.purposes import ENROLMENT
from app.catalogue.models import Run, RunState
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.i18n import current_language
from app.core.web import see_other
from app.enrolment import browser, draft, operations, own_views, policy, queries
from app.enrolment.errors import AlreadyEnrolled, SeatGone
from app.enrolment.forms import EnrolForm
from app.enrolment.models import Enrolment
from app.enrolment.views import shown
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, about, places_here

WITH_ONE_PHONE, WITH_ONE_PHONE_A_DAY = 10, 30

_JOINABLE = (RunState.OPEN, RunState.QUEUE)


@bp.get("/runs/<id:run_id>/enrol")
@access.public
def enrol(run_id: int) -> Page:
    """First the details; an account knows them and asks only who of the family will learn."""
    run = access.load(Run, run_id, policy.view, *queries.RUN_PAGE)
    if run.state not in _JOINABLE:
        return render_template("enrolment/closed.html", **about(run))
    if own_views.knows() and not own_views.is_for_somebody_else():
        choice = own_views.Choice.of(run)
        return own_views.ask(choice, choice.form(), **about(run))
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
        return own_views.ask(choice, form, **about(run)), form.status
    try:
        enrolment = own_views.take_place(form, run.id)
    except DomainError as error:
        choice = own_views.Choice.of(access.load(Run, run.id, policy.view, *queries.RUN_PAGE))
        return own_views.ask(choice, choice.refused(error), **about(choice.run)), error.status
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
    throttle.check("enrol-from", throttle.line(request.remote_addr), shown.FROM_ONE_ADDRESS)
    throttle.check("enrol-phone", form.phone.e164 or "", WITH_ONE_PHONE)
    throttle.check("enrol-phone-day", form.phone.e164 or "", WITH_ONE_PHONE_A_DAY, shown.A_DAY)
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
    mine = [own for own in places_here() if own.run_id == run.id and own.is_live]
    page = "enrolment/details.html"
    return render_template(page, form=form, mine=mine, **about(run)), form.status


def _check(form: EnrolForm, run: Run, *, has_place: bool = False) -> str:
    can_send = run.state in _JOINABLE and not has_place
    page = "enrolment/check.html"
    words = ENROLMENT.shown(current_language(), provider=run.course.provider.name.text())
    may = {"has_place": has_place, "can_send": can_send, "agreement": words}
    may["change_url"] = own_views.form_address(run.id)
    return render_template(page, form=form, **may, **about(run))
