"""Answering an offer: yes, or no after a second thought."""

from http import HTTPStatus

from flask import request

from app.core import access
from app.core.errors import DomainError
from app.core.web import see_other
from app.enrolment import browser, operations
from app.enrolment.errors import OfferLapsed
from app.enrolment.models import Enrolment, EnrolmentState
from app.enrolment.place_view import PlaceView
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, mine, page_of

_ACCEPT, _DECLINE = "accept", "decline"


@bp.get("/places/<code>/offer")
@access.public
def offer(code: str) -> Page:
    """The offer with both answers; one that has lapsed says how to stand in line again."""
    return _ask(code, "enrolment/offer.html")


@bp.get("/places/<code>/offer/decline")
@access.public
def decline(code: str) -> Page:
    """What saying no means, before it is said."""
    return _ask(code, "enrolment/decline.html")


@bp.post("/places/<code>/offer")
@access.public
def answer_offer(code: str) -> Page:
    """The answer; the same one sent twice is sent once."""
    enrolment, by_id = mine(code), access.actor().account_id
    answer = request.form.get("answer")
    if answer not in (_ACCEPT, _DECLINE):
        return see_other("enrolment.offer", code=enrolment.code)
    try:
        act = operations.accept if answer == _ACCEPT else operations.decline
        act(enrolment.id, by_id)
    except OfferLapsed:
        return _over(mine(code))
    except DomainError as error:
        page = page_of("enrolment/offer.html", mine(code), refused=error.message)
        return page, error.status
    return see_other("enrolment.place", code=enrolment.code)


def _ask(code: str, template: str) -> Page:
    enrolment = browser.place(code)
    if enrolment is None:
        return see_other("enrolment.place", code=code)
    own = PlaceView(enrolment)
    if own.is_offered:
        return page_of(template, enrolment)
    if own.state is EnrolmentState.LAPSED:
        return _over(enrolment)
    return see_other("enrolment.place", code=enrolment.code)


def _over(enrolment: Enrolment) -> Page:
    """Too late, or answered before: the plain page says which, and the way on."""
    return page_of("enrolment/offer_over.html", enrolment), HTTPStatus.GONE
