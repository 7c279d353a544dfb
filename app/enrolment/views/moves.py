"""Moving to another class of the same course."""

from flask import abort

from app.catalogue.models import RunState, RunStatus
from app.catalogue.queries import course_page
from app.catalogue.run_view import RunView
from app.core import access, throttle
from app.core.errors import DomainError
from app.core.web import see_other
from app.enrolment import browser, operations
from app.enrolment.models import Enrolment
from app.enrolment.place_view import PlaceView
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import A_DAY, Page, mine, page_of

WITH_ONE_PHONE_A_DAY = 20
"""Each move sends texts to the phone of the place."""


@bp.get("/places/<code>/move")
@access.public
def move(code: str) -> Page:
    """The other classes of the course; those without a free seat are shown as such."""
    enrolment = browser.place(code)
    if enrolment is None or not PlaceView(enrolment).can_move:
        return see_other("enrolment.place", code=code)
    return page_of("enrolment/move.html", enrolment, others=_others(enrolment))


@bp.get("/places/<code>/move/<id:run_id>")
@access.public
def check_move(code: str, run_id: int) -> Page:
    """The two classes side by side, before anything is given up."""
    enrolment = browser.place(code)
    if enrolment is None or not PlaceView(enrolment).can_move:
        return see_other("enrolment.place", code=code)
    other = _other(enrolment, run_id)
    fee = operations.fee_after_move(enrolment, other.run)
    return page_of("enrolment/check_move.html", enrolment, other=other, fee=fee)


@bp.post("/places/<code>/move/<id:run_id>")
@access.public
def send_move(code: str, run_id: int) -> Page:
    """The old seat is free and the new one taken in one step; sent twice it is one move."""
    enrolment = mine(code)
    by_id, is_own = access.actor().account_id, browser.is_own(enrolment)
    try:
        _limit(enrolment)
        new = operations.transfer(enrolment.id, run_id, by_id, told_by_details=not is_own)
    except DomainError as error:
        enrolment = mine(code)
        told = {"others": _others(enrolment), "refused": error.message}
        return page_of("enrolment/move.html", enrolment, **told), error.status
    if enrolment.code in browser.codes():
        browser.remember(new.code)
    return see_other("enrolment.place", code=new.code)


def _limit(enrolment: Enrolment) -> None:
    whose = enrolment.person.phone or str(enrolment.person_id)
    throttle.check("move-day", whose, WITH_ONE_PHONE_A_DAY, A_DAY)


def _others(enrolment: Enrolment) -> list[RunView]:
    """Planned runs of the course beside one's own, those with a free seat first."""
    return [
        view
        for view in course_page(enrolment.run.course_id)
        if view.run.id != enrolment.run_id and view.run.status is RunStatus.PLANNED
    ]


def _other(enrolment: Enrolment, run_id: int) -> RunView:
    """The run somebody wants to move to, if it has a seat for them."""
    open_ones = (view for view in _others(enrolment) if view.run.state is RunState.OPEN)
    return next((view for view in open_ones if view.run.id == run_id), None) or abort(404)
