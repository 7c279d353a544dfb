"""Providers and courses that may be one, for the city's catalogue editors."""

from flask import abort, flash, render_template, request, url_for
from werkzeug.wrappers import Response

from app.catalogue import likeness as courses
from app.core import access
from app.core.access import CityRole
from app.core.i18n import gettext, localised
from app.core.paging import asked_page, page_of
from app.core.web import see_other
from app.providers import likeness as providers

bp = localised("likenesses_staff", __name__, "/staff/likenesses")


@bp.get("")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def listed() -> str:
    """The likeliest first; found by the worker every night."""
    page = asked_page(request.args)
    return render_template(
        "catalogue/staff/likenesses.html",
        providers=page_of(providers.open_pairs(), page, _address),
        courses=page_of(courses.open_pairs(), page, _address),
    )


@bp.post("/providers/<id:likeness_id>/different")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def different_providers(likeness_id: int) -> Response:
    """They are two; nobody is asked again."""
    providers.found_different(likeness_id, _by())
    flash(gettext("Noted. They are not shown again."), "success")
    return see_other("likenesses_staff.listed")


@bp.post("/courses/<id:likeness_id>")
@access.city_staff(CityRole.CATALOGUE_EDITOR)
def decide_courses(likeness_id: int) -> Response:
    """They are two, or one of them takes over the classes of the other."""
    found = courses.pair(likeness_id) or abort(404)
    kept = {"first": found.first_id, "second": found.second_id}
    decision = request.form.get("decision", "")
    if decision in kept:
        courses.merge(likeness_id, kept[decision], _by())
        flash(gettext("Put together. The old address leads to the course that stays."), "success")
    elif decision == "different":
        courses.found_different(likeness_id, _by())
        flash(gettext("Noted. They are not shown again."), "success")
    else:
        abort(400)
    return see_other("likenesses_staff.listed")


def _address(number: int) -> str:
    return url_for("likenesses_staff.listed", page=number)


def _by() -> int:
    return access.actor().account_id or 0
