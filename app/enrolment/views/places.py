"""One's place: looking at it, printing it, giving it up."""

from typing import Any

from flask import render_template, request

from app.core import access, tokens
from app.core.errors import DomainError
from app.core.web import see_other
from app.enrolment import browser, operations
from app.enrolment.certificates import queries as certificates
from app.enrolment.feedback.queries import asked_of
from app.enrolment.feedback.questions import FEEDBACK
from app.enrolment.forms import OpenPlaceForm
from app.enrolment.models import Enrolment
from app.enrolment.place_view import PlaceView
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, mine, open_place, page_of

_EVERYBODY = "all"


@bp.route("/places/<code>", methods=["GET", "POST"])
@access.public
def place(code: str) -> Page:
    """One's place; a browser that does not know it is asked for the phone number."""
    enrolment = browser.place(code)
    if enrolment is None:
        return _ask_for_phone(code)
    if request.method == "POST":
        return see_other("enrolment.place", code=enrolment.code)
    return _page(enrolment)


def _page(enrolment: Enrolment, refused: str = "") -> str:
    party = [PlaceView(each) for each in browser.party(enrolment)]
    more: dict[str, Any] = {"party": party, "is_own": browser.is_own(enrolment)}
    more |= {"refused": refused, "certificate": certificates.of_place(enrolment.id)}
    more["feedback"] = tokens.token(FEEDBACK, enrolment.id) if asked_of(enrolment) else ""
    return page_of("enrolment/place.html", enrolment, **more)


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
    if enrolment is None or not enrolment.is_live:
        return see_other("enrolment.place", code=code)
    return page_of("enrolment/slip.html", enrolment)


@bp.get("/places/<code>/withdraw")
@access.public
def withdraw(code: str) -> Page:
    """What is lost, before it is lost; people of one form may leave together."""
    enrolment = browser.place(code)
    if enrolment is None or not PlaceView(enrolment).leave:
        return see_other("enrolment.place", code=code)
    return page_of("enrolment/withdraw.html", enrolment, party=_leaving_with(enrolment))


@bp.post("/places/<code>/withdraw")
@access.public
def send_withdrawal(code: str) -> Page:
    """The place is free at once."""
    enrolment = mine(code)
    leaving = [enrolment.id]
    if request.form.get("who") == _EVERYBODY:
        leaving += [each.id for each in _leaving_with(enrolment)]
    try:
        operations.withdraw_all(leaving, access.actor().account_id)
    except DomainError as error:
        return _page(mine(code), error.message), error.status
    return see_other("enrolment.place", code=code)


def _leaving_with(enrolment: Enrolment) -> list[Enrolment]:
    """Those of the same form who could leave the same class now."""
    return [
        each
        for each in browser.party(enrolment)
        if each.run_id == enrolment.run_id and PlaceView(each).leave
    ]
