"""Taking places: the details, a page to check them, then the place."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from flask import redirect, render_template, request

from app.accounts import queries as people
from app.accounts.rights.purposes import ENROLMENT
from app.catalogue.models import Run, RunState
from app.core import access, alike, throttle, vi
from app.core.errors import DomainError
from app.core.formats import read_phone
from app.core.i18n import current_language
from app.core.throttle import Limit
from app.core.web import read_first, see_other
from app.enrolment import (
    browser,
    door,
    draft,
    operations,
    own_views,
    policy,
    queries,
    terms,
    ways,
)  # fmt: skip
from app.enrolment.door import Door
from app.enrolment.enrol_forms import EnrolForm, enrol_form
from app.enrolment.errors import AlreadyEnrolled, SeatGone
from app.enrolment.operations import Application
from app.enrolment.views import shown
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, about, places_here

WITH_ONE_PHONE, WITH_ONE_PHONE_A_DAY = 10, 30
"""Places: each makes a text to a phone that whoever asks has only typed."""


@bp.get("/runs/<id:run_id>/enrol")
@access.public
def enrol(run_id: int) -> Page:
    """First the details; an account knows them and asks only who of the family will learn."""
    if why := door.refusal(door.of(run_id)):
        return _closed(run_id, why)
    run = _run(run_id)
    if own_views.knows() and not own_views.is_for_somebody_else():
        choice = own_views.Choice.of(run)
        return own_views.ask(choice, choice.form(), **about(run))
    form = _form(run, from_draft=True)
    form.queue.data = "1" if run.state is RunState.QUEUE else ""
    return _details(form, run)


@bp.post("/runs/<id:run_id>/enrol")
@access.public
def send_enrolment(run_id: int) -> Page:
    """Details, then a page to check them, then the places."""
    read_first()
    at = door.of(run_id)
    if own_views.knows() and own_views.was_sent():
        return _send_own(_light_run(run_id))
    if request.form.get("step") == EnrolForm.SEND:
        return _send(at)
    form = _form(at)
    if change := _change_of_people(form):
        draft.keep(run_id, people=str(change))
        return redirect(own_views.form_address(run_id), 303)
    is_right = form.submitted()
    draft.keep(run_id)
    return see_other("enrolment.check", run_id=run_id) if is_right else _details(form, _run(run_id))


def _send(at: Door) -> Page:
    """The places, or why there are none."""
    if why := _refusal(at):
        return _closed(at.id, why), why.status
    form = _form(at)
    if not form.submitted():
        draft.keep(at.id)
        return _details(form, _run(at.id))
    try:
        codes = _take_places(form, at.id)
    except DomainError as error:
        return _refused(form, at.id, error)
    for code in reversed(codes):
        browser.remember(code)
    return see_other("enrolment.place", code=codes[0])


def _refusal(at: Door) -> DomainError | None:
    """What everybody is told alike, before anything is asked about a person.

    Not whoever has places here, nor the very form that took the last one and comes again.
    """
    why = door.refusal(at)
    if why is None or browser.codes():
        return None
    phone = read_phone(vi.clean(request.form.get("phone", "")))
    return None if door.was_passed(at.id, phone, request.form.get("form_key", "")) else why


def _closed(run_id: int, why: DomainError) -> str:
    """Why nobody can enrol, and what there is instead."""
    return _alike("enrolment/closed.html", run_id, why)


def _alike(template: str, run_id: int, why: DomainError) -> str:
    """A refusal that holds nothing of whoever is refused, so that it is made once for many."""

    def make() -> str:
        run = _run(run_id)
        said = {"reason": why.message, "ways": ways.out_of(run, why), **about(run)}
        return render_template(template, **said)

    return alike.page(f"{template}: {why.code}", run_id, make)


def _change_of_people(form: EnrolForm) -> int:
    """How many blocks there are after the button to add or to take away one; 0: neither."""
    now = len(form.others) + 1
    changed = {EnrolForm.MORE: now + form.has_room, EnrolForm.FEWER: max(1, now - 1)}
    return changed.get(form.step, 0)


def _send_own(run: Run) -> Page:
    choice = own_views.Choice.of(run)
    form = choice.form()
    if not form.submitted():
        return own_views.ask(choice, form, **about(run)), form.status
    try:
        codes = own_views.take_places(form, run.id)
    except DomainError as error:
        choice = own_views.Choice.of(_run(run.id))
        said = {"ways": ways.out_of(choice.run, error, places_here()), **about(choice.run)}
        return own_views.ask(choice, choice.refused(error), **said), error.status
    return see_other("enrolment.place", code=codes[0])


@bp.get("/runs/<id:run_id>/enrol/check")
@access.public
def check(run_id: int) -> Page:
    """The details as understood; an address of its own, so that Back from the place is harmless."""
    run = _run(run_id)
    form = _form(run, from_draft=True)
    if form.sent is None or not ways.can_try(run) or not form.validate():
        return redirect(own_views.form_address(run.id), 303)
    return _check(form, run)


def _run(run_id: int) -> Run:
    return access.load(Run, run_id, policy.view, *queries.RUN_PAGE)


def _light_run(run_id: int) -> Run:
    """Enough for a form that makes no page: the venue is read when there is one after all."""
    return access.load(Run, run_id, policy.view, queries.WITH_COURSE)


def _form(run: Run | Door, *, from_draft: bool = False) -> EnrolForm:
    """With what was typed on this page, or with what was kept before."""
    typed = draft.typed(run.id) if from_draft else request.form
    return enrol_form(run, typed, has_partner=door.has_partner(run))


def _limited(phone: str, places: int) -> AbstractContextManager[None]:
    line = throttle.line(request.remote_addr)
    return throttle.counting(
        Limit("enrol-from", line, shown.FROM_ONE_ADDRESS),
        Limit("enrol-phone", phone, WITH_ONE_PHONE, times=places),
        Limit("enrol-phone-day", phone, WITH_ONE_PHONE_A_DAY, shown.A_DAY, times=places),
    )


def _take_places(form: EnrolForm, run_id: int) -> list[str]:
    """The codes of the new places."""
    guests = form.guests()
    me = people.person(access.actor().person_id)
    mine = me is not None and form.is_about(me)
    application = Application(
        form_key=form.form_key.data or None, wait=form.agrees_to_wait,
        language=current_language(), recorded_by_id=access.actor().account_id, **form.asked(),
    )  # fmt: skip
    family = [me.id] if me and mine else []
    with _limited(guests[0].phone, len(guests)):
        codes = operations.codes_for_guests(
            guests[mine:], run_id, application, together_with=family
        )
        draft.forget()
    return codes


def _refused(form: EnrolForm, run_id: int, error: DomainError) -> tuple[str, int]:
    """The page as it was, with the reason; when the last seat went, the button offers the queue.

    What can be put right is put right where it was typed. Who alone is enrolled already, and is no
    more than a stranger here, has nothing to check or to send again.
    """
    is_stranger = access.actor() is access.VISITOR and not browser.codes()
    if isinstance(error, AlreadyEnrolled) and is_stranger and not form.others:
        return _alike("enrolment/already.html", run_id, error), error.status
    run = _run(run_id)
    if error.field in form and ways.may_help(error):
        form.refuse(error)
        draft.keep(run_id)
        return _details(form, run)[0], error.status
    error.field = ""
    form.refuse(error)
    if isinstance(error, SeatGone):
        form.queue.data = "1" if run.queue_is_open else ""
    out = ways.out_of(run, error, places_here())
    can_send = ways.may_help(error) and ways.can_try(run)
    return _check(form, run, out, can_send=can_send), error.status


def _details(form: EnrolForm, run: Run) -> tuple[str, int]:
    mine = [own for own in places_here() if own.run_id == run.id and own.is_live]
    page = "enrolment/details.html"
    said = {"mine": mine, "takes_groups": ways.takes_groups(run), "early": terms.early(run)}
    return render_template(page, form=form, **said, **about(run)), form.status


def _check(
    form: EnrolForm, run: Run, ways_out: Sequence[ways.Way] = (), *, can_send: bool = True
) -> str:
    said: dict[str, Any] = {
        "ways": ways_out,
        "can_send": can_send,
        "warnings": terms.warnings(run, form, places_here()),
        "sentences": terms.sentences(run, form.fee_words),
        "send": own_views.button(form),
        "agreement": ENROLMENT.shown(current_language(), provider=run.course.provider.name.text()),
        "change_url": own_views.form_address(run.id),
    }
    return render_template("enrolment/check.html", form=form, **said, **about(run))
