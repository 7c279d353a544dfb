"""Learning from afar, as whoever has a place does it: units done, the code of a session."""

from flask import flash, render_template, request

from app.core.access import public
from app.core.errors import DomainError
from app.core.formats import read_whole
from app.core.i18n import gettext
from app.core.web import see_other
from app.enrolment.distance import codes, learning, needs, units
from app.enrolment.distance.forms import CodeForm
from app.enrolment.views.blueprint import bp
from app.enrolment.views.shown import Page, mine

_MOST_ID = 2**31 - 1
bp.add_app_template_global(needs.of, "needs_of")
bp.add_app_template_global(learning.of, "learning_of")


@bp.post("/places/<code>/units")
@public
def mark_unit(code: str) -> Page:
    """A unit is done, or is not after all."""
    place = mine(code)
    unit_id = read_whole(request.form.get("unit", ""), _MOST_ID)
    try:
        units.mark(place.id, unit_id or 0, is_done="undo" not in request.form)
    except DomainError as error:
        flash(str(error.message), "error")
    return see_other("enrolment.place", code=place.code, _anchor="units")


@bp.route("/places/<code>/session-code", methods=["GET", "POST"])
@public
def type_code(code: str) -> Page:
    """The code the teacher shows marks the learner present."""
    place, form = mine(code), CodeForm()
    if not form.submitted():
        return _page(code, form), form.status
    try:
        codes.check_in(place.id, form.session_code.data or "")
    except DomainError as error:
        form.refuse(error)
        return _page(code, form), error.status
    flash(gettext("You are marked present. Thank you."), "success")
    return see_other("enrolment.place", code=place.code)


def _page(code: str, form: CodeForm) -> str:
    place = mine(code)
    return render_template("enrolment/distance/type_code.html", place=place, form=form)
