"""One's place: looking at it, printing it, giving it up."""

from flask import render_template, request

from app.core import access
from app.core.errors import DomainError
from app.core.web import see_other
from app.enrolment import browser, operations
from app.enrolment.forms import OpenPlaceForm
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, open_place, page_of


@bp.route("/places/<code>", methods=["GET", "POST"])
@access.public
def place(code: str) -> Page:
    """One's place; a browser that does not know it is asked for the phone number."""
    enrolment = browser.place(code)
    if enrolment is None:
        return _ask_for_phone(code)
    if request.method == "POST":
        return see_other("enrolment.place", code=enrolment.code)
    return page_of("enrolment/place.html", enrolment)


def _ask_for_phone(code: str) -> Page:
    form = OpenPlaceForm()
    if form.submitted():
        try:
            found = open_place(form, code)
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
    return page_of("enrolment/slip.html", enrolment)


@bp.get("/places/<code>/withdraw")
@access.public
def withdraw(code: str) -> Page:
    """What is lost, before it is lost."""
    enrolment = browser.place(code)
    if enrolment is None or not enrolment.is_live:
        return see_other("enrolment.place", code=code)
    return page_of("enrolment/withdraw.html", enrolment)


@bp.post("/places/<code>/withdraw")
@access.public
def send_withdrawal(code: str) -> Page:
    """The place is free at once."""
    enrolment = browser.place(code)
    if enrolment is not None:
        operations.withdraw(enrolment.id, access.actor().account_id)
    return see_other("enrolment.place", code=code)
