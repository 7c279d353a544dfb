"""Back to one's places: by code and phone, by a claim, by a lost code sent again."""

from flask import abort, flash, redirect, render_template, request, url_for

from app.core import access, throttle
from app.core.errors import DomainError
from app.core.i18n import gettext
from app.core.web import see_other
from app.enrolment import operations, own_views
from app.enrolment.forms import ClaimForm, FindPlaceForm, LostCodeForm
from app.enrolment.place_view import PlaceView, grouped
from app.enrolment.views import shown
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, open_place, places_here

LOST_CODES_PER_PHONE, LOST_CODES_PER_PHONE_A_DAY = 5, 10
"""Each of them sends a text to a phone that whoever asks has only typed."""


@bp.route("/my-place", methods=["GET", "POST"])
@access.public
def find_place() -> Page:
    """Back to one's place by code and phone; places this browser knows are listed."""
    form = FindPlaceForm()
    if form.submitted():
        try:
            code = open_place(form, form.code.data or "")
        except DomainError as error:
            form.refuse(error)
            return _find(form), error.status
        return see_other("enrolment.place", code=code)
    return _find(form), form.status


def _find(form: FindPlaceForm) -> str:
    here = [PlaceView(place) for place in places_here()]
    return render_template("enrolment/find.html", form=form, known=grouped(here))


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
    throttle.check("lost-code-from", throttle.line(request.remote_addr), shown.FROM_ONE_ADDRESS)
    throttle.check("lost-code", phone, LOST_CODES_PER_PHONE)
    throttle.check("lost-code-day", phone, LOST_CODES_PER_PHONE_A_DAY, shown.A_DAY)


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
