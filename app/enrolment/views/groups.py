"""Bringing a group: seats for people who are counted and not named."""

from http import HTTPStatus

from flask import abort, flash, render_template, request
from werkzeug.wrappers import Response

from app.catalogue.models import Run
from app.core import access, audit, throttle
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import see_other
from app.enrolment import bookings, operations, policy, queries, terms, ways
from app.enrolment.errors import GroupsAskFirst, NoSeatForGroups
from app.enrolment.forms import OpenPlaceForm
from app.enrolment.group_forms import GroupForm, NumbersForm
from app.enrolment.models import Channel, EnrolmentState, GroupBooking
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import A_DAY, Page, about, here

WITH_ONE_PHONE_A_DAY, FROM_ONE_ADDRESS_A_DAY = 5, 30
"""Each takes many seats at once, from a phone that whoever asks has only typed."""
CHANGES_WITH_ONE_PHONE_A_DAY = 10
"""Each is told to that phone by a text."""


@bp.route("/runs/<id:run_id>/group", methods=["GET", "POST"])
@access.public
def book_group(run_id: int) -> Page:
    """All the seats at once; a group never stands in line."""
    run = _run(run_id)
    if not (ways.takes_groups(run) or bookings.is_staff(run)):
        return _closed(run)
    form = GroupForm()
    if not form.submitted():
        return _form(form, run), form.status
    try:
        booking = _book(form, run)
    except DomainError as error:
        form.refuse(error)
        run = _run(run_id)
        return _form(form, run, ways.out_of(run, error)), error.status
    bookings.remember(booking.code)
    return see_other("enrolment.group", code=booking.code)


def _closed(run: Run) -> tuple[str, int]:
    """Why no group can book here, and what there is instead."""
    error = GroupsAskFirst() if run.needs_approval else NoSeatForGroups()
    said = {"why": error.message, "ways": ways.out_of(run, error), **about(run)}
    status = error.status if request.method == "POST" else HTTPStatus.OK
    return render_template("enrolment/closed.html", **said), status


def _book(form: GroupForm, run: Run) -> GroupBooking:
    group, channel = form.group(), bookings.channel(run)
    if channel is Channel.WEB:
        throttle.check("group-from-day", here(), FROM_ONE_ADDRESS_A_DAY, A_DAY)
        throttle.check("group-phone-day", group.phone, WITH_ONE_PHONE_A_DAY, A_DAY)
    by_id = access.actor().account_id
    return operations.book_group(run.id, group, form.form_key.data or None, channel, by_id)


@bp.route("/groups/<code>", methods=["GET", "POST"])
@access.public
def group(code: str) -> Page:
    """The booking; a browser that does not know it is asked for the phone number."""
    booking = bookings.opened(code)
    if booking is not None:
        page = _page(booking, _numbers(booking))
        if bookings.is_staff(booking.run):
            audit.saw("group_booking", booking.id)
        return page
    form = OpenPlaceForm()
    if form.submitted():
        try:
            found = bookings.open_booking(code, form.phone.e164 or "", here())
        except DomainError as error:
            form.refuse(error)
            return render_template("enrolment/open_group.html", form=form), error.status
        return see_other("enrolment.group", code=found)
    return render_template("enrolment/open_group.html", form=form), form.status


@bp.post("/groups/<code>/numbers")
@access.public
def change_group(code: str) -> Page:
    """More seats all at once or none; fewer at any time before the end."""
    booking = bookings.opened(code) or abort(404)
    form = NumbersForm()
    if not form.submitted():
        return _page(booking, form), form.status
    try:
        channel, by_id = bookings.channel(booking.run), access.actor().account_id
        if channel is Channel.WEB:
            whose = booking.phone or booking.code
            throttle.check("group-change-day", whose, CHANGES_WITH_ONE_PHONE_A_DAY, A_DAY)
        operations.change_group(booking.id, *form.numbers, channel, by_id)
    except DomainError as error:
        form.refuse(error)
        return _page(bookings.opened(code) or abort(404), form), error.status
    flash(gettext("The numbers are changed."), "success")
    return see_other("enrolment.group", code=booking.code)


@bp.get("/groups/<code>/give-up")
@access.public
def give_up_group(code: str) -> Page:
    """What is lost, before it is lost."""
    booking = bookings.opened(code)
    if booking is None or booking.state is not EnrolmentState.ENROLLED:
        return see_other("enrolment.group", code=code)
    return render_template("enrolment/give_up_group.html", booking=booking, **about(booking.run))


@bp.post("/groups/<code>/give-up")
@access.public
def send_end_of_group(code: str) -> Response:
    """The seats are free at once."""
    booking = bookings.opened(code)
    if booking is not None:
        channel, by_id = bookings.channel(booking.run), access.actor().account_id
        operations.give_up_group(booking.id, channel, by_id)
    return see_other("enrolment.group", code=code)


def _run(run_id: int) -> Run:
    return access.load(Run, run_id, policy.view, *queries.RUN_PAGE)


def _numbers(booking: GroupBooking) -> NumbersForm:
    return NumbersForm(formdata=None, learners=str(booking.learners), adults=str(booking.adults))


def _form(form: GroupForm, run: Run, ways_out: list[ways.Way] | None = None) -> str:
    said = {"ways": ways_out or [], "sentences": terms.sentences(run), **about(run)}
    return render_template("enrolment/book_group.html", form=form, **said)


def _page(booking: GroupBooking, form: NumbersForm) -> str:
    return render_template("enrolment/group.html", booking=booking, form=form, **about(booking.run))
