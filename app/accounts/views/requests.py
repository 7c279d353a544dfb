"""One's own requests under the data law."""

from flask import abort, flash, render_template
from werkzeug.wrappers import Response

from app.accounts.forms.rights import PressForm, RequestForm
from app.accounts.models import DataRequest
from app.accounts.operations import requests as desk
from app.accounts.queries import rights
from app.accounts.rights.words import KINDS, OUTCOMES
from app.accounts.views.blueprint import bp
from app.accounts.views.my_data import own_person
from app.core import access, throttle
from app.core.i18n import gettext
from app.core.web import see_other

MOST_A_DAY = 10
_A_DAY = 24 * 60


@bp.route("/me/data/requests/new", methods=["GET", "POST"])
@access.signed_in
def new_request() -> Response | tuple[str, int]:
    """Ask for something that a person must do."""
    person, form = own_person(), RequestForm()
    if form.submitted():
        throttle.check("data-request", str(person.id), MOST_A_DAY, _A_DAY)
        request = desk.receive_request(
            form.wanted, person_id=person.id, wish=form.wish.data or "",
            recorded_by_id=access.actor().account_id,
        )  # fmt: skip
        return see_other("accounts.own_request", code=request.code)
    return render_template("accounts/request_new.html", form=form), form.status


@bp.get("/me/data/requests/<code>")
@access.signed_in
@access.own_eyes
def own_request(code: str) -> str:
    """Where a request stands and until when we must act."""
    return render_template(
        "accounts/request.html",
        request_=_own(code),
        kinds=KINDS,
        outcomes=OUTCOMES,
        form=PressForm(),
    )


@bp.post("/me/data/requests/<code>/take-back")
@access.signed_in
def take_back_request(code: str) -> Response:
    """It is closed; nothing more is done."""
    desk.take_back_request(_own(code).id, access.actor().account_id or abort(403))
    flash(gettext("You took the request back."), "success")
    return see_other("accounts.own_request", code=code)


def _own(code: str) -> DataRequest:
    return rights.request_coded(code, own_person().id) or abort(404)
